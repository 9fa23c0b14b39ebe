import re
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .contract_common import ContractCase
from .test_srm_contract import read_cases

#: Word of the expected column -> field of the statement.
PUBLISHED = {
    "cum HT": "ht_cumulative",
    "cum TTC": "ttc_cumulative",
    "previous TTC": "ttc_previous",
    "period TTC": "ttc_period",
    "retention": "retention_period",
    "cap": "retention_cap",
    "advance": "advance_period",
    "penalty": "penalty_period",
    "net before tax withholding": "net_period",
    "VAT of period": "vat_period",
}


@tagged("post_install", "-at_install")
class TestSrmContractStatement(ContractCase):
    def formula(self, ratio):
        """A formula that gives ``ratio``: everything but 0.15 moves."""
        month0, month = self.ago(400), self.ago(30)
        index = self.env["srm.price.index"].create(
            {
                "code": "TEST",
                "name": "Indice d'essai",
                "value_ids": [
                    Command.create({"month": month0, "value": 8500}),
                    Command.create(
                        {"month": month, "value": 8500 + 10000 * (ratio - 1)}
                    ),
                ],
            }
        )
        return self.env["srm.revision.formula"].create(
            {
                "name": "Essai",
                "term_ids": [Command.create({"index_id": index.id, "weight": 0.85})],
            }
        )

    def assertPublished(self, statement, row_id):
        expected = read_cases()[row_id]["expected"]
        for words, name in PUBLISHED.items():
            found = re.search(rf"(?:^|[ (]){words} (\d+\.\d\d)", expected)
            self.assertEqual(statement[name], float(found[1]), f"{row_id} {words}")
        bill = statement.bill_id
        self.assertEqual(bill.amount_total, statement.net_period)
        self.assertEqual(bill.amount_tax, statement.vat_period)

    def test_published_statements(self):
        """P01 and P02: advance, retention within its cap, price revision, bill."""
        formula = self.formula(1.0590)
        contract = self.running(
            4000000,
            formula_id=formula.id,
            date_bid_deadline=self.ago(400),
        )
        self.assertEqual(contract.advance_amount, 480000)
        self.pay_advance(contract)
        self.assertEqual(contract.advance_paid, 480000)
        first = self.statement(contract, 1000000, works_month=self.ago(400))
        self.post(first)
        self.assertEqual(first.revision_coefficient, 1)
        self.assertPublished(first, "P01")
        second = self.post(self.statement(contract, 1200000))
        self.assertEqual(second.revision_coefficient, 1.059)
        self.assertPublished(second, "P02")
        self.assertEqual(second.retention_cumulative, 272496.00)
        self.assertEqual(contract.retention_held, 272496.00)
        self.assertEqual(contract.progress, 55)
        self.assertEqual(self.balance(contract, "retention"), 272496.00)
        self.assertEqual(self.balance(contract, "advance"), -288000)

    def test_published_retention(self):
        """C01: 10 % of the statement, 7 % of the contract at most."""
        row = read_cases()["C01"]
        acompte, amount = re.findall(r"\d+\.\d\d", row["inputs"])
        retention, cap = re.findall(r"\d+\.\d\d", row["expected"])
        contract = self.running(amount, tax_id=self.no_vat.id)
        statement = self.statement(contract, acompte)
        self.assertEqual(statement.retention_period, float(retention))
        self.assertEqual(statement.retention_cap, float(cap))

    def test_figures_follow_the_attachments(self):
        contract = self.running(0, prices=[("1", 100, 3.333), ("2", 10, 7)])
        one, two = contract.line_ids
        statement = self.statement(
            contract,
            lines=[
                {"quantity": 10.5},
                {"quantity": 2, "contract_line_id": two.id, "place": "PK 3"},
                {"quantity": 4.5, "place": "PK 4"},
            ],
        )
        self.assertEqual(statement.works_period, 64.0)
        self.assertEqual(statement.ttc_period, 76.8)
        statement.line_ids[0].quantity = 0
        self.assertEqual(statement.works_period, 29.0)
        statement.line_ids[0].unlink()
        statement.write({"line_ids": [Command.delete(statement.line_ids[-1].id)]})
        self.assertEqual(statement.works_period, 14.0)
        self.post(statement)
        second = self.statement(contract, lines=[{"quantity": 1}])
        self.assertEqual(second.works_previous, 14.0)
        self.assertEqual(second.line_ids.quantity_previous, 0)
        self.assertEqual(second.line_ids.contract_line_id, one)
        third = self.post(second)
        self.assertEqual(third.line_ids.quantity_to_date, 1)

    def test_a_correction_does_not_go_below_zero(self):
        contract = self.running(1000)
        self.post(self.statement(contract, 100))
        with self.assertRefused("would be negative", ValidationError):
            self.statement(contract, -100.01)
        correction = self.post(self.statement(contract, -40))
        self.assertEqual(correction.net_period, -43.2)
        self.assertEqual(correction.bill_id.move_type, "in_refund")
        self.assertEqual(correction.bill_id.amount_total, 43.2)
        self.assertEqual(self.balance(contract, "retention"), 7.2)

    def test_delay_penalty_charged_once_within_its_cap(self):
        contract = self.running(
            100000, start=self.ago(200), term_value=100, term_unit="days"
        )
        first = self.statement(contract, 1000, date=self.ago(90))
        self.assertEqual((first.late_days_total, first.late_days), (10, 10))
        self.assertEqual(first.penalty_period, 1200)
        first.with_user(self.officer).write(
            {"late_days_waived": 4, "waiver_reason": "Crue de l'oued"}
        )
        self.assertEqual((first.late_days, first.penalty_period), (6, 720))
        self.post(first)
        second = self.post(self.statement(contract, 60000, date=self.ago(20)))
        self.assertEqual((second.late_days_total, second.late_days), (80, 70))
        self.assertEqual(second.penalty_period, 8400)
        third = self.statement(contract, 10, date=self.today)
        self.assertEqual(third.late_days, 20)
        self.assertEqual(third.penalty_cumulative, 9600)

    @mute_logger("odoo.sql_db")
    def test_a_waiver_and_a_special_penalty_say_why(self):
        contract = self.running(100000)
        statement = self.statement(contract, 1000)
        for vals in ({"late_days_waived": 1}, {"special_penalty_asked": 1}):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                statement.write(vals)
        statement.write(
            {"special_penalty_asked": 3000, "special_penalty_reason": "Sécurité"}
        )
        self.assertEqual(statement.special_penalty_period, 2400)

    def test_bases_without_vat(self):
        contract = self.running(
            100000,
            start=self.ago(200),
            term_value=100,
            term_unit="days",
            retention_basis="ht",
            penalty_basis="ht",
        )
        statement = self.statement(contract, 50000, date=self.ago(90))
        self.assertEqual(statement.retention_period, 5000)
        self.assertEqual(statement.penalty_period, 1000)

    def test_contested_part_is_held_and_the_rest_paid(self):
        contract = self.running(1000)
        line = {
            "quantity": 300,
            "quantity_contested": 100,
            "contest_reason": "Métré",
        }
        statement = self.post(self.statement(contract, lines=[line]))
        self.assertEqual((statement.ttc_period, statement.contested_ht), (240, 100))
        self.assertEqual(contract.contested_ht, 100)
        self.settle(statement.line_ids, 60)
        self.assertEqual(contract.contested_ht, 0)
        with self.assertRefused("already settled"):
            self.settle(statement.line_ids, 60)
        second = self.statement(contract)
        second.with_user(self.officer).action_take_settled()
        second.with_user(self.officer).action_take_settled()
        self.assertEqual(second.line_ids.mapped("quantity"), [60])
        self.assertEqual(second.line_ids.origin_line_id, statement.line_ids)
        self.assertEqual(second.ttc_period, 72)

    def settle(self, line, granted):
        wizard = (
            self.env["srm.contract.contest"]
            .with_user(self.officer)
            .create({"line_id": line.id, "quantity_granted": granted, "note": "PV 3"})
        )
        wizard.action_confirm()

    @mute_logger("odoo.sql_db")
    def test_a_contested_quantity_is_a_part_with_a_reason(self):
        contract = self.running(1000)
        for vals in (
            {"quantity": 1, "quantity_contested": 2, "contest_reason": "x"},
            {"quantity": 2, "quantity_contested": 1},
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.statement(contract, lines=[vals])

    def test_a_contest_under_way_is_not_settled(self):
        contract = self.running(1000)
        line = {"quantity": 3, "quantity_contested": 1, "contest_reason": "Métré"}
        statement = self.statement(contract, lines=[line])
        with self.assertRefused("is under way"):
            self.settle(statement.line_ids, 1)
        with self.assertRefused("Use its buttons"):
            statement.line_ids.quantity_granted = 1

    def test_approval_tiers_and_separation(self):
        contract = self.running(1000)
        statement = self.statement(contract, 100)
        with self.assertRefused("(Draft)"):
            statement.with_user(self.manager).action_approve()
        statement.with_user(self.manager).action_draw()
        self.assertEqual(len(statement.review_ids), 2)
        with self.assertRefused("does not approve it"):
            statement.with_user(self.manager).action_approve()
        with self.assertRefused("awaits the approval of Visa of the contract manager"):
            statement.with_user(self.officer).action_approve()
        statement.with_user(self.buyer).action_approve()
        self.assertEqual(statement.state, "drawn")
        with self.assertRefused("does not approve it"):
            statement.with_user(self.manager).action_approve()
        other = self.manager.copy({"login": "ctr_manager2"})
        statement.with_user(other).action_approve()
        self.assertEqual(statement.state, "approved")
        self.assertEqual(statement.approved_by_id, other)
        statement.with_user(other).action_approve()

    def test_who_approves_sees_it_in_the_queue(self):
        statement = self.statement(self.running(1000), 100)
        statement.with_user(self.officer).action_draw()
        mine = [("can_review", "=", True), ("id", "=", statement.id)]
        statements = self.env["srm.contract.statement"]
        self.assertTrue(statements.with_user(self.buyer).search(mine))
        self.assertFalse(statements.with_user(self.manager).search(mine))
        statement.with_user(self.buyer).action_approve()
        self.env.invalidate_all()
        self.assertTrue(statements.with_user(self.manager).search(mine))

    def test_a_rejected_statement_goes_back_to_draft(self):
        statement = self.statement(self.running(1000), 100)
        statement.with_user(self.officer).action_draw()
        statement.with_user(self.buyer).action_reject()
        self.assertEqual(statement.validation_status, "rejected")
        with self.assertRefused("was rejected"):
            statement.with_user(self.manager).action_approve()
        statement.with_user(self.officer).action_back_to_draft()
        self.assertEqual((statement.state, statement.drawn_by_id.id), ("draft", False))
        self.approve(statement)
        self.assertEqual(statement.state, "approved")

    def test_a_concluded_statement_does_not_change(self):
        contract = self.running(1000)
        statement = self.approve(self.statement(contract, 100))
        for vals, text in (
            ({"date": self.today}, "Take it back to draft"),
            ({"net_period": 1}, "Use its buttons"),
            ({"line_ids": [Command.clear()]}, "Take it back to draft"),
        ):
            with self.assertRefused(text):
                statement.with_user(self.officer).write(vals)
        with self.assertRefused("Take it back to draft"):
            statement.line_ids.with_user(self.officer).quantity = 1
        with self.assertRefused("Take it back to draft"):
            statement.line_ids.with_user(self.officer).unlink()
        self.post(statement)
        with self.assertRefused("in the next statement"):
            statement.with_user(self.officer).invoice_date = self.today
        with self.assertRefused("is kept"):
            statement.with_user(self.officer).unlink()
        with self.assertRefused("(In the books)"):
            statement.with_user(self.officer).action_back_to_draft()
        for button in ("button_draft", "button_cancel"):
            with self.assertRefused("stays in the books"):
                getattr(statement.bill_id.with_user(self.manager), button)()

    def test_figures_come_from_the_buttons(self):
        statement = self.statement(self.running(1000), 100)
        for vals in ({"net_period": 5}, {"state": "posted"}, {"number": 7}):
            with self.assertRefused("buttons"):
                statement.with_user(self.officer).write(vals)

    def test_posting_is_safe_to_repeat(self):
        contract = self.running(1000)
        statement = self.post(self.statement(contract, 100))
        bill = statement.bill_id
        action = statement.with_user(self.manager).action_post()
        self.assertEqual(action["res_id"], bill.id)
        self.assertEqual(contract.bill_ids, bill)
        self.assertEqual(bill.state, "posted")
        self.assertEqual(bill.srm_statement_id, statement)
        self.assertEqual(bill.srm_contract_id, contract)

    def test_the_bill_is_due_after_the_agreed_days(self):
        contract = self.running(1000)
        statement = self.approve(self.statement(contract, 100))
        with self.assertRefused("Invoice No., Invoice Date, Invoice deposited on"):
            statement.with_user(self.manager).action_post()
        statement.with_user(self.officer).write(
            {
                "invoice_reference": "F-1",
                "invoice_date": date(2026, 1, 1),
                "deposit_date": date(2026, 2, 10),
            }
        )
        self.assertIn("120 days", statement.warning)
        statement.with_user(self.manager).action_post()
        bill = statement.bill_id
        self.assertEqual(bill.invoice_date_due, date(2026, 5, 11))
        self.assertEqual(bill.ref, "F-1")
        self.assertEqual(set(bill.line_ids.mapped("parent_state")), {"posted"})

    def test_vat_agrees_to_the_centime(self):
        """The cumulative VAT differs by a centime from that of the bill alone."""
        contract = self.running(1000, retention_rate=0)
        seen = set()
        for amount in (10.02, 10.02, 10.02, 10.02, 10.02):
            statement = self.post(self.statement(contract, amount))
            self.assertEqual(statement.bill_id.amount_tax, statement.vat_period)
            self.assertEqual(statement.bill_id.amount_total, statement.net_period)
            seen.add(statement.vat_period)
        self.assertEqual(seen, {2.0, 2.01})

    def test_one_statement_under_way(self):
        contract = self.running(1000)
        self.statement(contract, 100)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.statement(contract, 100)

    def test_a_cancelled_statement_frees_its_number(self):
        contract = self.running(1000)
        first = self.statement(contract, 100)
        first.with_user(self.officer).action_cancel()
        first.with_user(self.officer).action_cancel()
        second = self.statement(contract, 100)
        self.assertEqual((first.number, second.number), (1, 1))
        self.assertEqual(second.ttc_previous, 0)

    def test_what_cannot_be_drawn(self):
        contract = self.running(1000)
        for values, text in (
            ({"amount": None}, "has no attachment"),
            ({"amount": 5, "date_acceptance": False}, "has not accepted"),
            (
                {"amount": 5, "date": fields.Date.add(self.today, days=1)},
                "in the future",
            ),
            ({"amount": 5, "kind": "final"}, "not provisionally accepted"),
            ({"amount": 5, "kind": "general"}, "the final statement comes first"),
        ):
            with self.assertRefused(text):
                statement = self.statement(contract, **values)
                statement.with_user(self.officer).action_draw()
        with self.assertRefused("Approve an amendment first", ValidationError):
            self.statement(contract, 1100.01).with_user(self.officer).action_draw()
        within = self.statement(contract, 1100)
        self.assertIn("an amendment is needed", within.warning)
        within.with_user(self.officer).action_draw()
        with self.assertRefused("is not notified"):
            self.statement(self.draft(10), 1)

    def test_revision_waits_for_its_indices(self):
        formula = self.formula(1.1)
        contract = self.running(
            1000, formula_id=formula.id, date_bid_deadline=self.ago(400)
        )
        statement = self.statement(contract, 100, works_month=self.ago(200))
        self.assertIn("has no value for", statement.revision_message)
        with self.assertRefused("has no value for"):
            statement.with_user(self.officer).action_draw()
        statement.with_user(self.officer).works_month = self.ago(30)
        self.assertFalse(statement.revision_message)
        self.assertEqual(statement.ht_period, 110)

    def test_final_then_general(self):
        contract = self.running(1000)
        line = {"quantity": 500, "quantity_contested": 50, "contest_reason": "Métré"}
        first = self.post(self.statement(contract, lines=[line]))
        self.accept(contract, date=self.ago(20))
        final = self.post(self.statement(contract, 400, kind="final", date=self.today))
        with self.assertRefused("is drawn already"):
            self.statement(contract, 1).with_user(self.officer).action_draw()
        with self.assertRefused("is not settled"):
            self.statement(contract, kind="general", date=self.today).with_user(
                self.officer
            ).action_draw()
        self.settle(first.line_ids, 0)
        self.assertEqual(first.line_ids.contest, "rejected")
        general = self.approve(
            self.statement(contract, kind="general", date=self.today)
        )
        general.with_user(self.manager).action_post()
        self.assertEqual(general.state, "posted")
        self.assertFalse(general.bill_id)
        self.assertEqual(general.net_cumulative, final.net_cumulative)
        with self.assertRefused("closed the contract"):
            self.statement(contract, 1).with_user(self.officer).action_draw()

    def test_retention_released_at_the_final_acceptance(self):
        contract = self.running(1000, start=self.ago(395))
        self.post(self.statement(contract, 500, date=self.ago(380)))
        self.assertEqual(contract.retention_balance, 60)
        with self.assertRefused("no retention to release"):
            contract.with_user(self.manager).action_release_retention()
        self.accept(contract, date=self.ago(370))
        self.accept(contract, "final")
        with self.assertRaises(AccessError):
            contract.with_user(self.officer).action_release_retention()
        action = contract.with_user(self.manager).action_release_retention()
        bill = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((bill.state, bill.amount_total), ("posted", 60))
        self.assertEqual(self.balance(contract, "retention"), 0)
        self.assertEqual(contract.retention_balance, 0)
        with self.assertRefused("no retention to release"):
            contract.with_user(self.manager).action_release_retention()

    def test_retention_released_against_a_guarantee(self):
        contract = self.running(1000)
        self.post(self.statement(contract, 500))
        deed = self.guarantee(contract, "retention", 45)
        self.assertEqual(contract.retention_releasable, 45)
        contract.with_user(self.manager).action_release_retention()
        self.assertEqual(contract.retention_balance, 15)
        self.assertEqual(self.balance(contract, "retention"), 15)
        with self.assertRefused("held until the final acceptance"):
            deed.with_user(self.buyer).action_release()

    def test_the_advance_is_billed_once_against_its_guarantee(self):
        contract = self.running(1000000)
        with self.assertRefused("receive a guarantee of"):
            contract.with_user(self.manager).action_bill_advance()
        self.pay_advance(contract)
        contract.with_user(self.manager).action_bill_advance()
        self.assertEqual(len(contract.bill_ids), 1)
        self.assertEqual(self.balance(contract, "advance"), -120000)
        small = self.running(1000)
        with self.assertRefused("has no advance to pay"):
            small.with_user(self.manager).action_bill_advance()

    def test_roles(self):
        contract = self.running(1000)
        statement = self.statement(contract, 100)
        for user in (self.buyer, self.director):
            self.assertEqual(statement.with_user(user).net_period, 108)
            with self.assertRaises(AccessError):
                statement.with_user(user).date = self.today
            with self.assertRaises(AccessError):
                statement.with_user(user).action_draw()
        self.approve(statement)
        for user in (self.officer, self.buyer, self.director):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_post()

    def test_printed_in_french_and_arabic(self):
        contract = self.running(1000)
        line = {"quantity": 50, "quantity_contested": 5, "contest_reason": "Métré"}
        statement = self.statement(contract, lines=[line])
        blocks = statement._print_blocks()
        totals = blocks[2]["rows"]
        self.assertEqual(len(totals), 9)
        self.assertIn("54.00", totals[3][2])
        self.assertIn("-5.40", totals[4][2])
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            pdf = statement.with_context(lang=lang)._render_pdf()
            self.assertTrue(pdf.startswith(b"%PDF"))

    def test_prepare_opens_the_statement_under_way(self):
        contract = self.running(1000)
        action = contract.with_user(self.officer).action_prepare_statement()
        again = contract.with_user(self.officer).action_prepare_statement()
        self.assertEqual(action["res_id"], again["res_id"])

    def test_a_correction_gives_back_what_is_still_held(self):
        """What was paid back against a guarantee is not given back again."""
        self._check_sequence(
            [(Decimal(asked), 0, False) for asked in ("0", "5", "0", "-1.67")], 10
        )

    @settings(
        max_examples=5,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.tuples(
                st.decimals("-50", "220", places=2), st.integers(0, 30), st.booleans()
            ),
            min_size=1,
            max_size=4,
        ),
        st.sampled_from([0, 10]),
    )
    def test_amounts_add_up_over_any_sequence(self, steps, guaranteed):
        """Retention never above its cap; every centime is paid, kept or charged."""
        savepoint = self.env.cr.savepoint()
        try:
            self._check_sequence(steps, guaranteed)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _check_sequence(self, steps, guaranteed):
        contract = self.running(
            1000, start=self.ago(300), term_value=250, term_unit="days"
        )
        done = Decimal(0)
        for rank, (asked, waived, special) in enumerate(steps):
            amount = max(min(asked, 1000 - done), -done)
            values = {"date": self.ago(60 - rank * 9)}
            if waived:
                values |= {"late_days_waived": waived, "waiver_reason": "Crue"}
            if special:
                values |= {
                    "special_penalty_asked": 9,
                    "special_penalty_reason": "Sécurité",
                }
            statement = self.post(self.statement(contract, amount, **values))
            done += amount
            if guaranteed and contract.retention_balance:
                self.guarantee(contract, "retention", guaranteed)
                if contract.retention_releasable:
                    contract.with_user(self.manager).action_release_retention()
            self._check_books(contract, statement)
        self.assertEqual(contract.executed_ht, float(done))

    def _check_books(self, contract, statement):
        self.assertLessEqual(statement.retention_cumulative, statement.retention_cap)
        self.assertGreaterEqual(statement.retention_cumulative, 0)
        parts = ("net", "retention", "advance", "penalty", "special_penalty")
        kept = round(sum(statement[f"{part}_cumulative"] for part in parts), 2)
        self.assertEqual(kept, statement.ttc_cumulative)
        self.assertEqual(
            self.balance(contract, "retention"), contract.retention_balance
        )
        bills = contract.bill_ids.filtered(
            lambda move: move.srm_contract_bill == "statement"
        )
        billed = round(-sum(bills.mapped("amount_total_signed")), 2)
        self.assertEqual(billed, statement.net_cumulative)
        self.assertLessEqual(
            statement.penalty_cumulative, round(contract.amount_ttc * 0.08, 2)
        )

    def test_rates_are_those_of_the_contract(self):
        contract = self.running(1000, retention_rate=5, retention_cap_rate=1)
        statement = self.statement(contract, 100)
        self.assertEqual(statement.retention_period, 6)
        other = self.running(1000, retention_rate=20, retention_cap_rate=1)
        self.assertEqual(self.statement(other, 100).retention_period, 12)
