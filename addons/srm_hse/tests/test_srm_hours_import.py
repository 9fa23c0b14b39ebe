import base64

from odoo.tests import tagged

from .common_management import ManagementCase

HEAD = "Code site;Mois;Employeur;Effectif;Heures;Heures supplémentaires;Origine\n"


@tagged("post_install", "-at_install")
class TestHoursImport(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor.is_company = True

    def _imported(self, *rows, user=None):
        record = (
            self.env["srm.import"]
            .with_user(user or self.hse)
            .create(
                {
                    "kind": "hours",
                    "file": base64.b64encode((HEAD + "\n".join(rows)).encode()),
                    "file_name": "heures.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        if record.row_ids.filtered(lambda row: row.state == "ok"):
            record.action_load()
        record.invalidate_recordset()
        return record

    def _lines(self):
        return self.env["srm.worked.hours"].search([("site_id", "=", self.site.id)])

    def test_payroll_and_contractor_rows(self):
        rows = (
            "T-HQ;30/06/2026;;100;16800,5;120;paie",
            "T-HQ;30/06/2026;Test Travaux;20;3400;;relevé",
        )
        record = self._imported(*rows)
        self.assertEqual(record.row_ids.mapped("state"), ["loaded", "loaded"])
        lines = self._lines()
        own = lines.filtered(lambda x: x.kind == "employee")
        other = lines - own
        self.assertEqual((own.hours, own.headcount, own.overtime), (16800.5, 100, 120))
        self.assertEqual((own.source, str(own.month)), ("payroll", "2026-06-01"))
        self.assertEqual(other.employer_id, self.contractor)
        self.assertEqual((other.kind, other.source), ("subcontractor", "contractor"))
        again = self._imported(*rows)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        self.assertEqual(len(self._lines()), 2)

    def test_wrong_rows_are_said_and_left(self):
        record = self._imported(
            "T-NONE;30/06/2026;;10;1600;;paie",
            "T-HQ;30/06/2026;Nobody knows;10;1600;;paie",
            "T-HQ;31/05/2026;;10;4000;;paie",
            "T-HQ;30/04/2026;;10;1600;1700;paie",
        )
        self.assertEqual(set(record.row_ids.mapped("state")), {"error"})
        self.assertFalse(self._lines())

    def test_confirmed_hours_are_never_changed_by_a_file(self):
        self._imported("T-HQ;30/06/2026;;100;16800;;paie")
        self._lines().action_confirm()
        record = self._imported("T-HQ;30/06/2026;;100;16000;;paie")
        self.assertEqual(record.row_ids.state, "error")
        self.assertEqual(self._lines().hours, 16800)
