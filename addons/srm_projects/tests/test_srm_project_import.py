import base64

from odoo.tests import tagged

from .common_works import WorksCase

HEAD = "Référence;Origine;Intitulé;Activité;Nature;Montant;Date de début;Date de fin\n"
ROWS = (
    "P-1;RAMSA;Collecteur principal;Assainissement;Extension;1 500 000,50;01/02/2025;"
    "31/12/2026",
    "P-2;RAMSA;Conduite DN400;Eau potable;Renouvellement;750000;01/03/2025;30/09/2026",
)


@tagged("post_install", "-at_install")
class TestProjectImport(WorksCase):
    def imported(self, *rows):
        record = (
            self.env["srm.import"]
            .with_user(self.manager)
            .create(
                {
                    "kind": "projects",
                    "file": base64.b64encode((HEAD + "\n".join(rows)).encode()),
                    "file_name": "projets.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        if record.row_ids.filtered(lambda row: row.state == "ok"):
            record.action_load()
        record.invalidate_recordset()
        return record

    def projects(self):
        return self.env["project.project"].search(
            [("srm_origin_reference", "in", ("P-1", "P-2"))], order="id"
        )

    def test_twice_changes_nothing(self):
        record = self.imported(*ROWS)
        self.assertEqual(
            record.row_ids.mapped("state"), ["loaded", "loaded"], self.reasons(record)
        )
        one, two = self.projects()
        self.assertEqual(one.srm_budget, 1500000.5)
        self.assertEqual((two.srm_kind, two.srm_service_id), ("renewal", self.water))
        self.assertEqual(one.srm_item_ids.code, "0")
        again = self.imported(*ROWS)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        self.assertEqual(self.projects(), one | two)

    def test_a_changed_budget_follows_until_there_is_a_breakdown(self):
        self.imported(ROWS[1])
        changed = ROWS[1].replace("750000", "800000")
        self.imported(changed)
        project = self.projects()
        self.assertEqual(project.srm_budget, 800000)
        project.write({"srm_item_ids": [self.item("1", 1, 1000, 1, 0, 1)]})
        record = self.imported(ROWS[1])
        self.assertIn("breakdown", self.reasons(record))

    def test_dates_reversed(self):
        record = self.imported(ROWS[1].replace("30/09/2026", "30/09/2024"))
        self.assertIn("ends before", self.reasons(record))
        self.assertFalse(self.projects())

    def reasons(self, record):
        return " ".join(str(row.reason_text or "") for row in record.row_ids)
