import base64
import datetime
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.srm_base.importer.api import ImportContext, OriginKey, ParsedRow

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestCarbonImport(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fuel = cls._source("T-I1", cls.diesel)
        cls.period = cls._period()
        cls.handler = cls.env["srm.import.handler.carbon"]

    def _row(self, source="t-i1", month=(2026, 6, 15), quantity="610"):
        row = ParsedRow(
            2,
            [],
            {
                "source": source,
                "month": datetime.date(*month),
                "quantity": Decimal(quantity),
                "estimated": "yes",
            },
            {"evidence": "BL 4471"},
        )
        row.origin_key = OriginKey(*self.handler._origin_key(row.values))
        return row

    def _context(self):
        return ImportContext(self.env["srm.import"])

    def test_load_writes_the_line_of_the_month(self):
        row = self._row()
        self.handler._check_rows([row], self._context())
        self.assertTrue(row.ok)
        self.handler._load_rows([row], self._context())
        line = self.period.statement_ids.line_ids
        self.assertEqual(
            (line.quantity, line.estimated, row.res_id), (610, True, line.id)
        )

    def test_second_load_finds_what_is_there(self):
        row = self._row()
        self.handler._load_rows([row], self._context())
        found = self.handler._existing([row.origin_key])[row.origin_key]
        self.assertEqual(found.values["quantity"], Decimal(610))

    def test_unknown_source_month_not_open_and_handed_over_are_refused(self):
        rows = [self._row("NOPE"), self._row(month=(2020, 1, 1)), self._row()]
        statement = self.period.statement_ids
        statement.line_ids.quantity = 1
        statement.with_user(self.hse).action_submit()
        self.handler._check_rows(rows, self._context())
        codes = [row.errors[0]["code"] for row in rows]
        self.assertEqual(codes, ["source_unknown", "month_not_open", "handed_over"])
        self.assertLessEqual(set(codes), set(self.handler._reason_texts()))

    def test_file_from_preview_to_lines(self):
        """Through the framework: a good row, an unknown source, the file twice."""
        content = (
            "Code source;Mois;Quantité;Justificatif;Estimé\n"
            "T-I1;30/06/2026;610,5;BL 4471;non\n"
            "T-I9;30/06/2026;12;BL 4472;non\n"
        )
        record = self._imported(content)
        line = self.period.statement_ids.line_ids
        self.assertEqual((line.quantity, line.evidence), (610.5, "BL 4471"))
        states = record.row_ids.sorted("line_number").mapped("state")
        self.assertEqual(states, ["loaded", "error"])
        again = self._imported(content)
        states = again.row_ids.sorted("line_number").mapped("state")
        self.assertEqual(states, ["unchanged", "error"])
        self.assertEqual(line.quantity, 610.5)

    def _imported(self, content):
        record = (
            self.env["srm.import"]
            .with_user(self.hse)
            .create(
                {
                    "kind": "carbon",
                    "file": base64.b64encode(content.encode()),
                    "file_name": "carbon.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        record.action_load()
        record.invalidate_recordset()
        return record
