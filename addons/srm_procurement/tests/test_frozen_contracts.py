from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .contract_common import ContractCase
from .frozen_common import FrozenCase


@tagged("post_install", "-at_install")
class TestFrozenContracts(FrozenCase, ContractCase):
    """What was signed, issued, deposited, pronounced or concluded stays as it was."""

    def setUp(self):
        super().setUp()
        self.contract = self.running(1000)

    # --- contract and its prices ---------------------------------------------------
    def test_a_notified_contract(self):
        contract = self.draft(1000)
        contract.with_user(self.buyer).action_notify()
        self.assertHeld(
            contract,
            self.buyer,
            {
                "title": "Autre objet",
                "partner_id": self.supplier("Autre").id,
                "nature": "studies",
                "regime_id": self.env.ref("srm_procurement.regime_law_69_21").id,
                "delay_regime": "public_2_16_344",
                "tax_id": self.no_vat.id,
                "payment_days": 1,
                "retention_rate": 0,
                "advance_amount": 5,
                "note": "<p>Autre clause</p>",
                "date_notified": self.ago(9),
                "state": "draft",
                "line_ids": [Command.clear()],
            },
            parts=[(contract.line_ids, {"price_unit": 2})],
        )
        contract.with_user(self.buyer).follow_up_id = self.buyer
        self.assertDatabaseHolds(contract, "retention_rate", 0)
        self.assertDatabaseHolds(contract, "state", "draft", deletion=False)
        self.assertDatabaseHolds(contract.line_ids, "price_unit", 2)

    def test_prices_do_not_move_into_a_notified_contract(self):
        amendment = self.amendment(self.contract, 10)
        elsewhere = self.draft(1000).line_ids
        self.assertAllRefused(
            {
                "from a draft": lambda: elsewhere.with_user(self.buyer).write(
                    {"contract_id": self.contract.id, "number": "9"}
                ),
                "from an amendment": lambda: amendment.line_ids.write(
                    {"amendment_id": False}
                ),
            }
        )
        amendment.line_ids.quantity = 12

    def test_a_regime_changed_later_is_not_that_of_signed_contracts(self):
        before = (self.contract.delay_regime, self.contract.payment_days)
        manager = self.regime.with_user(self.manager)
        manager.write({"code": "law_69_21", "payment_days": 3})
        self.vat20.amount = 10
        self.env.flush_all()
        self.assertEqual(
            (self.contract.delay_regime, self.contract.payment_days), before
        )
        self.assertEqual(self.contract.amount_ttc, 1200)

    def test_states_are_not_given_at_creation(self):
        base = {"contract_id": self.contract.id}
        made = {
            "srm.contract.amendment": {"name": "Avenant", "state": "approved"},
            "srm.contract.order": {"name": "Ordre", "number": 7},
            "srm.contract.guarantee": {"kind": "retention", "state": "held"},
            "srm.contract.acceptance": {"state": "pronounced"},
            "srm.contract.pledge": {
                "reference": "N",
                "partner_id": self.partner.id,
                "state": "active",
            },
            "srm.contract.subcontractor": {
                "name": "Lot",
                "partner_id": self.supplier("Part").id,
                "amount_ttc": 5,
                "state": "accepted",
            },
        }
        attacks = {
            name: lambda name=name, given=given: (
                self.env[name].with_user(self.buyer).create(base | given)
            )
            for name, given in made.items()
        }
        attacks["srm.contract.statement"] = lambda: (
            self.env["srm.contract.statement"]
            .with_user(self.officer)
            .create(base | {"net_period": 5})
        )
        self.assertAllRefused(attacks)

    # --- its documents -------------------------------------------------------------
    def amendment(self, contract, quantity):
        line = {
            "contract_id": contract.id,
            "number": f"A{quantity}",
            "name": "Prix nouveau",
            "quantity": quantity,
            "price_unit": 1,
        }
        return (
            self.env["srm.contract.amendment"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": contract.id,
                    "name": "Avenant",
                    "date_signed": self.ago(20),
                    "line_ids": [Command.create(line)],
                }
            )
        )

    def test_an_approved_amendment(self):
        amendment = self.amendment(self.contract, 10)
        amendment.action_approve()
        self.assertHeld(
            amendment,
            self.buyer,
            {
                "name": "Autre",
                "days": 9,
                "number": 4,
                "approved_by_id": self.manager.id,
                "state": "draft",
                "line_ids": [Command.clear()],
            },
            parts=[(amendment.line_ids, {"quantity": 99})],
        )
        self.assertDatabaseHolds(amendment, "days", 9)
        self.assertDatabaseHolds(amendment.line_ids, "quantity", 99)

    def test_an_issued_order(self):
        order = self.contract.order_ids
        self.assertHeld(
            order,
            self.buyer,
            {
                "name": "Autre",
                "date_effect": self.ago(3),
                "number": 9,
                "date_issued": self.ago(9),
                "state": "draft",
                "contract_id": self.draft(1).id,
            },
        )
        self.assertDatabaseHolds(order, "date_effect", self.ago(3))

    def test_a_guarantee_held_then_released(self):
        deed = self.guarantee(self.contract, "definitive")
        values = {
            "amount": 1,
            "bank": "Autre",
            "kind": "provisional",
            "state": "released",
        }
        self.assertHeld(deed, self.buyer, values)
        self.assertDatabaseHolds(deed, "amount", 1)
        deed.with_user(self.buyer).date_expiry = self.today
        self.guarantee(self.contract, "definitive", reference="CB-bis")
        deed.with_user(self.buyer).action_release()
        values |= {"date_expiry": self.ago(1), "date_released": self.ago(1)}
        self.assertHeld(deed, self.buyer, values | {"state": "held"})
        self.assertDatabaseHolds(deed, "date_released", self.ago(1))

    def test_a_pronounced_acceptance_and_its_reservations(self):
        acceptance = self.accept(self.contract)
        self.assertHeld(
            acceptance,
            self.buyer,
            {
                "date": self.ago(3),
                "reservations": "Aucune",
                "members": "Personne",
                "minutes": "PV 9",
                "kind": "final",
                "state": "draft",
            },
        )
        self.assertDatabaseHolds(acceptance, "reservations", "Aucune")

    def test_an_accepted_subcontractor(self):
        part = (
            self.env["srm.contract.subcontractor"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": self.contract.id,
                    "partner_id": self.supplier("Sous-traitant").id,
                    "name": "Terrassement",
                    "amount_ttc": 10,
                }
            )
        )
        part.action_accept()
        self.assertHeld(
            part,
            self.buyer,
            {
                "amount_ttc": 900,
                "reason": "x",
                "date_decided": self.ago(9),
                "date_limit": self.ago(9),
                "state": "refused",
            },
        )
        self.assertDatabaseHolds(part, "amount_ttc", 900)

    def test_a_notified_pledge(self):
        lender = self.supplier("Banque")
        pledge = (
            self.env["srm.contract.pledge"]
            .with_user(self.buyer)
            .create(
                {
                    "contract_id": self.contract.id,
                    "partner_id": lender.id,
                    "reference": "NANT-1",
                }
            )
        )
        pledge.action_activate()
        self.assertHeld(
            pledge,
            self.buyer,
            {
                "partner_id": self.partner.id,
                "amount": 1,
                "date_notified": self.ago(9),
                "date_lifted": self.today,
                "state": "lifted",
            },
        )
        self.assertDatabaseHolds(pledge, "partner_id", self.partner.id)

    # --- statements ----------------------------------------------------------------
    def test_a_statement_drawn_and_concluded(self):
        statement = self.statement(self.contract, 100)
        statement.action_draw()
        values = {
            "date": self.today,
            "works_month": self.ago(90),
            "special_penalty_asked": 5,
            "net_period": 1,
            "retention_period": 0,
            "drawn_by_id": self.manager.id,
            "approved_by_id": self.manager.id,
            "state": "approved",
            "validation_status": "validated",
            "line_ids": [Command.clear()],
        }
        parts = [(statement.line_ids, {"quantity": 900})]
        self.assertHeld(statement, self.officer, values, parts)
        self.assertDatabaseHolds(statement, "net_period", 1)
        statement.with_user(self.buyer).action_approve()
        statement.with_user(self.manager).action_approve()
        values |= {
            "approved_by_id": self.buyer.id,
            "validation_status": "pending",
            "state": "posted",
        }
        self.assertHeld(statement, self.officer, values, parts)
        self.post(statement)
        values |= {
            "state": "draft",
            "invoice_date": self.ago(9),
            "bill_id": False,
            "posted_by_id": self.officer.id,
        }
        for user in (self.officer, self.manager):
            self.assertHeld(statement, user, values, parts)
        self.assertDatabaseHolds(statement, "net_period", 1)
        self.assertDatabaseHolds(statement, "bill_id", None)
        self.assertDatabaseHolds(statement.line_ids, "quantity", 900)

    def test_attachments_do_not_move_between_statements(self):
        concluded = self.post(self.statement(self.contract, 100))
        draft = self.statement(self.contract, 50)
        self.assertAllRefused(
            {
                "into": lambda: draft.line_ids.write({"statement_id": concluded.id}),
                "out of": lambda: concluded.line_ids.with_user(self.officer).write(
                    {"statement_id": draft.id}
                ),
                "system": lambda: concluded.line_ids.sudo().write({"place": "PK 9"}),
                "settled by hand": lambda: concluded.line_ids.with_user(
                    self.officer
                ).write({"quantity_granted": 1}),
            }
        )

    def test_a_contest_is_settled_once(self):
        line = {"quantity": 9, "quantity_contested": 4, "contest_reason": "Métré"}
        attachment = self.post(self.statement(self.contract, lines=[line])).line_ids
        attachment.with_user(self.officer)._settle(2, "PV 12")
        for values in ({"quantity_granted": 4}, {"date_settled": self.ago(9)}):
            with self.assertRaises(UserError):
                attachment.with_user(self.officer).write(values)
        self.assertDatabaseHolds(attachment, "quantity_granted", 4)
        draft = self.statement(self.contract)
        draft.action_take_settled()
        self.assertEqual(draft.line_ids.origin_line_id, attachment)
        with self.assertRaises(UserError):
            draft.line_ids.origin_line_id = False
        draft.action_cancel()
        again = self.statement(self.contract)
        again.action_take_settled()
        self.assertEqual(again.line_ids.quantity, 2, "free after the cancellation")
        again.action_cancel()
        with self.assertRaises(UserError):
            again.action_take_settled()

    def test_bills_of_a_contract_stay_in_the_books(self):
        statement = self.post(self.statement(self.contract, 100))
        bill = statement.bill_id.with_user(self.manager)
        self.assertAllRefused(
            {
                "draft": lambda: bill.write({"state": "draft"}),
                "cancel": lambda: bill.write({"state": "cancel"}),
                "unlink": lambda: bill.with_context(force_delete=True).unlink(),
                "contract": lambda: bill.write({"srm_contract_id": False}),
                "agreed delay": lambda: bill.write({"srm_agreed_days": 1}),
                "statement": lambda: bill.write({"srm_statement_id": False}),
                "of another": lambda: bill.create(
                    {
                        "move_type": "in_invoice",
                        "partner_id": self.partner.id,
                        "srm_contract_id": self.contract.id,
                        "srm_contract_bill": "advance",
                    }
                ),
            }
        )

    # --- formulas ------------------------------------------------------------------
    def formula(self):
        indices = self.env["srm.price.index"].create(
            [{"code": code, "name": code} for code in ("FX", "FY")]
        )
        return self.env["srm.revision.formula"].create(
            {
                "name": "Essai",
                "term_ids": [
                    Command.create({"index_id": index.id, "weight": weight})
                    for index, weight in zip(indices, (0.5, 0.35), strict=True)
                ],
            }
        )

    def test_the_formula_of_a_contract_in_force(self):
        formula = self.formula()
        formula.with_user(self.buyer).fixed_share = 0.15
        contract = self.draft(
            10, formula_id=formula.id, date_bid_deadline=self.ago(500)
        )
        contract.with_user(self.buyer).action_notify()
        self.assertHeld(
            formula,
            self.buyer,
            {"fixed_share": 1, "held_since": False, "term_ids": [Command.clear()]},
            parts=[(formula.term_ids, {"weight": 0.4})],
        )
        self.assertDatabaseHolds(formula, "fixed_share", 0.2)
        self.assertDatabaseHolds(formula.term_ids[0], "weight", 0.4)
        copied = formula.with_user(self.buyer).copy()
        self.assertFalse(copied.held_since)
        copied.unlink()

    def test_terms_make_one_whatever_the_context(self):
        terms = self.formula().term_ids.with_user(self.buyer)
        terms = terms.with_context(srm_formula_terms=True)
        other = self.env.ref("srm_procurement.formula_pipes")
        self.assertAllRefused(
            {
                "weight": lambda: terms[0].write({"weight": 0.1}),
                "unlink": terms[0].unlink,
                "away": lambda: terms[0].write({"formula_id": other.id}),
            }
        )
