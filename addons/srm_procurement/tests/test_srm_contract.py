import csv
import re
from datetime import date

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_path, mute_logger

from .contract_common import ContractCase


def read_cases() -> dict:
    """Rows of the published cases, by identifier; next to the engine's tests."""
    root = file_path("srm_procurement/__manifest__.py").split("/addons/")[0]
    with open(f"{root}/engine/tests/cases/procurement.csv") as handle:
        return {row["id"]: row for row in csv.DictReader(handle)}


@tagged("post_install", "-at_install")
class TestSrmContract(ContractCase):
    def test_the_regime_proposes_every_rate_and_the_contract_decides(self):
        contract = self.draft(1000)
        self.assertEqual(contract.retention_rate, 10)
        self.assertEqual(contract.payment_days, 90)
        self.assertEqual(contract.payment_start, "deposit")
        contract.retention_rate = 5
        self.regime.retention_rate = 12
        self.assertEqual(contract.retention_rate, 5)
        contract.regime_id = self.env.ref("srm_procurement.regime_law_69_21")
        self.assertEqual(contract.payment_days, 60)
        self.assertEqual(contract.delay_regime, "law_69_21")

    def test_published_guarantee(self):
        row = read_cases()["C02"]
        amount = re.search(r"\d+\.\d\d", row["inputs"])[0]
        contract = self.draft(amount, tax_id=self.no_vat.id)
        self.assertEqual(contract.guarantee_amount, float(row["expected"]))

    def test_published_advances(self):
        for row_id in ("A01", "A02", "A04"):
            row = read_cases()[row_id]
            amount = re.search(r"contract_ttc=([\d.]+)", row["inputs"])[1]
            contract = self.draft(amount, tax_id=self.no_vat.id, term_value=4)
            wanted = float(row["expected"].split()[0])
            self.assertEqual(contract.advance_amount, wanted, row_id)
            contract.term_value = 3
            self.assertEqual(contract.advance_amount, 0)

    def test_amounts_follow_the_schedule(self):
        contract = self.draft(0, prices=[("1", 3, 0.3333), ("2", 1.5, 10)])
        self.assertEqual(contract.amount_initial_ht, 16.0)
        self.assertEqual(contract.amount_ttc, 19.2)

    def test_notification_needs_a_complete_contract(self):
        contract = self.draft(1000, date_approved=False)
        with self.assertRefused("Approved on"):
            contract.with_user(self.buyer).action_notify()
        contract.date_approved = self.ago(500)
        with self.assertRefused("before it was signed", ValidationError):
            contract.with_user(self.buyer).action_notify()

    def test_an_inherited_contract_needs_its_transfer_act(self):
        ramsa = self.env.ref("srm_base.predecessor_ramsa")
        contract = self.draft(1000, predecessor_id=ramsa.id)
        with self.assertRefused("Transfer Act"):
            contract.with_user(self.buyer).action_notify()

    def test_a_notified_contract_does_not_change(self):
        contract = self.draft(1000)
        contract.with_user(self.buyer).action_notify()
        self.assertEqual(contract.date_notified, self.today)
        contract.with_user(self.buyer).action_notify()
        for vals in (
            {"retention_rate": 5},
            {"partner_id": self.supplier("Autre").id},
            {"advance_amount": 1},
        ):
            with self.assertRefused("Prepare an amendment"):
                contract.with_user(self.buyer).write(vals)
        with self.assertRefused("Prepare an amendment"):
            contract.line_ids.with_user(self.buyer).price_unit = 2
        with self.assertRefused("with the buttons of the document"):
            contract.with_user(self.buyer).write({"state": "draft"})
        with self.assertRefused("is kept"):
            contract.with_user(self.buyer).unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_absurd_terms(self):
        contract = self.draft(1000)
        for vals in (
            {"retention_rate": 101},
            {"payment_days": -1},
            {"term_value": 0},
            {"advance_amount": -1},
        ):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                contract.write(vals)
                contract.flush_recordset()

    def test_term_counted_over_stops_and_amendments(self):
        contract = self.running(
            1000,
            start=date(2025, 1, 10),
            term_value=4,
            term_unit="months",
            date_signed=date(2025, 1, 2),
            date_approved=date(2025, 1, 3),
        )
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.date_end, date(2025, 5, 10))
        self.order(contract, "stop", date(2025, 2, 1))
        self.assertEqual(contract.state, "stopped")
        self.order(contract, "resume", date(2025, 2, 11))
        self.assertEqual(contract.state, "running")
        self.assertEqual(contract.date_end, date(2025, 5, 20))
        self.assertEqual(contract.suspended_days, 10)
        self.assertEqual(contract._term(date(2025, 5, 25)).late_days, 5)
        amendment = self.env["srm.contract.amendment"].create(
            {
                "contract_id": contract.id,
                "name": "Délai",
                "days": 20,
                "date_signed": self.ago(10),
            }
        )
        amendment.with_user(self.buyer).action_approve()
        self.assertEqual(contract.date_end, date(2025, 6, 9))
        self.assertEqual(contract._term(date(2025, 5, 25)).late_days, 0)

    def test_the_term_stops_at_the_provisional_acceptance(self):
        contract = self.running(
            1000, start=self.ago(100), term_value=30, term_unit="days"
        )
        self.assertEqual(contract.late_days, 70)
        self.accept(contract, date=self.ago(50))
        self.assertEqual(contract.late_days, 20)
        self.assertEqual(contract.state, "accepted")

    def test_final_acceptance_waits_for_the_guarantee_period(self):
        contract = self.running(1000)
        self.accept(contract, date=self.ago(30))
        with self.assertRefused("is guaranteed until", ValidationError):
            self.accept(contract, "final")
        late = self.running(1000, start=self.ago(390))
        self.accept(late, date=self.ago(370))
        self.accept(late, "final")
        self.assertEqual((late.state, late.date_final), ("closed", self.today))

    def test_acceptance_needs_minutes_and_a_past_date(self):
        contract = self.running(1000)
        acceptance = self.env["srm.contract.acceptance"].create(
            {"contract_id": contract.id, "kind": "provisional"}
        )
        with self.assertRefused("minutes"):
            acceptance.with_user(self.buyer).action_pronounce()
        acceptance.write(
            {"minutes": "PV 1", "date": fields.Date.add(self.today, days=1)}
        )
        with self.assertRefused("in the future", ValidationError):
            acceptance.with_user(self.buyer).action_pronounce()
        acceptance.date = self.today
        with self.assertRefused("Write the reservations"):
            acceptance.with_user(self.buyer).action_refuse()
        acceptance.with_user(self.buyer).action_pronounce()
        acceptance.with_user(self.buyer).action_pronounce()
        with self.assertRefused("written in another acceptance"):
            acceptance.with_user(self.buyer).date = self.ago(3)

    def test_termination_says_why(self):
        contract = self.running(1000)
        wizard = (
            self.env["srm.contract.terminate"]
            .with_user(self.buyer)
            .create({"contract_id": contract.id, "reason": "Plafond des pénalités"})
        )
        wizard.action_confirm()
        self.assertEqual(contract.state, "terminated")
        self.assertEqual(contract.date_terminated, self.today)
        self.assertEqual(contract.termination_reason, "Plafond des pénalités")
        with self.assertRefused("(Terminated)"):
            contract.with_user(self.buyer).action_notify()

    def test_roles(self):
        contract = self.draft(1000)
        for user in (self.officer, self.manager, self.director):
            mine = contract.with_user(user)
            self.assertEqual(mine.amount_ht, 1000)
            with self.assertRaises(AccessError):
                mine.title = "Autre"
            with self.assertRaises(AccessError):
                mine.action_notify()
        contract.with_user(self.buyer).title = "Pose et raccordement"
        for model in ("srm.contract.regime", "srm.price.index", "srm.contract.pledge"):
            records = self.env[model].with_user(self.director)
            self.assertTrue(records.has_access("read"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(operation), model)

    def test_a_provincial_user_sees_its_province(self):
        communes = self.env["srm.territory"].search([("level", "=", "commune")])
        here = communes.filtered(lambda item: item.name == "Agadir")
        there = communes.filtered(lambda item: item.name == "Tata")
        mine = self.draft(1, territory_id=here.id)
        other = self.draft(1, territory_id=there.id)
        self.buyer.srm_territory_ids = here.province_id
        found = self.env["srm.contract"].with_user(self.buyer).search([])
        self.assertIn(mine, found)
        self.assertNotIn(other, found)
        with self.assertRaises(AccessError):
            other.line_ids.with_user(self.buyer).read(["name"])

    def test_a_copy_keeps_the_terms_under_another_number(self):
        contract = self.running(1000)
        copy = contract.copy()
        self.assertEqual(copy.name, f"{contract.name} (copy)")
        self.assertEqual((copy.state, copy.amount_ht), ("draft", 1000))

    def test_a_copy_starts_from_the_prices_first_agreed(self):
        contract = self.running(1000)
        amendment = self.env["srm.contract.amendment"].create(
            {
                "contract_id": contract.id,
                "name": "Avenant",
                "date_signed": self.ago(10),
                "line_ids": [
                    Command.create(
                        {"number": "A1", "name": "Prix nouveau", "price_unit": 50}
                    )
                ],
            }
        )
        amendment.with_user(self.buyer).action_approve()
        self.assertEqual(contract.amount_ht, 1050)
        copy = contract.with_user(self.buyer).copy()
        self.assertEqual((len(copy.line_ids), copy.amount_ht), (1, 1000))

    def test_smart_buttons_open_what_they_count(self):
        contract = self.running(1000)
        self.assertEqual(contract.order_count, 1)
        action = contract.action_view_orders()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, contract.order_ids)
        for name in ("statements", "guarantees", "amendments", "bills", "debts"):
            action = getattr(contract, f"action_view_{name}")()
            self.env[action["res_model"]].search(action["domain"])

    def test_states_come_from_the_buttons_even_at_creation(self):
        values = self.draft(1000).copy_data()[0]
        contracts = self.env["srm.contract"].with_user(self.buyer)
        for given in ({"state": "running"}, {"date_final": self.today}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                contracts.create(values | given)
