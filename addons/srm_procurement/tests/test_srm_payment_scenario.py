import io
import time
from datetime import date

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError
from srm_engine.payment_plan import Claim, simulate

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.srm_base.tools.xlsx import write_workbook

from ..amounts import money, total
from .frozen_common import FrozenCase
from .settlement_common import SettlementCase

TODAY = "2026-02-10"


@tagged("post_install", "-at_install")
class TestSrmPaymentScenario(FrozenCase, SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = cls.file + cls._file("Petite Entreprise") + cls._file("Grande")
        cls.files[1].partner_id.srm_firm_size = "small"
        cls.files[2].partner_id.srm_firm_size = "large"
        cls.debts = cls._debts(
            cls._debt_vals(60000),
            cls._debt_vals(50000, file_id=cls.files[1].id, amount_retention=5000),
            cls._debt_vals(90000, file_id=cls.files[2].id),
            cls._debt_vals(20000, file_id=cls.files[2].id),
        )
        cls._score(cls.files, 90, 50, 10)

    @classmethod
    def _score(cls, files, *scores):
        for file, score in zip(files, scores, strict=True):
            cls.env.cr.execute(
                "UPDATE srm_debt_file SET score = %s WHERE id = %s", (score, file.id)
            )
        files.invalidate_recordset(["score"])

    def scenario(self, ceiling=100000, **values):
        return (
            self.env["srm.payment.scenario"]
            .with_user(self.officer)
            .create(
                {
                    "name": f"Ceiling {ceiling}",
                    "ceiling": ceiling,
                    "date_start": "2026-03-17",
                    "months": 12,
                    "predecessor_ids": [Command.set(self.predecessor.ids)],
                    "deduct_agreed": False,
                }
                | values
            )
        )

    def computed(self, *args, **values):
        scenario = self.scenario(*args, **values)
        scenario.action_compute()
        return scenario

    def frozen(self, *args, **values):
        scenario = self.computed(*args, **values)
        scenario.with_user(self.manager)._freeze("Voted")
        return scenario

    def plan(self, scenario):
        return [
            (item.file_id, item.month.isoformat()[:7], item.amount)
            for item in scenario.payment_ids.sorted(
                lambda item: (item.month, item.line_id.rank)
            )
        ]

    # --- computation -----------------------------------------------------------------
    def test_who_gets_paid_when(self):
        scenario = self.computed()
        first, second, third = self.files
        self.assertEqual(
            self.plan(scenario),
            [
                (first, "2026-03", 60000),
                (second, "2026-03", 40000),
                (second, "2026-04", 5000),
                (third, "2026-04", 95000),
                (third, "2026-05", 15000),
            ],
        )
        self.assertEqual(scenario.line_ids.mapped("rank"), [1, 2, 3])
        self.assertEqual(scenario.file_count, 3)
        self.assertEqual(scenario.amount_total, 215000, "retention is not payable")
        self.assertEqual(scenario.amount_planned, 215000)
        self.assertEqual(scenario.amount_residual, 0)
        self.assertEqual(scenario.month_first, date(2026, 3, 1))
        self.assertEqual(scenario.month_end, date(2026, 5, 1))
        self.assertEqual(scenario.files_first_quarter, 3)
        self.assertEqual((scenario.small_files, scenario.small_files_paid), (1, 1))
        self.assertEqual(len(scenario.month_ids), 12)
        self.assertEqual(scenario.month_ids[1].paid, 100000)
        self.assertEqual(scenario.month_ids[2].unused, 85000)

    def test_figures_are_those_of_the_engine(self):
        scenario = self.computed(30000, partial=False, months=5)
        claims = [
            Claim(
                line.file_id.id,
                money(line.amount),
                money(line.score),
                line.date_registered,
                money(line.monthly_cost),
            )
            for line in scenario.line_ids
        ]
        plan = simulate(claims, [money(30000)] * 5, False)
        self.assertEqual(money(scenario.cost_total), plan.cost)
        self.assertEqual(money(scenario.amount_residual), plan.residual)
        self.assertEqual(total(scenario.month_ids.mapped("cost")), plan.cost)
        self.assertEqual(scenario.line_ids.filtered("aside"), scenario.line_ids)
        self.assertFalse(scenario.month_end or scenario.month_first)

    def test_cost_of_waiting_is_fine_and_interest(self):
        self.env["srm.interest.rate"].search([]).unlink()
        scenario = self.computed(1)
        line = scenario.line_ids[0]
        self.assertAlmostEqual(line.monthly_cost, 60000 * 0.0085, 2)
        self.env["srm.interest.rate"].create(
            {"date_from": "2024-01-01", "treasury_rate": 2.0}
        )
        self.debts.write({"regime": "public_2_16_344"})
        self.env["srm.debt"]._refresh_exposure(limit=100000)
        scenario.action_compute()
        self.assertGreater(scenario.line_ids[0].monthly_cost, 60000 * 0.0085 + 100)

    def test_orders_of_payment(self):
        ranks = {}
        for order in ("score", "smallest", "oldest", "costliest"):
            lines = self.computed(order_by=order).line_ids
            ranks[order] = lines.file_id
        self.assertEqual(ranks["score"], self.files)
        self.assertEqual(
            ranks["smallest"], self.files[1] + self.files[0] + self.files[2]
        )
        self.assertEqual(set(ranks["oldest"]), set(self.files))

    def test_ties_go_by_date_of_registration(self):
        self._score(self.files, 50, 50, 50)
        self.files[2].date_registered = "2025-01-01"
        self.files[0].date_registered = "2025-06-01"
        self.files[1].date_registered = "2025-03-01"
        lines = self.computed().line_ids
        self.assertEqual(lines.file_id, self.files[2] + self.files[1] + self.files[0])

    def test_months_with_a_ceiling_of_their_own(self):
        scenario = self.scenario(
            100000,
            ceiling_ids=[
                Command.create({"month": "2026-03-20", "amount": 0}),
                Command.create({"month": "2026-04-02", "amount": 215000}),
            ],
        )
        scenario.action_compute()
        self.assertEqual(scenario.month_ids.mapped("paid")[:3], [0, 215000, 0])
        with self.assertRaises(ValidationError):
            scenario.ceiling_ids = [
                Command.create({"month": "2027-03-01", "amount": 1})
            ]

    @freeze_time(TODAY)
    def test_instalments_already_agreed_take_their_part(self):
        settlement = self._settlement(self.debts[0], count=2, first=date(2026, 3, 5))
        scenario = self.computed(40000, deduct_agreed=True)
        months = scenario.month_ids
        agreed = {item.month: item.agreed for item in months if item.agreed}
        self.assertGreaterEqual(agreed[date(2026, 3, 1)], 30000)
        self.assertGreaterEqual(agreed[date(2026, 4, 1)], 30000)
        for month in months:
            self.assertEqual(month.available, max(month.ceiling - month.agreed, 0))
            self.assertLessEqual(month.paid, month.available)
        self.assertNotIn(self.files[0], scenario.line_ids.file_id, settlement.name)

    def test_blocked_and_held_debts_are_not_planned(self):
        self.env["srm.debt.block"].create(
            {
                "debt_id": self.debts[2].id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
            }
        )
        self._settlement(self.debts[0])
        scenario = self.computed()
        self.assertEqual(
            {line.file_id: line.amount for line in scenario.line_ids},
            {self.files[1]: 45000, self.files[2]: 20000},
        )

    def test_computed_again_replaces_the_figures(self):
        scenario = self.computed()
        scenario.ceiling = 215000
        self.assertEqual(scenario.state, "draft", "other parameters: compute again")
        scenario.action_compute()
        self.assertEqual(len(scenario.line_ids), 3)
        self.assertEqual(scenario.month_end, date(2026, 3, 1))
        self.assertEqual(scenario.cost_total, 0)

    def test_nothing_to_pay(self):
        self._settlement(self.debts[:1])
        scenario = self.computed(min_score=89)
        self.assertEqual((scenario.file_count, scenario.cost_total), (0, 0))
        self.assertEqual(len(scenario.month_ids), 12)

    def test_thousands_of_files_in_seconds(self):
        """3,000 files of one debt each, without a query per file."""
        self.env.flush_all()
        self._multiply_files(3000)
        scenario = self.scenario(1_000_000, months=60)
        before, start = self.cr.sql_log_count, time.monotonic()
        scenario.action_compute()
        self.env.flush_all()
        self.assertLess(time.monotonic() - start, 15)
        self.assertLess(self.cr.sql_log_count - before, 60)
        self.assertEqual(scenario.file_count, 3003)
        self.assertEqual(
            total(scenario.payment_ids.mapped("amount")), money(scenario.amount_planned)
        )

    def _multiply_files(self, count):
        """Copy the first file and its debt ``count`` times, by SQL."""
        source = self.files[0]
        partners = self._copy_rows(
            "res.partner",
            source.partner_id.id,
            count,
            {"company_registry": SQL("NULL"), "srm_ice": SQL("NULL")},
        )
        files = self._copy_rows(
            "srm.debt.file",
            source.id,
            count,
            {"name": SQL("'VOL-' || n"), "partner_id": SQL("(%s)[n]", partners)},
        )
        self._copy_rows(
            "srm.debt",
            self.debts[0].id,
            count,
            {
                "origin_reference": SQL("'VOL-' || n"),
                "file_id": SQL("(%s)[n]", files),
                "opening_line_id": SQL("NULL"),
            },
        )
        self.env.invalidate_all()

    def _copy_rows(self, model, source_id, count, changes) -> list[int]:
        fields = self.env[model]._fields.values()
        names = [
            field.name
            for field in fields
            if field.store and field.column_type and field.name not in ("id", *changes)
        ]
        columns = SQL(", ").join(SQL.identifier(name) for name in (*names, *changes))
        values = SQL(", ").join(
            [*(SQL.identifier(name) for name in names), *changes.values()]
        )
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO %(table)s (%(columns)s)
                   SELECT %(values)s FROM %(table)s, generate_series(1, %(count)s) n
                    WHERE id = %(id)s RETURNING id""",
                table=SQL.identifier(self.env[model]._table),
                columns=columns,
                values=values,
                count=count,
                id=source_id,
            )
        )
        return [row_id for (row_id,) in rows]

    # --- choice ----------------------------------------------------------------------
    def test_frozen_by_a_manager_with_a_reason(self):
        scenario = self.computed()
        with self.assertRaises(AccessError):
            scenario.action_freeze()
        with self.assertRaises(AccessError):
            scenario._freeze("Because")
        wizard = (
            self.env["srm.payment.scenario.decide"]
            .with_user(self.manager)
            .create(
                {"scenario_id": scenario.id, "decision": "freeze", "reason": "Voted"}
            )
        )
        wizard.action_confirm()
        self.assertEqual(scenario.state, "frozen")
        self.assertEqual(scenario.frozen_by_id, self.manager)
        self.assertEqual(scenario.frozen_reason, "Voted")
        self.assertIn("Voted", scenario.message_ids[0].body)
        scenario.with_user(self.manager)._freeze("Again")
        self.assertEqual(scenario.frozen_reason, "Voted", "a second click does nothing")

    def test_a_frozen_scenario_never_changes(self):
        scenario = self.frozen(
            100000,
            ceiling_ids=[Command.create({"month": "2026-03-01", "amount": 1000})],
        )
        for vals in ({"ceiling": 1}, {"partial": False}, {"name": "Other"}):
            with self.assertRefused("Duplicate it to try other parameters"):
                scenario.write(vals)
        with self.assertRefused("(Chosen and frozen)"):
            scenario.action_compute()
        with self.assertRefused("Duplicate it to try other parameters"):
            scenario.ceiling_ids.amount = 5
        with self.assertRefused("Duplicate it to try other parameters"):
            scenario.ceiling_ids.unlink()
        with self.assertRefused("is kept"):
            scenario.unlink()
        with self.assertRefused("buttons"):
            scenario.cost_total = 0
        for model in ("line", "payment", "month"):
            for user in (self.officer, self.manager):
                records = self.env[f"srm.payment.scenario.{model}"].with_user(user)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(records.has_access(operation))
        copy = scenario.copy()
        self.assertEqual((copy.state, copy.file_count), ("draft", 0))
        self.assertEqual(copy.ceiling_ids.amount, 1000)

    def test_a_chosen_scenario_and_its_parts_by_no_door(self):
        scenario = self.frozen(
            ceiling_ids=[Command.create({"month": "2026-03-01", "amount": 1000})]
        )
        values = {
            "ceiling": 1,
            "note": "<p>Autre</p>",
            "user_id": self.manager.id,
            "cost_total": 1,
            "frozen_by_id": self.officer.id,
            "frozen_reason": "Autre",
            "predecessor_ids": [Command.clear()],
            "ceiling_ids": [Command.clear()],
            "state": "computed",
        }
        parts = [
            (scenario.ceiling_ids, {"amount": 9}),
            (scenario.line_ids, {"cost": 9}),
            (scenario.month_ids, {"paid": 9}),
            (scenario.payment_ids, {"amount": 9}),
        ]
        for user in (self.officer, self.manager):
            self.assertHeld(scenario, user, values, parts)
        self.assertDatabaseHolds(scenario, "ceiling", 1)
        for part, _values in parts:
            self.assertDatabaseHolds(part[0], "scenario_id", self.scenario().id)
        scenario.with_user(self.manager)._retire("Budget")
        values |= {"retired_reason": "Autre", "state": "frozen"}
        self.assertHeld(scenario, self.manager, values, parts)
        self.assertDatabaseHolds(scenario, "retired_reason", "Autre")

    def test_figures_and_authors_are_not_given_at_creation(self):
        values = {"name": "Essai", "ceiling": 5}
        scenarios = self.env["srm.payment.scenario"].with_user(self.officer)
        for given in (
            {"state": "frozen"},
            {"cost_total": 1},
            {"user_id": self.manager.id},
            {"frozen_by_id": self.manager.id},
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                scenarios.create(values | given)
        context = {f"default_{key}": value for key, value in given.items()}
        made = scenarios.with_context(**context, default_state="frozen").create(values)
        self.assertEqual((made.state, made.frozen_by_id.id), ("draft", False))

    def test_one_chosen_scenario_at_a_time(self):
        first, second = self.frozen(), self.computed(50000)
        with self.assertRefused(first.name):
            second.with_user(self.manager)._freeze("Better")
        first.with_user(self.manager)._retire("Budget cut")
        self.assertEqual(first.retired_reason, "Budget cut")
        second.with_user(self.manager)._freeze("Better")
        with self.assertRefused("Duplicate it to try other parameters"):
            first.ceiling = 1
        with self.assertRefused("(Retired)"):
            first.with_user(self.manager)._freeze("Back")

    def test_database_refuses_a_second_choice(self):
        first, second = self.frozen(), self.computed()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            second._by_code().write(
                {
                    "state": "frozen",
                    "frozen_by_id": self.manager.id,
                    "frozen_reason": first.name,
                }
            )
            second.flush_recordset()

    def test_only_a_computed_scenario_is_chosen(self):
        with self.assertRefused("(Draft)"):
            self.scenario().with_user(self.manager)._freeze("Empty")

    # --- comparison ------------------------------------------------------------------
    def test_side_by_side(self):
        cheap, slow = self.computed(215000), self.computed(20000)
        wizard = self.env["srm.payment.scenario.compare"].create(
            {"scenario_ids": [Command.set((cheap + slow).ids)]}
        )
        self.assertIn(cheap.name, wizard.table)
        best = {
            name: [cell["best"] for cell in wizard._row(name, cheap + slow)["cells"]]
            for name in ("cost_total", "files_first_quarter", "ceiling")
        }
        self.assertEqual(best["cost_total"], [True, False])
        self.assertEqual(best["files_first_quarter"], [True, False])
        self.assertEqual(best["ceiling"], [False, False])
        action = wizard.action_view_graph()
        months = self.env["srm.payment.scenario.month"].search(action["domain"])
        self.assertEqual(len(months), 24)
        self.assertGreater(slow.cost_total, cheap.cost_total)

    def test_workbook(self):
        scenarios = self.computed() + self.computed(20000)
        report = scenarios._xlsx_report_scenarios()
        book = load_workbook(io.BytesIO(write_workbook(report.sheets)))
        self.assertEqual(len(book.worksheets), 3)
        compared, months, files = (
            list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets
        )
        self.assertEqual(len(compared), 3)
        self.assertIn(215000, compared[1])
        self.assertEqual(len(months), 1 + 24)
        self.assertEqual(len(files), 1 + 6)

    # --- settlements -----------------------------------------------------------------
    def propose(self, scenario, month="2026-03-01", day=25):
        wizard = (
            self.env["srm.payment.scenario.propose"]
            .with_user(self.officer)
            .create(
                {
                    "scenario_id": scenario.id,
                    "month_id": scenario.month_ids.filtered(
                        lambda item: item.month.isoformat() == month
                    ).id,
                    "day": day,
                }
            )
        )
        action = wizard.action_confirm()
        return self.env["srm.settlement"].search(action["domain"], order="id")

    @freeze_time(TODAY)
    def test_settlements_follow_the_plan(self):
        scenario = self.frozen()
        first, second = self.propose(scenario)
        self.assertEqual(first.file_id + second.file_id, self.files[:2])
        self.assertEqual((first.mode, first.amount_total), ("cash", 60000))
        self.assertEqual(
            [(item.date.isoformat(), item.amount) for item in second.instalment_ids],
            [("2026-03-25", 40000), ("2026-04-25", 5000)],
        )
        self.assertEqual(second.amount_gap, 0)
        self.assertEqual(second.scenario_id, scenario)
        self.assertEqual(scenario.settlement_count, 2)
        third = self.propose(scenario, "2026-04-01", day=31)
        self.assertEqual(
            {line.debt_id: line.amount for line in third.line_ids},
            {self.debts[2]: 90000, self.debts[3]: 20000},
        )
        self.assertEqual(
            [item.date.isoformat() for item in third.instalment_ids],
            ["2026-04-30", "2026-05-31"],
        )

    @freeze_time(TODAY)
    def test_proposed_once(self):
        scenario = self.frozen()
        settlements = self.propose(scenario)
        with self.assertRefused("Nothing is left"):
            self.propose(scenario)
        settlements[0].with_user(self.manager)._cancel("Refused by the creditor")
        again = self.propose(scenario)
        self.assertEqual(again.file_id, settlements[0].file_id)
        line = again.scenario_line_id
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["srm.settlement"].create(
                {"file_id": line.file_id.id, "scenario_line_id": line.id}
            )

    @freeze_time(TODAY)
    def test_what_changed_since_is_told(self):
        scenario = self.frozen()
        self.env["srm.debt.block"].create(
            {
                "debt_id": self.debts[0].id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
            }
        )
        settlements = self.propose(scenario)
        self.assertEqual(settlements.file_id, self.files[1])
        self.assertIn("blocked since", scenario.message_ids[0].body)
        self.assertEqual(scenario.line_ids[0].amount_planned, 60000, "frozen")

    @freeze_time(TODAY)
    def test_less_is_payable_than_planned(self):
        scenario = self.frozen()
        self.env["srm.debt.block"].create(
            {
                "debt_id": self.debts[2].id,
                "reason_id": self.env.ref("srm_procurement.block_reason_budget").id,
            }
        )
        settlement = self.propose(scenario, "2026-04-01")
        self.assertEqual(settlement.line_ids.debt_id, self.debts[3])
        self.assertEqual(settlement.instalment_ids.mapped("amount"), [20000])

    @freeze_time(TODAY)
    def test_claims_assigned_go_to_their_holder(self):
        assignee = self._file("Factor").partner_id
        scenario = self.frozen()
        assignment = self.env["srm.debt.assignment"].create(
            {
                "file_id": self.files[2].id,
                "debt_ids": [Command.set(self.debts[3].ids)],
                "assignee_id": assignee.id,
                "partner_bank_id": assignee.bank_ids.id,
                "date_notified": "2026-02-01",
                "document": "YQ==",
            }
        )
        assignment.with_user(self.manager).action_notify()
        settlements = self.propose(scenario, "2026-04-01")
        self.assertEqual(
            {item.payee_id: item.amount_total for item in settlements},
            {self.files[2].partner_id: 90000, assignee: 20000},
        )
        self.assertEqual(
            total(settlements.instalment_ids.mapped("amount")), money(110000)
        )

    @freeze_time(TODAY)
    def test_only_the_chosen_scenario_is_followed(self):
        scenario = self.computed()
        with self.assertRefused("choose and freeze"):
            scenario.action_propose()
        scenario.with_user(self.manager)._freeze("Voted")
        action = scenario.action_propose()
        month = self.env["srm.payment.scenario.month"].browse(
            action["context"]["default_month_id"]
        )
        self.assertEqual(month.month, date(2026, 3, 1))
        with self.assertRaises(ValidationError):
            self.propose(scenario, day=32)
        with self.assertRaises(AccessError):
            scenario.with_user(self.director)._propose(date(2026, 3, 1), 25)

    @freeze_time(TODAY)
    def test_payment_orders_follow_the_chosen_scenario(self):
        scenario = self.frozen()
        month = scenario.month_ids[0].with_user(self.officer)
        with self.assertRefused("Propose the settlements"):
            month.action_prepare_orders()
        settlements = self.propose(scenario)
        with self.assertRefused("signed, approved and scheduled"):
            month.action_prepare_orders()
        for settlement in settlements:
            self._schedule(settlement)
        action = month.action_prepare_orders()
        order = self.env["account.payment.order"].browse(action["res_id"])
        self.assertEqual(
            total(order.payment_line_ids.mapped("amount_currency")), 100000
        )
        self.assertEqual(order.state, "draft")
        with self.assertRefused("No instalment"):
            month.action_prepare_orders()
        self.assertEqual(self.files[0].planned_month, date(2026, 3, 1))
