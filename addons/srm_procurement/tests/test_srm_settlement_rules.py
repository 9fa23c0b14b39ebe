from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.srm_kit.guard.database import disarmed

from .settlement_common import SettlementCase, rib


@tagged("post_install", "-at_install")
class TestSettlementRules(SettlementCase):
    """What a settlement refuses, and to whom."""

    # --- separation of duties ------------------------------------------------------
    def test_who_certified_does_not_approve(self):
        settlement = self._settlement(self._debt(100), count=1)
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        with self.assertRefused("certifies a debt does not approve"):
            settlement.with_user(self.certifier).action_agree()
        self.assertEqual(settlement.state, "proposed")
        settlement.with_user(self.manager).action_agree()
        self.assertEqual(settlement.agreed_by_id, self.manager)

    def test_who_entered_the_account_does_not_approve(self):
        self.file.partner_id.bank_ids.unlink()
        account = (
            self.env["res.partner.bank"]
            .with_user(self.manager)
            .create({"acc_number": rib(77), "partner_id": self.file.partner_id.id})
        )
        self.assertEqual(account.srm_entered_by_id, self.manager)
        settlement = self._settlement(self._debt(100), count=1)
        self.assertEqual(settlement.partner_bank_id, account)
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        with self.assertRefused(self.manager.name):
            settlement.with_user(self.manager).action_agree()

    def test_changing_the_number_counts_as_entering_it(self):
        account = self.file.partner_id.bank_ids
        account.with_user(self.manager).write({"acc_number": rib(78)})
        self.assertEqual(account.srm_entered_by_id, self.manager)
        with self.assertRefused("nobody enters it"):
            account.with_user(self.officer).write(
                {"srm_entered_by_id": self.officer.id}
            )
        self.assertEqual(account.srm_entered_by_id, self.manager)

    def test_who_certified_does_not_release_the_order(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        with self.assertRefused(self.certifier.name):
            order.with_user(self.certifier).draft2open()
        with self.assertRaises(AccessError):
            order.with_user(self.officer).draft2open()
        order.with_user(self.manager).draft2open()
        self.assertEqual(order.srm_confirmed_by_id, self.manager)

    # --- roles ---------------------------------------------------------------------
    def test_officer_prepares_and_does_not_approve(self):
        settlement = self._settlement(self._debt(100), count=1)
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        with self.assertRaises(AccessError):
            settlement.with_user(self.officer).action_agree()
        settlement.with_user(self.manager).action_agree()
        with self.assertRaises(AccessError):
            settlement.with_user(self.officer)._cancel("no")

    def test_director_reads_and_changes_nothing(self):
        settlement = self._settlement(self._debt(100), count=1)
        seen = settlement.with_user(self.director)
        self.assertEqual(seen.amount_total, 100)
        self.assertEqual(seen.instalment_ids.amount, 100)
        self.assertTrue(self._control().with_user(self.director).read(["difference"]))
        for action in ("action_propose", "action_agree", "action_schedule"):
            with self.assertRaises(AccessError):
                getattr(seen, action)()
        with self.assertRaises(AccessError):
            seen.write({"note": "x"})
        with self.assertRaises(AccessError):
            self.env["srm.settlement"].with_user(self.director).create(
                {"file_id": self.file.id}
            )

    def test_others_see_nothing(self):
        reader = self._user("set_reader", "srm_base.group_meter_reader")
        with self.assertRaises(AccessError):
            self.env["srm.settlement"].with_user(reader).search([])
        with self.assertRaises(AccessError):
            self.env["srm.arrears.control"].with_user(reader).search([])

    def test_territory_of_the_user(self):
        province = self.env["srm.territory"].search([("level", "=", "province")])
        debt = self._debt(100, territory_id=province[0].id)
        settlement = self._settlement(debt, count=1)
        self.assertEqual(settlement.territory_id, province[0])
        self.officer.srm_territory_ids = province[1]
        found = self.env["srm.settlement"].with_user(self.officer)
        self.assertNotIn(settlement, found.search([]))
        instalments = self.env["srm.settlement.instalment"].with_user(self.officer)
        self.assertNotIn(settlement.instalment_ids, instalments.search([]))
        self.officer.srm_territory_ids = province[0]
        self.assertIn(settlement, found.search([]))

    def test_state_is_not_written_by_hand(self):
        settlement = self._settlement(self._debt(100), count=1)
        with self.assertRaises(UserError):
            settlement.with_user(self.officer).write({"state": "scheduled"})
        with self.assertRaises(UserError):
            self.env["srm.settlement"].with_user(self.officer).create(
                {"file_id": self.file.id, "state": "agreed"}
            )
        with self.assertRaises(UserError):
            self.env["srm.settlement.allocation"].with_user(self.officer).create(
                {
                    "instalment_id": settlement.instalment_ids.id,
                    "line_id": settlement.line_ids.id,
                    "amount": 1,
                }
            )

    # --- contents ------------------------------------------------------------------
    def test_instalments_add_up_to_the_total(self):
        settlement = self._settlement(self._debt(1000), count=3)
        settlement.instalment_ids[0].amount += 0.01
        with self.assertRefused("add up to", ValidationError):
            settlement.with_user(self.officer).action_propose()
        settlement.instalment_ids[0].amount -= 0.01
        settlement.with_user(self.officer).action_propose()
        self.assertEqual(settlement.state, "proposed")

    def test_amount_is_at_most_what_is_payable(self):
        debt = self._debt(1000, amount_retention=100, amount_contested=200)
        self.assertEqual(debt.amount_payable, 700)
        with self.assertRefused("more than", ValidationError):
            self._settlement(debt, count=1, amount=700.01)
        self.assertEqual(self._settlement(debt, count=1).amount_total, 700)

    def test_a_debt_is_in_one_live_settlement(self):
        debt = self._debt(1000)
        first = self._settlement(debt, count=1, amount=400)
        with self.assertRefused(first.name, ValidationError):
            self._settlement(debt, count=1, amount=400)
        first.with_user(self.officer)._cancel("Erreur")
        self._settlement(debt, count=1, amount=400)

    def test_one_live_settlement_is_kept_by_the_database(self):
        debt = self._debt(1000)
        self._settlement(debt, count=1, amount=400)
        other = self.env["srm.settlement"].create({"file_id": self.file.id})
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                """INSERT INTO srm_settlement_line
                               (settlement_id, debt_id, amount, live)
                        VALUES (%s, %s, 1, true)""",
                (other.id, debt.id),
            )

    def test_uncertified_and_blocked_debts_are_not_settled(self):
        debt = self._debt(100, stage="certified")
        settlement = self._settlement(debt, count=1)
        with self.assertRefused("scored"):
            settlement.with_user(self.officer).action_propose()
        settlement.unlink()
        debt.action_classify()
        debt.action_score()
        settlement = self._settlement(debt, count=1)
        reason = self.env["srm.debt.block.reason"].search([], limit=1)
        self.env["srm.debt.block"].create(
            {"file_id": self.file.id, "debt_id": debt.id, "reason_id": reason.id}
        )
        with self.assertRefused(reason.name):
            settlement.with_user(self.officer).action_propose()

    def test_block_stops_the_next_payment(self):
        debt = self._debt(100)
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        reason = self.env["srm.debt.block.reason"].search([], limit=1)
        self.env["srm.debt.block"].create(
            {"file_id": self.file.id, "debt_id": debt.id, "reason_id": reason.id}
        )
        with self.assertRefused("blocked"):
            self._order(settlement.instalment_ids)

    def test_approval_needs_the_signed_document(self):
        settlement = self._settlement(self._debt(100), count=1)
        settlement.with_user(self.officer).action_propose()
        with self.assertRefused("Signed Document"):
            settlement.with_user(self.manager).action_agree()
        self._sign(settlement)
        settlement.date_signed = fields.Date.today() + timedelta(days=1)
        with self.assertRefused("future", ValidationError):
            settlement.with_user(self.manager).action_agree()

    def test_judgment_is_the_proof_of_a_court_settlement(self):
        settlement = self._settlement(self._debt(100), count=1, mode="court")
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        with self.assertRefused("Court"):
            settlement.with_user(self.manager).action_agree()
        settlement.write(
            {
                "court_name": "Tribunal de commerce d'Agadir",
                "judgment_reference": "2025/123",
                "judgment_date": "2025-05-02",
            }
        )
        settlement.with_user(self.manager).action_agree()
        self.assertEqual(settlement.state, "agreed")

    def test_cash_is_one_payment(self):
        settlement = self._settlement(self._debt(100), count=2, mode="cash")
        with self.assertRefused("one payment"):
            settlement.with_user(self.officer).action_propose()

    def test_dates_are_not_in_the_past(self):
        settlement = self._settlement(self._debt(100), count=1)
        settlement.instalment_ids.date = fields.Date.today() - timedelta(days=1)
        with self.assertRefused("past", ValidationError):
            settlement.with_user(self.officer).action_propose()
        with self.assertRaises(ValidationError):
            self._plan(settlement, 2, fields.Date.today() - timedelta(days=1))

    def test_signed_terms_do_not_change(self):
        settlement = self._settlement(self._debt(100), count=1)
        settlement.with_user(self.officer).action_propose()
        with self.assertRaises(UserError):
            settlement.line_ids.amount = 50
        with self.assertRaises(UserError):
            settlement.instalment_ids.date = fields.Date.today() + timedelta(days=9)
        with self.assertRaises(UserError):
            settlement.instalment_ids.unlink()
        settlement.with_user(self.officer).action_back_to_draft()
        self.assertEqual(settlement.line_ids.debt_id.stage, "scored")
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        settlement.with_user(self.manager).action_agree()
        for vals in ({"signatory": "Autre"}, {"partner_bank_id": False}):
            with self.assertRaises(UserError):
                settlement.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            settlement.unlink()

    def test_account_of_somebody_else_is_refused(self):
        other = self._file("Autre entreprise")
        settlement = self._settlement(self._debt(100), count=1)
        with self.assertRefused("Autre entreprise", ValidationError):
            settlement.partner_bank_id = other.partner_bank_id

    def test_debt_of_another_file_is_refused(self):
        debt = self._debt(100)
        with self.assertRefused("another creditor", ValidationError):
            self.env["srm.settlement"].create(
                {
                    "file_id": self._file("Autre").id,
                    "line_ids": [Command.create({"debt_id": debt.id, "amount": 1})],
                }
            )

    def test_payment_line_keeps_to_the_settlement(self):
        settlement = self._settlement(self._debt(100), count=1)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        other = self._file("Complice").partner_bank_id
        for vals in (
            {"amount_currency": 1000},
            {"partner_bank_id": other.id},
            {"srm_credit_date": fields.Date.today()},
        ):
            with self.assertRaises(UserError):
                order.payment_line_ids.with_user(self.manager).write(vals)

    def test_interest_waived_is_at_most_the_claim(self):
        settlement = self._settlement(self._debt(100), count=1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            settlement.write({"interest_claimed": 10, "interest_waived": 11})
            self.env.flush_all()

    # --- screens -------------------------------------------------------------------
    def test_file_prepares_a_settlement_with_its_payable_debts(self):
        debts = self._debts(self._debt_vals(100), self._debt_vals(250))
        held = self._debt(30)
        self._settlement(held, count=1)
        action = self.file.with_user(self.officer).action_prepare_settlement()
        settlement = self.env["srm.settlement"].browse(action["res_id"])
        self.assertEqual(settlement.line_ids.debt_id, debts)
        self.assertEqual(settlement.amount_total, 350)
        self.assertEqual(self.file.settlement_count, 2)
        with self.assertRefused("no debt to settle"):
            self.file.with_user(self.officer).action_prepare_settlement()

    def test_plan_with_down_payment(self):
        settlement = self._settlement(self._debt(1000), count=1)
        self._plan(settlement, 3, fields.Date.today(), down_payment=100)
        amounts = settlement.instalment_ids.sorted("date").mapped("amount")
        self.assertEqual(amounts, [100, 300, 300, 300])
        self.assertEqual(
            settlement.instalment_ids.sorted("date").mapped("number"), [1, 2, 3, 4]
        )
        with self.assertRefused("down payment", ValidationError):
            self._plan(settlement, 3, fields.Date.today(), down_payment=2000)
        with self.assertRefused("at least one instalment", ValidationError):
            self._plan(settlement, 0)

    def test_plan_preview_shows_amounts_or_the_reason(self):
        settlement = self._settlement(self._debt(100), count=1)
        plan = self.env["srm.settlement.plan"].with_context(lang="en_US")
        wizard = plan.create({"settlement_id": settlement.id, "count": 4})
        self.assertIn("25.00", wizard.preview)
        wizard.count = 0
        self.assertIn("at least one instalment", wizard.preview)

    def test_plan_as_a_spreadsheet(self):
        settlement = self._settlement(self._debt(1000), count=3)
        report = settlement.instalment_ids._xlsx_report_plan()
        rows = list(report.sheets[0].rows)
        self.assertEqual([float(row[4]) for row in rows], [333.33, 333.33, 333.34])
        self.assertEqual(rows[0][1], self.file.partner_id.name)
        url = settlement.action_export_plan()["url"]
        self.assertTrue(url.startswith("/srm/xlsx/srm.settlement.instalment/plan?ids="))

    def test_late_instalments_are_found(self):
        settlement = self._settlement(self._debt(100), count=2)
        self._schedule(settlement)
        late, other = settlement.instalment_ids.sorted("date")
        self.env.flush_all()
        yesterday = fields.Date.today() - timedelta(days=1)
        with disarmed(self.env, "srm.settlement.instalment"):
            self.cr.execute(
                "UPDATE srm_settlement_instalment SET date = %s WHERE id = %s",
                (yesterday, late.id),
            )
        late.invalidate_recordset()
        self.assertTrue(late.late)
        instalments = self.env["srm.settlement.instalment"]
        found = instalments.search([("late", "=", True)])
        self.assertIn(late, found)
        self.assertNotIn(other, found)
        self.assertIn(other, instalments.search([("late", "=", False)]))
