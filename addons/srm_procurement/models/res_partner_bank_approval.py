from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "srm_base.group_finance_manager"
APPROVAL_FIELDS = {"srm_approval", "srm_approved_by_id", "srm_approved_on"}
NOT_APPROVED = {
    "srm_approval": "to_approve",
    "srm_approved_by_id": False,
    "srm_approved_on": False,
}
#: Only code of this add-on can hold this object.
APPROVAL_TOKEN = object()


class ResPartnerBank(models.Model):
    """A supplier's account is paid after a second person has approved it.

    A changed number is how money is stolen: the account is to be approved again.
    """

    _inherit = "res.partner.bank"

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
    srm_can_approve = fields.Boolean(compute="_compute_srm_can_approve")

    _srm_approved_by_another = models.Constraint(
        "CHECK (srm_approval != 'approved' OR (srm_approved_by_id IS NOT NULL"
        " AND srm_approved_by_id IS DISTINCT FROM srm_entered_by_id))",
        "Who entered an account number does not approve it.",
    )

    @api.depends("srm_approval", "srm_entered_by_id")
    @api.depends_context("uid")
    def _compute_srm_can_approve(self):
        manager = self.env.user.has_group(MANAGER)
        for account in self:
            account.srm_can_approve = (
                manager
                and account.srm_approval == "to_approve"
                and account.srm_entered_by_id != self.env.user
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_srm_approval_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_srm_approval_fields(vals)
        changed = "acc_number" in vals and self.filtered(
            lambda account: account.acc_number != vals["acc_number"]
        )
        if changed or "partner_id" in vals:
            vals = vals | NOT_APPROVED
        return super().write(vals)

    def _check_srm_approval_fields(self, vals):
        if self.env.context.get("srm_approval") is APPROVAL_TOKEN:
            return
        if APPROVAL_FIELDS & set(vals):
            raise UserError(
                self.env._("A bank account is approved by its button only.")
            )

    def action_srm_approve(self):
        """Approve accounts someone else entered; a second click does nothing.

        :raise UserError: the person entered one of the numbers
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a finance manager approves a supplier's account.")
            )
        self.lock_for_update()
        todo = self.filtered(lambda account: account.srm_approval == "to_approve")
        own = todo.filtered(lambda account: account.srm_entered_by_id == self.env.user)
        if own:
            raise UserError(
                self.env._(
                    "%(user)s entered the account %(number)s of %(holder)s: another "
                    "finance manager approves it.",
                    user=self.env.user.name,
                    number=own[0].acc_number,
                    holder=own[0].partner_id.name,
                )
            )
        # sudo: managers approve accounts without having the right to change them.
        todo.sudo().with_context(srm_approval=APPROVAL_TOKEN).write(
            {
                "srm_approval": "approved",
                "srm_approved_by_id": self.env.uid,
                "srm_approved_on": fields.Datetime.now(),
            }
        )
        return True
