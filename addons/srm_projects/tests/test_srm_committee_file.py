import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from .test_srm_water_balance import SupplyCase


@tagged("post_install", "-at_install")
class TestCommitteeFile(SupplyCase):
    def file(self, **values):
        return (
            self.env["srm.committee.file"]
            .with_user(self.manager)
            .create({"name": "Committee", "territory_id": self.province.id, **values})
        )

    def test_projects_of_the_place_and_the_service(self):
        here = self.project()
        self.project(
            territory_id=self.other_commune.id,
            srm_territory_ids=[(6, 0, self.other_commune.ids)],
        )
        file = self.file()
        file.action_propose_projects()
        self.assertEqual(file.project_ids, here)

    def test_the_same_tables_on_paper_and_in_the_workbook(self):
        project = self.project()
        self.volume()
        file = self.file(project_ids=[(6, 0, project.ids)])
        self.assertTrue(file._render_pdf().startswith(b"%PDF"))
        report = file._xlsx_report_file()
        book = load_workbook(io.BytesIO(write_workbook(report.sheets, "fr_FR")))
        self.assertEqual(len(book.sheetnames), len(file._tables()))
        cells = [cell.value for row in book.worksheets[0] for cell in row]
        self.assertIn(project.display_name, cells)
        self.assertIn(1000000, cells)

    def test_arabic(self):
        file = self.file(project_ids=[(6, 0, self.project().ids)])
        self.assertTrue(
            file.with_context(lang="ar_001")._render_pdf().startswith(b"%PDF")
        )

    def test_roles(self):
        file = self.file()
        self.assertTrue(file.with_user(self.director).name)
        with self.assertRaises(AccessError):
            file.with_user(self.director).name = "x"
        with self.assertRaises(AccessError):
            file.with_user(self.network_officer).read(["name"])

    def test_the_dashboard_of_the_direction_reads_what_exists(self):
        dashboard = self.env.ref("srm_projects.dashboard_direction")
        dashboard._check_spreadsheet_data()
        data = dashboard.with_user(self.director).spreadsheet_data
        self.assertIn("srm.budget.line", data)
