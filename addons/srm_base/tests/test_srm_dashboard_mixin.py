import io
import json
from urllib.parse import parse_qs, urlsplit

from openpyxl import load_workbook

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.srm_dashboard_mixin import xlsx_url
from ..tools.xlsx import write_workbook
from .common import SrmCase


@tagged("post_install", "-at_install")
class TestSrmDashboardMixin(SrmCase):
    def test_url_of_a_workbook(self):
        url = urlsplit(xlsx_url("srm.debt", "register", [1, 2], year=2025))
        self.assertEqual(url.path, "/srm/xlsx/srm.debt/register")
        query = parse_qs(url.query)
        self.assertEqual(query["ids"], ["1,2"])
        self.assertEqual(json.loads(query["options"][0]), {"year": 2025})

    def test_access(self):
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        dashboard = self.env["srm.territory.dashboard"]
        with self.assertRaises(AccessError):
            dashboard.with_user(outsider).get_dashboard()
        data = dashboard.with_user(self.user("director")).get_dashboard()
        self.assertEqual(data["currency_id"], self.env.company.currency_id.id)

    def test_action_keeps_the_views_of_the_window_action(self):
        action = self.env["srm.dashboard.mixin"]._dashboard_action(
            "srm_base.srm_territory_action", "Name", [("id", "=", 1)], key=1
        )
        self.assertEqual(action["res_model"], "srm.territory")
        self.assertEqual(action["views"][0], (False, "list"))
        self.assertEqual(action["context"], {"key": 1})

    def test_workbook_holds_the_figures_of_the_page(self):
        dashboard = self.env["srm.territory.dashboard"]
        data = dashboard.get_dashboard()
        report = dashboard._xlsx_report_dashboard()
        book = load_workbook(io.BytesIO(write_workbook(report.sheets)))
        blocks = 1 + len(data["charts"]) + len(data["tables"])
        self.assertEqual(len(book.sheetnames), blocks)
        figures = {
            row[0]: row[1] for row in book["Key figures"].iter_rows(values_only=True)
        }
        self.assertEqual(figures["Population 2024"], 3020431)
        chart = list(book.worksheets[1].iter_rows(values_only=True))
        self.assertEqual(chart[0][1:], ("2014", "2024"))
        self.assertEqual(len(chart), 7)
