from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import allocate, money
from ..constants import IN_SETTLEMENT
from .srm_debt import MANAGER


class SrmSettlement(models.Model):
    """Buttons of the settlement; each may be pressed twice without harm.

    draft -> proposed (to the creditor) -> agreed (signed, approved by a finance
    manager) -> scheduled (instalments may be paid) -> done (by itself).
    """

    _inherit = "srm.settlement"

    def action_propose(self):
        """Draft -> proposed: lines and plan are complete and frozen."""
        self._take_step("propose")._move_debts("proposed")
        return True

    def action_back_to_draft(self):
        """Proposed -> draft: the creditor asked for other terms."""
        self._take_step("take_back")._release_debts(self.env._("Proposal taken back"))
        return True

    def action_agree(self):
        """Proposed -> agreed: signed by the creditor, approved by a manager."""
        self._take_step("agree")._move_debts("agreed")
        return True

    def action_schedule(self):
        """Agreed -> scheduled: each instalment knows which debt it pays."""
        scheduled = self._take_step("schedule")
        scheduled._move_debts("scheduled")
        scheduled._allocate()
        return True

    def action_cancel(self):
        """Ask why, then ``_cancel``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel the settlement"),
            "res_model": "srm.settlement.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_ids": self.ids},
        }

    def _cancel(self, reason: str):
        """Any state before done -> cancelled; what was paid stays paid.

        :raise UserError: an instalment is in a payment order
        """
        # The debts of a draft may be promised by another agreement by now.
        held = self.filtered(lambda item: item.state != "draft")
        cancelled = self._take_step("cancel", cancel_reason=reason)
        (cancelled & held)._release_debts(reason)

    def _finish(self):
        """Scheduled -> done for those whose instalments are all paid."""
        finished = self.filtered(
            lambda item: (
                item.state == "scheduled"
                and item.instalment_ids
                and all(line.state == "paid" for line in item.instalment_ids)
            )
        )
        finished = finished._take_step("finish")
        # What the agreement left out can be the object of another one.
        finished.line_ids.debt_id.filtered(
            lambda debt: debt.stage == "scheduled" and money(debt.amount_payable)
        )._set_stage("scored", self.env._("Settlement finished"))

    def _reopen(self):
        """Done -> scheduled: the bank returned a payment."""
        done = self.filtered(lambda item: item.state == "done")
        reopened = done._take_step("reopen", date_done=False)
        reopened.line_ids.debt_id.filtered(
            lambda debt: debt.stage == "scored"
        )._set_stage("scheduled")

    # --- moves ---------------------------------------------------------------------
    def _move_debts(self, stage: str):
        self.line_ids.debt_id._set_stage(stage)

    def _release_debts(self, reason: str):
        """Unpaid debts go back to the queue, where another agreement can take them."""
        self.line_ids.debt_id.filtered(
            lambda debt: debt.stage in IN_SETTLEMENT
        )._set_stage("scored", reason)

    def _allocate(self):
        """Spread each instalment over the debts, the oldest first."""
        vals_list = []
        for settlement in self.filtered(lambda item: not item._allocations()):
            lines = settlement.line_ids.sorted(lambda line: line._payment_order())
            instalments = settlement.instalment_ids.sorted("date")
            shares = allocate(
                [money(item.amount) for item in instalments],
                [money(line.amount) for line in lines],
            )
            vals_list += [
                {
                    "instalment_id": instalments[index].id,
                    "line_id": lines[claim].id,
                    "amount": float(amount),
                }
                for index, claim, amount in shares
            ]
        # sudo: shares are written by the schedule, by no role.
        self.env["srm.settlement.allocation"].sudo().create(vals_list)

    def _allocations(self):
        return self.instalment_ids.allocation_ids

    # --- checks --------------------------------------------------------------------
    def _check_proposable(self):
        for settlement in self:
            settlement._check_complete()
            settlement.instalment_ids._check_dates_not_past()

    def _check_agreeable(self):
        for settlement in self:
            settlement._check_signature()
            settlement._check_complete()
            settlement._check_payable()
            settlement._check_separation(self.env.user)

    def _check_schedulable(self):
        for settlement in self:
            settlement._check_complete()
            settlement._check_payable()

    def _check_cancellable(self):
        """
        :raise UserError: an instalment is in a payment order
        """
        if self.filtered("agreed_by_id"):
            self._require_group(MANAGER)
        under_way = self.instalment_ids.filtered(
            lambda item: item.state in ("ordered", "sent")
        )
        if under_way:
            raise UserError(
                self.env._(
                    "Instalment %(instalment)s is in payment order %(order)s: take "
                    "it out of the order, or record the outcome of the payment first.",
                    instalment=under_way[0].name,
                    order=under_way[0].order_id.name,
                )
            )

    def _check_complete(self):
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._("%(name)s: add the debts to settle.", name=self.name)
            )
        if not self.instalment_ids:
            raise UserError(
                self.env._("%(name)s: plan the instalments.", name=self.name)
            )
        if self.mode == "cash" and len(self.instalment_ids) > 1:
            raise UserError(
                self.env._(
                    "%(name)s is agreed in one payment but has %(count)d instalments.",
                    name=self.name,
                    count=len(self.instalment_ids),
                )
            )
        self._ensure_plan_total()
        self.line_ids._check_settleable()

    def _check_signature(self):
        """Signed document, its date and signatory; the judgment for a court case."""
        self.ensure_one()
        wanted = ["signed_document", "date_signed", "signatory"]
        if self.mode == "court":
            wanted += ["court_name", "judgment_reference", "judgment_date"]
        missing = [
            self._fields[name]._description_string(self.env)
            for name in wanted
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(name)s cannot be approved without: %(missing)s.",
                    name=self.name,
                    missing=", ".join(missing),
                )
            )
        if self.date_signed > fields.Date.context_today(self):
            raise ValidationError(
                self.env._(
                    "%(name)s: the signature date is in the future.", name=self.name
                )
            )

    def _check_separation(self, user):
        """Who certified a debt, or entered the bank account, does not approve.

        :raise UserError: names the person, the debt or account, and the rule
        """
        self.ensure_one()
        certified = self.line_ids.debt_id.filtered(
            lambda debt: debt.certified_by_id == user
        )
        if certified:
            raise UserError(
                self.env._(
                    "%(user)s certified debt %(debt)s: who certifies a debt does not "
                    "approve its payment. Ask another finance manager.",
                    user=user.name,
                    debt=certified[0].display_name,
                )
            )
        if user in self.partner_bank_id._srm_authors():
            raise UserError(
                self.env._(
                    "%(user)s entered the bank account %(bank)s of %(creditor)s: who "
                    "enters a supplier's account does not approve a payment to it. "
                    "Ask another finance manager.",
                    user=user.name,
                    bank=self.partner_bank_id.acc_number,
                    creditor=self.partner_id.name,
                )
            )

    def _check_payable(self):
        self.ensure_one()
        if not self.partner_bank_id:
            raise UserError(
                self.env._(
                    "%(name)s: choose the bank account of %(creditor)s.",
                    name=self.name,
                    creditor=self.partner_id.name,
                )
            )
        if not self.payment_mode_id:
            raise UserError(
                self.env._("%(name)s: choose the payment mode.", name=self.name)
            )

    def _srm_check_release(self, user):
        """Rules of the person who releases the payment order."""
        for settlement in self:
            settlement._check_separation(user)
