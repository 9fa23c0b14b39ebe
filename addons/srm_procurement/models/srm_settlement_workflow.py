from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..amounts import allocate, money
from .srm_settlement import WORKFLOW_TOKEN

MANAGER = "srm_base.group_finance_manager"


class SrmSettlement(models.Model):
    """Buttons of the settlement; each may be pressed twice without harm.

    draft -> proposed (to the creditor) -> agreed (signed, approved by a finance
    manager) -> scheduled (instalments may be paid) -> done (by itself).
    """

    _inherit = "srm.settlement"

    def action_propose(self):
        """Draft -> proposed: lines and plan are complete and frozen."""
        settlements = self._to_move("proposed", ("draft",))
        for settlement in settlements:
            settlement._check_complete()
            settlement.instalment_ids._check_dates_not_past()
        settlements._move_debts("proposed")
        settlements._set_state(
            "proposed",
            proposed_by_id=self.env.uid,
            date_proposed=fields.Date.context_today(self),
        )
        return True

    def action_back_to_draft(self):
        """Proposed -> draft: the creditor asked for other terms."""
        settlements = self._to_move("draft", ("proposed",))
        settlements._release_debts(self.env._("Proposal taken back"))
        settlements._set_state("draft")
        return True

    def action_agree(self):
        """Proposed -> agreed: signed by the creditor, approved by a manager."""
        settlements = self._to_move("agreed", ("proposed",))
        settlements._check_manager()
        for settlement in settlements:
            settlement._check_proof()
            settlement._check_complete()
            settlement._check_payable()
            settlement._check_separation(self.env.user)
        settlements._move_debts("agreed")
        settlements._set_state(
            "agreed",
            agreed_by_id=self.env.uid,
            date_agreed=fields.Date.context_today(self),
        )
        return True

    def action_schedule(self):
        """Agreed -> scheduled: each instalment knows which debt it pays."""
        settlements = self._to_move("scheduled", ("agreed",))
        for settlement in settlements:
            settlement._check_complete()
            settlement._check_payable()
        settlements._move_debts("scheduled")
        settlements._allocate()
        settlements._set_state(
            "scheduled", date_scheduled=fields.Date.context_today(self)
        )
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
        settlements = self._to_move(
            "cancelled", ("draft", "proposed", "agreed", "scheduled")
        )
        if settlements.filtered("agreed_by_id"):
            settlements._check_manager()
        under_way = settlements.instalment_ids.filtered(
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
        settlements._release_debts(reason)
        settlements._set_state("cancelled", cancel_reason=reason)

    def _finish(self):
        """Scheduled -> done for those whose instalments are all paid."""
        finished = self.filtered(
            lambda item: (
                item.state == "scheduled"
                and item.instalment_ids
                and all(line.state == "paid" for line in item.instalment_ids)
            )
        )
        finished._set_state("done", date_done=fields.Date.context_today(self))
        # What the agreement left out can be the object of another one.
        finished.line_ids.debt_id.filtered(
            lambda debt: debt.stage == "scheduled" and money(debt.amount_payable)
        )._set_stage("scored", self.env._("Settlement finished"))

    def _reopen(self):
        """Done -> scheduled: the bank returned a payment."""
        reopened = self.filtered(lambda item: item.state == "done")
        reopened._set_state("scheduled", date_done=False)
        reopened.line_ids.debt_id.filtered(
            lambda debt: debt.stage == "scored"
        )._set_stage("scheduled")

    # --- moves ---------------------------------------------------------------------
    def _to_move(self, target: str, sources: tuple[str, ...]):
        """Lock, and keep the settlements that are not in ``target`` yet.

        The lock makes the second of two simultaneous clicks wait its turn or fail
        with a message, instead of moving debts and instalments twice.

        :raise UserError: one of them is neither in ``target`` nor in ``sources``
        """
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        todo = self.filtered(lambda item: item.state != target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in todo:
            if settlement.state not in sources:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: it cannot become %(target)s.",
                        name=settlement.name,
                        state=labels[settlement.state],
                        target=labels[target],
                    )
                )
        return todo

    def _set_state(self, state: str, **vals):
        workflow = self.with_context(srm_settlement=WORKFLOW_TOKEN)
        workflow.write({"state": state, **vals})

    def _move_debts(self, stage: str):
        self.line_ids.debt_id._set_stage(stage)

    def _release_debts(self, reason: str):
        """Unpaid debts go back to the queue, where another agreement can take them."""
        held = self.filtered(lambda item: item.state != "draft").line_ids.debt_id
        held.filtered(
            lambda debt: debt.stage in ("proposed", "agreed", "scheduled")
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
        allocations = self.env["srm.settlement.allocation"]
        allocations.with_context(srm_settlement=WORKFLOW_TOKEN).create(vals_list)

    def _allocations(self):
        return self.instalment_ids.allocation_ids

    # --- checks --------------------------------------------------------------------
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

    def _check_proof(self):
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

    def _check_manager(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a finance manager approves or cancels an agreement.")
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
        if self.partner_bank_id.srm_entered_by_id == user:
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
