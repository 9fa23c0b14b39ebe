import base64

from odoo.tests import tagged

from odoo.addons.srm_procurement.tests.contract_common import ContractCase

HEAD = "Marché;Origine;Projet;Montant TTC\n"


@tagged("post_install", "-at_install")
class TestContractLinkImport(ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.predecessor = cls.env["srm.predecessor"].search(
            [("code", "=", "ramsa")], limit=1
        )
        cls.project = cls.env["project.project"].create(
            {
                "name": "Taken over",
                "company_id": cls.company.id,
                "srm_predecessor_id": cls.predecessor.id,
                "srm_origin_reference": "P-77",
            }
        )
        cls.line = cls.env["srm.budget.line"].create(
            {
                "project_id": cls.project.id,
                "name": "Works",
                "credits": 900000,
                "company_id": cls.company.id,
            }
        )

    def imported(self, *rows):
        record = (
            self.env["srm.import"]
            .with_user(self.buyer)
            .create(
                {
                    "kind": "contract_links",
                    "file": base64.b64encode((HEAD + "\n".join(rows)).encode()),
                    "file_name": "marches.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        if record.row_ids.filtered(lambda row: row.state == "ok"):
            record.action_load()
        record.invalidate_recordset()
        return record

    def reasons(self, record):
        return " ".join(str(row.reason_text or "") for row in record.row_ids)

    def test_linked_once(self):
        contract = self.draft(400000, predecessor_id=self.predecessor.id)
        row = f"{contract.name};RAMSA;P-77;{contract.amount_ttc:.2f}"
        record = self.imported(row)
        self.assertEqual(
            record.row_ids.mapped("state"), ["updated"], self.reasons(record)
        )
        self.assertEqual(contract.project_id, self.project)
        total = record.total_ids.filtered("amount_field")
        self.assertEqual(total.file_amount, contract.amount_ttc)
        self.assertEqual(total.loaded_amount, contract.amount_ttc)
        self.assertEqual(contract.budget_line_id, self.line)
        again = self.imported(row)
        self.assertEqual(again.row_ids.mapped("state"), ["unchanged"])

    def test_every_reason(self):
        contract = self.draft(400000, predecessor_id=self.predecessor.id)
        record = self.imported(
            f"{contract.name};RAMSA;P-00;{contract.amount_ttc:.2f}",
            "M-UNKNOWN;RAMSA;P-77;1",
        )
        reasons = self.reasons(record)
        for word in ("project", "no contract"):
            self.assertIn(word, reasons)
        differs = self.imported(f"{contract.name};RAMSA;P-77;12")
        self.assertIn("480000", self.reasons(differs).replace(",", ""))
        self.assertFalse(contract.project_id)
