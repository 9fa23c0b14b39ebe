from odoo import models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard.gate import unfit_text

from .srm_contract_statement import SIGNATURES


class SrmContractStatement(models.Model):
    """Buttons of the statement; each may be pressed twice without harm.

    draft -> drawn (figures frozen, approval asked) -> approved (every tier, none by
    who drew it) -> posted (one vendor bill in the books).
    """

    _inherit = "srm.contract.statement"

    def action_draw(self):
        """Draft -> drawn: figures checked and frozen, reviews requested."""
        for statement in self._take_step("draw"):
            statement.request_validation()
            # The mixin keeps "reviews to be requested" for the whole transaction.
            statement.invalidate_recordset(["need_validation"])
        return True

    def action_back_to_draft(self):
        """Drawn or approved -> draft: the reviews start again."""
        statements = self._take_step("take_back", **dict.fromkeys(SIGNATURES, False))
        statements.review_ids._by_code().unlink()
        statements._refresh()
        return True

    def action_approve(self):
        """Give one's approval; with the last one, drawn -> approved."""
        result = None
        for statement in self._to_review():
            result = statement.validate_tier()
        return result or True

    def action_reject(self):
        """Refuse the statement: finance takes it back to draft and corrects it."""
        result = None
        for statement in self._to_review():
            result = statement.reject_tier()
        return result or True

    def action_cancel(self):
        """Any state before the books -> cancelled; its number is free again."""
        self._take_step("cancel")
        return True

    def action_post(self):
        """Approved -> posted: one vendor bill, whoever presses and how often."""
        for statement in self._take_step("post"):
            bill = statement._create_bill()
            statement._by_code().write({"bill_id": bill.id})
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

    # --- reviews -------------------------------------------------------------------
    def _to_review(self):
        """Lock the statements, keep those not approved yet."""
        self.check_access("read")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        todo = self.filtered(lambda item: item.state != "approved")
        todo._require_state("drawn")
        return todo

    def _validate_tier(self, tiers=False):
        self._check_separation()
        self._check_can_review()
        result = super()._validate_tier(tiers)
        if self.validation_status == "validated":
            # The reviewer of the last tier may only read statements otherwise:
            # the reviews just checked are what allows this one step.
            self.sudo()._take_step("approve")
        return result

    def _rejected_tier(self, tiers=False):
        self._check_separation()
        self._check_can_review()
        return super()._rejected_tier(tiers)

    def _check_reviewed(self):
        waiting = self.filtered(lambda item: item.validation_status != "validated")
        if waiting:
            raise UserError(unfit_text(waiting))

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
        for statement in self.filtered(lambda item: item._has_amounts()):
            wanted = ["invoice_reference", "invoice_date"]
            if statement.contract_id.payment_start == "deposit":
                wanted.append("deposit_date")
            missing = [
                statement._fields[name]._description_string(self.env)
                for name in wanted
                if not statement[name]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "Statement %(name)s cannot be put in the books without: "
                        "%(missing)s.",
                        name=statement.name,
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
