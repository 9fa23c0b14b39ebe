import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_path

from .common_management import ManagementCase

#: Published cases whose figures a person can enter as incidents and hours.
COUNTS = {
    "TF-02": (5, 0, 1_000_000, "tf", "5"),
    "TF-07": (6, 0, 2_500_000, "tf", "2.4"),
    "TF-08": (2, 0, 111_200, "tf", "17.99"),
    "TF-11": (8, 0, 400_000, "tf", "20.0"),
    "TG-01": (0, 10, 1_000_000, "tg", "0.01"),
}


@tagged("post_install", "-at_install")
class TestSafetyRate(ManagementCase):
    def _hours(self, hours, month="2026-01-01", **vals):
        line = self.env["srm.worked.hours"].create(
            {
                "month": month,
                "site_id": self.site.id,
                "headcount": max(1, round(hours / 160)),
                "hours": hours,
                "note": "Test",
                **vals,
            }
        )
        line.action_confirm()
        return line

    def _accidents(self, count, days=0, outcome="3_lost_time", kind="employee", **vals):
        """``count`` accidents of one person, ``days`` off for the first."""
        periods = (
            [Command.create({"date_from": "2026-01-11", "date_to": days})]
            if days
            else []
        )
        incidents = self.env["srm.incident"].create(
            [
                {
                    "title": "Accident",
                    "kind": "injury",
                    "occurred": "2026-01-10 09:00:00",
                    "site_id": self.site.id,
                    "person_ids": [
                        Command.create({"name": "A", "kind": kind, "outcome": outcome})
                    ],
                    **vals,
                }
                for _index in range(count)
            ]
        )
        incidents[:1].person_ids.period_ids = periods
        return incidents

    def _rate(self, **vals):
        return self.env["srm.safety.rate"].create(
            {"date_from": "2026-01-01", "date_to": "2026-12-31", **vals}
        )

    def test_published_cases(self):
        """Rows of the shipped worked cases, through incidents and hours."""
        for case, (accidents, days, hours, name, expected) in COUNTS.items():
            with self.subTest(case):
                # A year of its own for each, before any other record.
                year = 2000 + list(COUNTS).index(case)
                self._hours(hours, f"{year}-12-01")
                if accidents:
                    self._accidents(accidents, occurred=f"{year}-12-05 09:00:00")
                if days:
                    incident = self._accidents(1, occurred=f"{year}-12-05 09:00:00")
                    incident.person_ids.period_ids = [
                        Command.create(
                            {
                                "date_from": f"{year}-12-06",
                                "date_to": f"{year}-12-{5 + days}",
                            }
                        )
                    ]
                rate = self._rate(date_from=f"{year}-12-01", date_to=f"{year}-12-31")
                self.assertEqual(
                    Decimal(str(rate[name])).quantize(Decimal("0.01"), ROUND_HALF_UP),
                    Decimal(expected).quantize(Decimal("0.01")),
                )

    def test_no_hours_is_not_computable_and_never_zero(self):
        """Case TF-05."""
        self._accidents(5)
        rate = self._rate()
        self.assertFalse(rate.computable)
        self.assertEqual(
            {rate.tf_text, rate.tg_text, rate.trir_text}, {"not computable"}
        )
        self.assertIn("no confirmed hours", rate.reason)

    def test_base_is_stored_with_the_value(self):
        """Case TG-04: 60 on 1,000,000 hours is 0.06 on 1,000."""
        self._hours(2_500_000)
        incident = self._accidents(1, "2026-06-09")
        self.assertEqual(incident.lost_days, 150)
        french = self._rate()
        self.env.company.srm_basis_severity = 1_000_000
        brazilian = self._rate()
        self.assertEqual((french.tg, french.basis_severity), (0.06, 1_000))
        self.assertEqual((brazilian.tg, brazilian.basis_severity), (60, 1_000_000))

    def test_days_typed_as_hours_are_stopped(self):
        """Trap SGTM: a field of days multiplied by ten."""
        with self.assertRaisesRegex(ValidationError, "looks like days"):
            self._hours(1645, headcount=75, note=False)
        with self.assertRaisesRegex(ValidationError, "not\\s+possible"):
            self._hours(16450, "2026-02-01", headcount=10)

    def test_missing_months_are_said(self):
        self._hours(16_000)
        rate = self._rate(date_to="2026-03-31")
        self.assertEqual(rate.missing_months, "2026-02, 2026-03")
        self.assertIn("too high", rate.reason)

    def test_commuting_and_public_are_apart(self):
        self._hours(1_000_000)
        self._accidents(1)
        self._accidents(1, commuting=True)
        self._accidents(1, kind="public")
        self.assertEqual(self._rate().lost_time_accidents, 1)
        self.env.company.srm_rates_with_commuting = True
        self.assertEqual(self._rate().lost_time_accidents, 2)

    def test_recordable_counts_medical_care(self):
        """Case TRIR-04: 6 cases over 512,500 hours."""
        self._hours(512_500)
        self._accidents(2)
        self._accidents(4, outcome="2_medical")
        rate = self._rate()
        self.assertEqual((rate.trir, rate.recordable_accidents), (2.34, 6))

    def test_employees_and_subcontractors_apart(self):
        self._hours(1_000_000)
        self._hours(500_000, kind="subcontractor", employer_id=self.contractor.id)
        self._accidents(1, kind="subcontractor")
        self.assertEqual(self._rate(scope="employee").tf, 0)
        self.assertEqual(self._rate(scope="subcontractor").tf, 2)

    def test_days_off_are_clipped_to_the_period(self):
        self._hours(1_000_000)
        self._accidents(1, "2026-02-10")
        january = self._rate(date_to="2026-01-31")
        self.assertEqual(january.lost_days, 21)

    def test_published_rates_stay(self):
        self._hours(1_000_000)
        rate = self._rate()
        rate.with_user(self.manager).action_publish()
        with self.assertRaisesRegex(UserError, "not computed again"):
            rate.action_compute()

    def test_confirmed_hours_stay(self):
        line = self._hours(16_000)
        with self.assertRaisesRegex(UserError, "Hours cannot change"):
            line.hours = 1
        line.with_user(self.manager).action_draft()
        line.hours = 15_000

    def test_dashboard_counts(self):
        today = fields.Date.context_today(self.env.user)
        self._accidents(1, occurred=fields.Datetime.now())
        data = (
            self.env["srm.safety.dashboard"].with_user(self.committee).get_dashboard()
        )
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual((cards["days"], cards["tf"]), (0, "not computable"))
        self.assertTrue(today)

    def test_cases_file_still_says_what_is_tested(self):
        root = Path(file_path("srm_hse")).parents[1]
        path = root / "engine" / "tests" / "cases" / "hse.csv"
        with path.open(encoding="utf-8") as handle:
            expected = {row["id"]: row["expected"] for row in csv.DictReader(handle)}
        for case, (*_figures, value) in COUNTS.items():
            self.assertEqual(expected[case], value)
