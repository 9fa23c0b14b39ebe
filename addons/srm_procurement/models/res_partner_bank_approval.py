from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Guard, Step

from .srm_debt import MANAGER

AUTHORS = ("srm_entered_by_id", "srm_changed_by_ids")


class ResPartnerBank(models.Model):
    """A supplier's account is paid after a second person has approved it.

    A changed number is how money is stolen: the account is to be approved again. What
    was approved is kept as a digest, so that a change by any way is seen at payment.
    """

    _inherit = "res.partner.bank"
    _guard = Guard(
        state="srm_approval",
        steps={
            "approve": Step(
                ("to_approve",),
                "approved",
                group=MANAGER,
                signs="srm_approved_by_id",
                dated="srm_approved_on",
                not_by=AUTHORS,
                writes=("srm_approved_digest",),
            ),
            "withdraw": Step(("approved",), "to_approve"),
        },
        # Deleting an account archives it.
        deletable=("to_approve", "approved"),
    )

    srm_approval = fields.Selection(
        [("to_approve", "To approve"), ("approved", "Approved")],
        string="Approval",
        required=True,
        readonly=True,
        copy=False,
        default="to_approve",
        index=True,
    )
    srm_approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    srm_approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)
    srm_approved_digest = fields.Char(readonly=True, copy=False)
    srm_can_approve = fields.Boolean(compute="_compute_srm_can_approve")

    _srm_approved_by_another = models.Constraint(
        "CHECK (srm_approval != 'approved' OR (srm_approved_by_id IS NOT NULL"
        " AND srm_approved_by_id IS DISTINCT FROM srm_entered_by_id))",
        "Who entered an account number does not approve it.",
    )

    @api.depends("srm_approval", "srm_approved_digest", *AUTHORS)
    @api.depends_context("uid")
    def _compute_srm_can_approve(self):
        manager = self.env.user.has_group(MANAGER)
        for account in self:
            account.srm_can_approve = (
                manager
                and not account._srm_is_approved()
                and self.env.user not in account._srm_authors()
            )

    def _srm_is_approved(self) -> bool:
        """Approved, and what was approved has not changed since."""
        return (
            self.srm_approval == "approved"
            and self.srm_approved_digest == self._srm_payee_digest()
        )

    def _srm_not_approved(self) -> dict:
        return super()._srm_not_approved() | {
            "srm_approval": "to_approve",
            "srm_approved_by_id": False,
            "srm_approved_on": False,
            "srm_approved_digest": False,
        }

    def _srm_payment_refusal(self) -> tuple[str, str]:
        """Why an account is not paid, and what to do; empty when it is approved."""
        self.ensure_one()
        if not self.active:
            return (
                self.env._("This account is archived."),
                self.env._("Choose another account."),
            )
        if self._srm_is_approved():
            return "", ""
        if self.srm_approval == "approved":
            reason = self.env._("This account has changed since it was approved.")
        else:
            reason = self.env._("No second person has approved this account.")
        authors = ", ".join(self._srm_authors().mapped("name"))
        return reason, self.env._(
            "A finance manager other than %(author)s opens and approves it.",
            author=authors or self.env._("its author"),
        )

    def action_srm_approve(self):
        """Approve accounts someone else entered; a second click does nothing.

        :raise UserError: the person entered one of the numbers
        """
        self._require_group(MANAGER)
        # sudo: managers approve accounts without having the right to change them.
        todo = self.sudo().filtered(lambda account: not account._srm_is_approved())
        todo._by_code().write(self._srm_not_approved())
        for account in todo:
            account._take_step(
                "approve", srm_approved_digest=account._srm_payee_digest()
            )
        return True
