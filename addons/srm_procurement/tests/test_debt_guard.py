from functools import partial

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .payment_common import PaymentCase
from .test_srm_debt_setoff import DOCUMENT, receivable

OTHER = "YXR0YWNr"


@tagged("post_install", "-at_install")
class TestDebtGuard(PaymentCase):
    """What is certified, signed, decided or credited stays, whoever calls and how."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls._debt(5000, amount_contested=500)
        cls.fresh = cls.env["srm.debt"].create(cls._debt_vals(700))
        cls.other_file = cls._file("Autre entreprise")
        cls.today = fields.Date.today()
        cls.reason = cls.env.ref("srm_procurement.block_reason_budget")

    def setUp(self):
        super().setUp()
        self.mine = self.thief

    # --- records in their last states ----------------------------------------------
    def agreed(self):
        settlement = self._settlement(self.debt, count=2)
        settlement.with_user(self.officer).action_propose()
        self._sign(settlement)
        settlement.with_user(self.manager).action_agree()
        return settlement

    def paid(self):
        settlement = self._settlement(self.debt, count=1, amount=1000)
        self._schedule(settlement)
        order = self._order(settlement.instalment_ids)
        self._send(order)
        self._bank(order, "credited")
        return settlement

    def dispute(self):
        wizard = self.env["srm.debt.resolve.dispute"].with_user(self.manager)
        wizard.create(
            {"debt_id": self.debt.id, "amount_accepted": 500, "note": "Métré"}
        ).action_confirm()
        return self.debt.dispute_ids

    def case(self):
        case = (
            self.env["srm.debt.case"]
            .with_user(self.officer)
            .create(
                {
                    "debt_id": self.debt.id,
                    "date_action": "2025-04-01",
                    "reference": "2025/8201/1",
                    "court_name": "Tribunal de commerce d'Agadir",
                    "date_final": "2025-05-31",
                    "outcome": "partly",
                    "judgment": DOCUMENT,
                }
            )
        )
        case.with_user(self.manager).action_judge()
        return case

    def setoff(self):
        line = receivable(
            self.env, self.supplier, 100, self.company.srm_debt_journal_id
        )
        setoff = (
            self.env["srm.debt.setoff"]
            .with_user(self.officer)
            .create(
                {
                    "debt_id": self.debt.id,
                    "receivable_line_id": line.id,
                    "amount": 100,
                    "document": DOCUMENT,
                }
            )
        )
        setoff.action_propose()
        setoff.with_user(self.manager).action_agree()
        return setoff

    def assignment(self):
        assignee = self.other_file.partner_id
        assignment = (
            self.env["srm.debt.assignment"]
            .with_user(self.officer)
            .create(
                {
                    "file_id": self.file.id,
                    "debt_ids": [Command.set(self.debt.ids)],
                    "assignee_id": assignee.id,
                    "partner_bank_id": assignee.bank_ids.id,
                    "date_notified": self.today,
                    "document": DOCUMENT,
                }
            )
        )
        assignment.with_user(self.manager).action_notify()
        return assignment

    def duplicate(self):
        pair = self.env["srm.debt.duplicate"].create(
            {
                "debt_id": min(self.debt.id, self.fresh.id),
                "other_id": max(self.debt.id, self.fresh.id),
                "file_id": self.file.id,
                "company_id": self.company.id,
                "reason": "amount",
            }
        )
        pair.with_user(self.officer).action_dismiss()
        return pair

    def commitment(self):
        commitment = self.env["srm.debt.commitment"].create(
            {"file_id": self.file.id, "promise": "Payer", "date_due": self.today}
        )
        commitment.with_user(self.officer).action_break()
        return commitment

    def objection(self):
        objection = self.env["srm.debt.objection"].create(
            {
                "debt_id": self.debt.id,
                "subject": "paid",
                "reason": "Un virement manque.",
                "sent_by": "M. Alami",
                "answer": "Il est compté.",
            }
        )
        objection.with_user(self.officer).action_refuse()
        return objection

    def block(self):
        block = self.env["srm.debt.block"].create(
            {
                "debt_id": self.fresh.id,
                "reason_id": self.reason.id,
                "closing_note": "Voté",
            }
        )
        block.with_user(self.officer).action_close()
        return block

    def letter(self):
        return self.env["srm.debt.contact"]._record_letter(
            self.file, "missing", "lettre.pdf", b"%PDF-1.4"
        )

    def document(self):
        return self.debt.document_ids[:1]

    def final(self):
        """Each record with what is tried on it: closed and frozen fields alike."""
        yield (
            self.debt,
            {
                "stage": "closed",
                "amount_certified": 9999,
                "amount_claimed": 9999,
                "amount_contested": 0,
                "amount_rejected": 1,
                "amount_paid_before": 1,
                "amount_retention": 1,
                "bearer": "onee",
                "transfer_act": "Autre",
                "file_id": self.other_file.id,
                "predecessor_id": False,
                "vat_rate": 7,
                "certified_by_id": self.officer.id,
                "certified_date": "2020-01-01",
                "reconciled_by_id": self.officer.id,
                "ledger_amount": 1,
                "retention_released": True,
                "decision_count": 3,
                "opening_line_id": False,
                "amount_settled": 1,
                "exposure_fine": 0.5,
                "payee_id": self.other_file.partner_id.id,
            },
        )
        yield (
            self.file,
            {
                "name": "DF/1",
                "partner_id": self.other_file.partner_id.id,
                "score": 99,
                "score_date": "2020-01-01 00:00:00",
                "amount_certified": 1,
                "date_certified": False,
            },
        )
        yield (
            self.agreed(),
            {
                "state": "scheduled",
                "agreed_by_id": self.officer.id,
                "date_agreed": "2020-01-01",
                "proposed_by_id": self.manager.id,
                "mode": "cash",
                "note": "Autre",
                "interest_claimed": 5,
                "partner_bank_id": self.other_file.partner_bank_id.id,
                "payee_id": self.other_file.partner_id.id,
                "signed_document": OTHER,
                "signed_document_sha256": "0" * 64,
                "signatory": "Autre",
                "portal_decision": "accepted",
                "portal_document": OTHER,
                "portal_document_hash": "0" * 64,
                "amount_total": 1,
                "line_ids": [Command.clear()],
                "instalment_ids": [Command.clear()],
            },
        )
        yield (
            self.document(),
            {
                "type_id": self.env["srm.debt.document.type"].search([])[-1].id,
                "debt_id": self.fresh.id,
                "date": "2020-01-01",
                "review": "refused",
                "user_id": self.officer.id,
                "file": OTHER,
            },
        )
        decided = {"state": "open", "decided_by_id": self.officer.id}
        yield (
            self.dispute(),
            {**decided, "amount": 1, "decision": "x", "amount_accepted": 1},
        )
        yield self.duplicate(), {**decided, "decision": "x"}
        yield (
            self.commitment(),
            {
                "state": "kept",
                "closed_by_id": self.manager.id,
                "promise": "x",
                "date_due": "2099-01-01",
            },
        )
        yield (
            self.objection(),
            {
                "state": "accepted",
                "answer": "x",
                "answered_by_id": self.manager.id,
                "reason": "x",
                "sent_by": "x",
                "amount_asked": 3,
            },
        )
        yield (
            self.block(),
            {
                "closed_by_id": self.manager.id,
                "opened_by_id": self.manager.id,
                "date_closed": False,
                "note": "x",
                "reason_id": self.reason.search([], limit=1).id,
                "debt_id": self.debt.id,
                "automatic": True,
            },
        )
        yield (
            self.letter(),
            {
                "summary": "x",
                "document": OTHER,
                "document_sha256": "0" * 64,
                "letter_kind": "advice",
                "source": False,
                "file_id": self.other_file.id,
            },
        )

    def payees(self):
        """Those that hold a debt: one at a time."""
        yield (
            self.case,
            {
                "state": "open",
                "judged_by_id": self.officer.id,
                "date_final": "2025-12-31",
                "date_action": "2024-01-01",
                "outcome": "rejected",
                "judgment": OTHER,
                "judgment_sha256": "0" * 64,
                "debt_id": self.fresh.id,
            },
        )
        yield (
            self.setoff,
            {
                "state": "booked",
                "amount": 1,
                "date": "2020-01-01",
                "document": OTHER,
                "agreed_by_id": self.officer.id,
                "name": "x",
            },
        )
        yield (
            self.assignment,
            {
                "state": "ended",
                "assignee_id": self.supplier.id,
                "partner_bank_id": self.account.id,
                "debt_ids": [Command.clear()],
                "date_notified": "2020-01-01",
                "document": OTHER,
                "recorded_by_id": self.officer.id,
            },
        )

    def refuse_all(self, record, vals):
        theirs = record.with_user(self.mine).sudo(False)
        for name, value in vals.items():
            with self.subTest(f"{record._name}.{name}"):
                self.assertStays(record, [name], partial(theirs.write, {name: value}))
        with self.subTest(f"{record._name} deleted"):
            self.assertStays(record, ["display_name"], theirs.unlink)

    # --- attacks -------------------------------------------------------------------
    def test_records_in_their_last_state_stay(self):
        for record, vals in self.final():
            self.refuse_all(record, vals)

    def test_what_decides_who_is_paid_stays(self):
        for make, vals in self.payees():
            with self.env.cr.savepoint() as point:
                self.refuse_all(make(), vals)
                self.env.flush_all()
                point.rollback()
            self.env.invalidate_all()

    def test_payments_of_debts_are_memories(self):
        self.paid()
        payment = self.debt.payment_ids
        for user in (self.officer, self.thief):
            theirs = payment.with_user(user)
            vals = {"debt_id": self.debt.id, "amount": 1, "date": self.today}
            for attack in (
                partial(theirs.write, {"amount": 1}),
                theirs.unlink,
                partial(theirs.create, vals | {"reference": "x"}),
                partial(payment.sudo().write, {"amount": 1}),
            ):
                self.assertStays(payment, ["amount"], attack)

    def test_a_returned_payment_is_kept_and_counts_no_more(self):
        settlement = self.paid()
        payment = self.debt.payment_ids
        order = settlement.instalment_ids.allocation_ids.payment_line_ids.order_id
        self._bank(order, "refused", order.payment_line_ids, reason="Compte clos")
        self.assertFalse(payment.active)
        self.assertEqual(payment.return_reason, "Compte clos")
        self.assertFalse(self.debt.payment_ids)
        self.assertEqual(self.debt.amount_settled, 0)
        self.assertEqual(self.debt._exposure_facts().payments, ())

    def test_records_are_not_born_in_a_state(self):
        vals = {"file_id": self.file.id}
        debt = self._debt_vals(100)
        for model, base, given in (
            ("srm.debt", debt, {"stage": "scored"}),
            ("srm.debt", debt, {"amount_certified": 100}),
            ("srm.settlement", vals, {"state": "agreed"}),
            ("srm.settlement", vals, {"agreed_by_id": self.manager.id}),
            (
                "srm.debt.dispute",
                {"debt_id": self.fresh.id, "reason": "price", "amount": 1},
                {"state": "accepted"},
            ),
            (
                "srm.debt.case",
                {"debt_id": self.fresh.id, "date_action": "2025-01-01"},
                {"state": "judged"},
            ),
            (
                "srm.debt.assignment",
                vals | {"assignee_id": self.other_file.partner_id.id},
                {"state": "notified"},
            ),
            (
                "srm.debt.commitment",
                vals | {"promise": "x", "date_due": self.today},
                {"state": "kept"},
            ),
            (
                "srm.debt.block",
                {"debt_id": self.fresh.id, "reason_id": self.reason.id},
                {"opened_by_id": self.officer.id},
            ),
            ("srm.debt.contact", vals | {"summary": "x"}, {"source": "portal"}),
        ):
            records = self.env[model].with_user(self.mine)
            with self.subTest(f"{model} {given}"):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    records.create(base | given)
                context = {f"default_{name}": value for name, value in given.items()}
                with self.env.cr.savepoint() as point:
                    made = records.with_context(**context).create(dict(base))
                    for name, value in given.items():
                        now = made._fields[name].convert_to_write(made[name], made)
                        self.assertNotEqual(now, value)
                    self.env.flush_all()
                    point.rollback()
                self.env.invalidate_all()

    def test_parts_of_an_agreement_stay(self):
        settlement = self.agreed()
        other = self._settlement(self._debt(900), count=1)
        for field, name, value in (
            ("line_ids", "amount", 1),
            ("instalment_ids", "amount", 1),
            ("instalment_ids", "date", "2030-01-01"),
        ):
            parts, strangers = settlement[field], other[field]
            theirs = parts.with_user(self.mine).sudo(False)[:1]
            for what, attack in {
                "write": partial(theirs.write, {name: value}),
                "delete": theirs.unlink,
                "copy": theirs.copy,
                "out": partial(theirs.write, {"settlement_id": other.id}),
                "in": partial(
                    strangers.with_user(self.mine).write,
                    {"settlement_id": settlement.id},
                ),
                "system": partial(parts.sudo()[:1].write, {name: value}),
            }.items():
                with self.subTest(f"{field} {what}"):
                    self.assertStays(parts | strangers, [name, "settlement_id"], attack)
            self.assertEqual(settlement[field], parts)

    def test_shares_are_written_by_the_schedule(self):
        settlement = self.agreed()
        settlement.with_user(self.officer).action_schedule()
        share = settlement.instalment_ids.allocation_ids[:1]
        theirs = share.with_user(self.mine)
        for attack in (
            lambda: theirs.write({"amount": 1}),
            theirs.unlink,
            lambda: theirs.create(
                {
                    "instalment_id": share.instalment_id.id,
                    "line_id": share.line_id.id,
                    "amount": 1,
                }
            ),
            lambda: share.sudo().write({"amount": 1}),
        ):
            self.assertStays(share, ["amount"], attack)

    def test_proofs_are_neither_replaced_nor_deleted(self):
        for record, name in (
            (self.agreed(), "signed_document"),
            (self.letter(), "document"),
        ):
            file = self.env["ir.attachment"].search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("res_field", "=", name),
                ]
            )
            theirs = file.with_user(self.mine)
            for attack in (
                lambda f=theirs: f.write({"raw": b"forged"}),
                lambda f=theirs: f.write({"datas": OTHER}),
                lambda f=theirs: f.write({"res_id": 0}),
                theirs.unlink,
            ):
                self.assertStays(file, ["raw", "res_id"], attack)

    def test_the_database_holds_by_itself(self):
        settlement = self.agreed()
        settlement.with_user(self.officer).action_schedule()
        share = settlement.instalment_ids.allocation_ids[:1]
        log = self.file.score_log_ids[:1]
        for query, *params in (
            ("UPDATE srm_debt SET amount_certified = 1 WHERE id = %s", self.debt.id),
            ("UPDATE srm_debt SET amount_claimed = 1 WHERE id = %s", self.debt.id),
            ("UPDATE srm_debt SET certified_by_id = 1 WHERE id = %s", self.debt.id),
            ("UPDATE srm_settlement SET state = 'draft' WHERE id = %s", settlement.id),
            (
                "UPDATE srm_settlement SET partner_bank_id = %s WHERE id = %s",
                self.other_file.partner_bank_id.id,
                settlement.id,
            ),
            ("DELETE FROM srm_settlement WHERE id = %s", settlement.id),
            (
                "UPDATE srm_settlement_line SET amount = 1 WHERE settlement_id = %s",
                settlement.id,
            ),
            (
                "DELETE FROM srm_settlement_instalment WHERE settlement_id = %s",
                settlement.id,
            ),
            (
                "INSERT INTO srm_settlement_instalment (settlement_id, date, amount)"
                " VALUES (%s, now(), 1)",
                settlement.id,
            ),
            ("UPDATE srm_settlement_allocation SET amount = 1 WHERE id = %s", share.id),
            ("DELETE FROM srm_settlement_allocation WHERE id = %s", share.id),
            ("UPDATE srm_debt_score_log SET new_score = 1 WHERE id = %s", log.id),
            ("DELETE FROM srm_debt_score_log WHERE id = %s", log.id),
        ):
            with self.subTest(query):
                self.assertHeldByDatabase(query, *params)

    def test_the_database_holds_payments(self):
        self.paid()
        payment = self.debt.payment_ids.id
        for query in (
            "UPDATE srm_debt_payment SET amount = 1 WHERE id = %s",
            "UPDATE srm_debt_payment SET date = '2020-01-01' WHERE id = %s",
            "DELETE FROM srm_debt_payment WHERE id = %s",
        ):
            self.assertHeldByDatabase(query, payment)

    def test_a_creditor_does_not_change_under_certified_debts(self):
        self.assertHeldByDatabase(
            "UPDATE srm_debt_file SET partner_id = %s WHERE id = %s",
            self.other_file.partner_id.id,
            self.file.id,
        )

    def test_a_case_is_not_recorded_without_its_block(self):
        cases = self.env["srm.debt.case"].with_user(self.officer)
        cases.with_context(srm_case_from_block=True).create(
            {"debt_id": self.debt.id, "date_action": "2025-04-01"}
        )
        self.assertTrue(self.debt.blocked)

    def test_who_records_an_assignment_does_not_put_it_in_force(self):
        assignee = self.other_file.partner_id
        assignment = (
            self.env["srm.debt.assignment"]
            .with_user(self.thief)
            .create(
                {
                    "file_id": self.file.id,
                    "debt_ids": [Command.set(self.debt.ids)],
                    "assignee_id": assignee.id,
                    "partner_bank_id": assignee.bank_ids.id,
                    "date_notified": self.today,
                    "document": DOCUMENT,
                }
            )
        )
        attack = assignment.action_notify
        self.assertStays(assignment, ["state"], attack, "somebody else")
        theirs = assignment.copy().with_user(self.officer)
        theirs.write({"document": DOCUMENT, "debt_ids": [Command.set(self.debt.ids)]})
        bent = theirs.with_user(self.thief)
        bent.write({"assignee_id": assignee.id})
        self.assertStays(theirs, ["state"], bent.action_notify, "somebody else")
        self.assertEqual(self.debt.payee_id, self.supplier)

    def test_who_proposes_an_agreement_does_not_approve_it(self):
        settlement = self._settlement(self.debt, count=1)
        settlement.with_user(self.thief).action_propose()
        self._sign(settlement)
        mine = settlement.with_user(self.thief)
        self.assertStays(settlement, ["state"], mine.action_agree, "somebody else")
