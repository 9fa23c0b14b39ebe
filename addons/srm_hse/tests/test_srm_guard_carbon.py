from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_guard import GuardedCase


@tagged("post_install", "-at_install")
class TestCarbonGuard(GuardedCase):
    """Figures that were checked and validated stay, with what they were made of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fuel = cls._source("T-FUEL", cls.diesel)
        cls.power = cls._source("T-POWER", cls.grid)
        cls.period = cls._period()

    def _entered(self):
        statement = self._statement(self.period)
        for line in statement.line_ids:
            line.with_user(self.hse).write({"quantity": 100, "evidence": "Bill 7"})
        return statement

    def _closed(self):
        statement = self._entered()
        photo = self.env["ir.attachment"].with_user(self.manager)
        photo = photo.create({"name": "bill", "raw": b"1"})
        statement.line_ids[0].attachment_ids = photo
        self._validate(statement)
        return statement

    def test_a_line_comes_from_its_source(self):
        line = self._line(self._entered(), self.fuel)
        self.attack(
            line,
            self.manager,
            closed={
                "factor_value": 0.0,
                "perimeter": "excluded",
                "scope": "3",
                "source_id": self.power.id,
                "kgco2e": 0.5,
                "frozen": True,
                "anomaly": True,
            },
        )
        line.with_user(self.hse).quantity = 90

    def test_a_statement_handed_over(self):
        statement = self._entered()
        statement.with_user(self.hse).action_submit()
        self.attack(
            statement,
            self.manager,
            closed={
                "state": "draft",
                "submitted_by_id": self.manager.id,
                "checked_by_id": self.hse.id,
                "revision": 7,
                "total": 1.0,
            },
            frozen={"site_id": self.other_site.id},
            parts={"line_ids": ({}, {"quantity": 1})},
        )
        for user in (self.hse, self.staff):
            with self.assertRaises(UserError):
                statement.with_user(user).action_check()

    def test_a_validated_statement(self):
        statement = self._closed()
        other = self._period("2026-07-01")
        for context in ({}, {"srm_carbon_freeze": True}):
            with self.subTest(context):
                line = statement.line_ids[0].with_context(**context)
                self.assertRefused(
                    lambda one=line: one.with_user(self.manager).write({"quantity": 1}),
                    "line",
                )
        attacks = {
            "closed": {"state": "draft", "validated_by_id": self.hse.id},
            "frozen": {"period_id": other.id},
            "parts": {"line_ids": ({}, {"note": "x"})},
            "held": {"validated_date": "2026-01-01", "site_id": self.other_site.id},
        }
        self.attack(statement, self.manager, **attacks)
        line = statement.line_ids[0]
        self._attack_database(line, "quantity", 1.0)
        self.assertRefused(line.attachment_ids.with_user(self.manager).unlink, "bill")
        self._source("T-LATER", self.grid)
        with self.assertRaises(UserError):
            statement.with_user(self.manager).line_ids = [Command.delete(line.id)]
        statement.with_user(self.manager)._restate("Meter exchanged")
        self.assertEqual(statement.state, "superseded")
        self.attack(statement, self.manager, **attacks)

    def test_the_factor_of_a_validated_month(self):
        self._closed()
        self.assertEqual(self.diesel.used_since, self.period.month)
        for user in (self.manager, self.env.ref("base.user_root")):
            for vals in ({"kgco2e": 0.1}, {"unit": "m3"}, {"valid_from": "2030-01-01"}):
                self.assertRefused(
                    lambda v=vals, u=user: self.diesel.with_user(u).write(v), str(vals)
                )
        self.diesel.with_user(self.manager).note = "Superseded next year"

    def test_a_closed_month(self):
        self._closed()
        self.period.output_ids = [
            Command.create({"kind": "water", "quantity": 5, "source": "Log"})
        ]
        for statement in self.period.current_statement_ids - self._statement(
            self.period
        ):
            statement.line_ids.write({"quantity_given": True, "note": "None"})
            self._validate(statement)
        self.period.with_user(self.manager).action_close()
        self.attack(
            self.period,
            self.manager,
            closed={"state": "open", "total": 1.0},
            frozen={"target": 9, "month": "2026-05-01"},
            parts={
                "output_ids": (
                    {"kind": "staff", "quantity": 5, "source": "x"},
                    {"quantity": 1},
                )
            },
            held={"target": 9.0, "month": "2026-05-01"},
        )

    def test_a_month_is_not_closed_without_one_of_its_sites(self):
        self._closed()
        (self.period.current_statement_ids - self._statement(self.period)).unlink()
        self._source("T-OTHER", self.grid, self.other_site)
        with self.assertRaisesRegex(UserError, "T-WW"):
            self.period.with_user(self.manager).action_close()

    def test_the_ceiling_and_the_perimeter_are_the_managers(self):
        for attack in (
            lambda: self.period.with_user(self.hse).write({"target": 1e9}),
            lambda: self.fuel.with_user(self.hse).write({"perimeter": "excluded"}),
            lambda: self.fuel.with_user(self.hse).action_exclude(),
        ):
            with self.assertRaises(AccessError):
                attack()
        self.period.with_user(self.manager).target = 6000

    def test_lines_and_restatements_are_not_deleted(self):
        statement = self._closed()
        revision = statement.with_user(self.manager)._restate("Meter exchanged")
        with self.assertRaisesRegex(UserError, "no figures"):
            revision.unlink()
        with self.assertRaises(AccessError):
            revision.line_ids[0].unlink()
