from odoo import fields, models
from odoo.exceptions import AccessError, UserError

OFFICER = "srm_base.group_finance_officer"
MANAGER = "srm_base.group_finance_manager"


class SrmContractStatement(models.Model):
    """Buttons of the statement; each may be pressed twice without harm.

    draft -> drawn (figures frozen, approval asked) -> approved (every tier, none by
    who drew it) -> posted (one vendor bill in the books).
    """

    _inherit = "srm.contract.statement"

    def action_draw(self):
        """Draft -> drawn: figures checked and frozen, reviews requested."""
        self._check_role(OFFICER, self.env._("Only finance draws a statement."))
        for statement in self._to_move("drawn", ("draft",)):
            statement._refresh()
            statement._check_drawable()
            statement._write_workflow(
                {
                    "state": "drawn",
                    "drawn_by_id": self.env.uid,
                    "date_drawn": fields.Date.context_today(self),
                }
            )
            statement.request_validation()
            # The mixin keeps "reviews to be requested" for the whole transaction.
            statement.invalidate_recordset(["need_validation"])
        return True

    def action_back_to_draft(self):
        """Drawn or approved -> draft: the reviews start again."""
        self._check_role(OFFICER, self.env._("Only finance takes a statement back."))
        for statement in self._to_move("draft", ("drawn", "approved")):
            statement.review_ids.unlink()
            statement._write_workflow(
                {
                    "state": "draft",
                    "drawn_by_id": False,
                    "date_drawn": False,
                    "approved_by_id": False,
                    "date_approved": False,
                }
            )
            statement._refresh()
        return True

    def action_approve(self):
        """Give one's approval; with the last one, drawn -> approved."""
        for statement in self._to_move("approved", ("drawn",)):
            statement._check_separation()
            statement._check_can_review()
            statement.validate_tier()
            if statement.validation_status == "validated":
                # The reviewer of the last tier may only read statements otherwise:
                # the reviews just checked are what allows this one write.
                statement.sudo()._write_workflow(
                    {
                        "state": "approved",
                        "approved_by_id": self.env.uid,
                        "date_approved": fields.Date.context_today(self),
                    }
                )
        return True

    def action_reject(self):
        """Refuse the statement: finance takes it back to draft and corrects it."""
        for statement in self._to_move("draft", ("drawn",)):
            statement._check_separation()
            statement._check_can_review()
            statement.reject_tier()
        return True

    def action_cancel(self):
        """Any state before the books -> cancelled; its number is free again."""
        self._check_role(OFFICER, self.env._("Only finance cancels a statement."))
        for statement in self._to_move("cancelled", ("draft", "drawn", "approved")):
            statement.review_ids.unlink()
            statement._write_workflow({"state": "cancelled"})
        return True

    def action_post(self):
        """Approved -> posted: one vendor bill, whoever presses and how often."""
        self._check_role(
            MANAGER, self.env._("Only a finance manager puts a statement in the books.")
        )
        for statement in self._to_move("posted", ("approved",)):
            statement._check_invoice()
            statement._write_workflow(
                {
                    "bill_id": statement._create_bill().id,
                    "state": "posted",
                    "posted_by_id": self.env.uid,
                    "date_posted": fields.Date.context_today(self),
                }
            )
        return self.action_view_bill() if len(self) == 1 else True

    def _get_to_validate_message(self):
        """Who is awaited, in the language of the reader."""
        pending = self.review_ids.filtered(lambda item: item.status == "pending")[:1]
        who = pending.reviewer_group_id.name or pending.todo_by
        if who:
            return self.env._("Awaits the approval of: %(who)s", who=who)
        return self.env._("This statement awaits an approval")

    def _get_rejected_message(self):
        if self.validation_status != "rejected":
            return ""
        return self.env._("This statement was rejected")

    # --- moves ---------------------------------------------------------------------
    def _to_move(self, target: str, sources: tuple[str, ...]):
        """Lock contract and statement, keep those not in ``target`` yet.

        The lock makes the second of two simultaneous clicks fail with a message
        instead of making a second bill.

        :raise UserError: one of them is neither in ``target`` nor in ``sources``
        """
        self.check_access("read")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        todo = self.filtered(lambda item: item.state != target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for statement in todo:
            if statement.state not in sources:
                raise UserError(
                    self.env._(
                        'Statement %(name)s is "%(state)s": it cannot become '
                        '"%(target)s".',
                        name=statement.name,
                        state=labels[statement.state],
                        target=labels[target],
                    )
                )
        return todo

    def _check_role(self, group: str, message: str):
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(message)

    def _check_separation(self):
        if self.drawn_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "%(user)s drew statement %(name)s: who draws a statement does not "
                    "approve it. Ask another reviewer.",
                    user=self.env.user.name,
                    name=self.name,
                )
            )

    def _check_can_review(self):
        if not self.review_ids:
            raise UserError(
                self.env._(
                    "No approval is defined for statement %(name)s: an administrator "
                    "defines it in Settings > Tier Validations.",
                    name=self.name,
                )
            )
        if self.validation_status == "rejected":
            raise UserError(
                self.env._(
                    "Statement %(name)s was rejected: take it back to draft, correct "
                    "it and draw it again.",
                    name=self.name,
                )
            )
        if not self.can_review:
            pending = self.review_ids.filtered(lambda item: item.status == "pending")
            raise UserError(
                self.env._(
                    "Statement %(name)s awaits the approval of %(who)s.",
                    name=self.name,
                    who=", ".join(pending.mapped("name")) or "-",
                )
            )

    def _check_invoice(self):
        wanted = ["invoice_reference", "invoice_date"]
        if self.contract_id.payment_start == "deposit":
            wanted.append("deposit_date")
        missing = [
            self._fields[name]._description_string(self.env)
            for name in wanted
            if not self[name]
        ]
        if missing and self._has_amounts():
            raise UserError(
                self.env._(
                    "Statement %(name)s cannot be put in the books without: "
                    "%(missing)s.",
                    name=self.name,
                    missing=", ".join(missing),
                )
            )

    def action_view_bill(self):
        self.ensure_one()
        if not self.bill_id:
            return True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vendor bill"),
            "res_model": "account.move",
            "res_id": self.bill_id.id,
            "view_mode": "form",
            "context": {"create": False},
        }
