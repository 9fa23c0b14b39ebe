from odoo import api, fields, models
from odoo.exceptions import UserError


class SrmPolicyVersion(models.Model):
    """One version: text, approval, then proof that people received it."""

    _name = "srm.policy.version"
    _inherit = ["srm.step.mixin", "mail.thread"]
    _description = "Version of a Policy"
    _order = "policy_id, number desc"

    policy_id = fields.Many2one(
        "srm.policy", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "In force"), ("replaced", "Replaced")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    text = fields.Html()
    attachment_ids = fields.Many2many("ir.attachment", string="Signed document")
    change = fields.Char(string="What changed")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Date(readonly=True, copy=False)
    diffusion_ids = fields.One2many("srm.policy.diffusion", "version_id")

    _one_in_force = models.UniqueIndex(
        "(policy_id) WHERE state = 'approved'", "One version is in force at a time."
    )

    @api.depends("policy_id", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = (
                version.policy_id.name and f"{version.policy_id.name} v{version.number}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        for version in versions:
            version.number = max(version.policy_id.version_ids.mapped("number")) + 1
        return versions

    def action_approve(self):
        """Put in force; the former version is replaced, not deleted."""
        self._require_group("srm_hse.group_hse_manager")
        for version in self.filtered(lambda v: v.state == "draft"):
            if not (version.text or version.attachment_ids):
                raise UserError(self.env._("Write or attach the text first."))
            if version.create_uid == self.env.user:
                raise UserError(
                    self.env._(
                        "A version is approved by somebody else than its author."
                    )
                )
            former = version.policy_id.version_ids.filtered(
                lambda v: v.state == "approved"
            )
            former._step(["approved"], "replaced")
            former.flush_recordset(["state"])
        self._step(
            ["draft"],
            "approved",
            approved_by_id=self.env.uid,
            approved_date=fields.Date.context_today(self),
        )

    def write(self, vals):
        if {"text", "change"}.intersection(vals) and self.filtered(
            lambda v: v.state != "draft"
        ):
            raise UserError(
                self.env._("An approved version is not changed: write a new one.")
            )
        return super().write(vals)
