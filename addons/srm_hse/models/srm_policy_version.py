from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER

_lt = LazyTranslate(__name__)


class SrmPolicyVersion(models.Model):
    """One version: text, approval, then proof that people received it."""

    _name = "srm.policy.version"
    _inherit = ["mail.thread"]
    _description = "Version of a Policy"
    _order = "policy_id, number desc"
    _guard = Guard(
        steps={
            "approve": Step(
                ("draft",),
                "approved",
                group=MANAGER,
                signs="approved_by_id",
                dated="approved_date",
                # Who made it, and who changed it last.
                not_by=("create_uid", "write_uid"),
                check="_replace_former",
            ),
            "replace": Step(("approved",), "replaced", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("approved", "replaced"),
                files=True,
                database=True,
                remedy=_lt("Write a new version."),
            ),
        ),
        deletable=("draft",),
    )

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
            version._by_code().number = (
                max(version.policy_id.version_ids.mapped("number")) + 1
            )
        return versions

    def action_approve(self):
        """Put in force; the former version is replaced, not deleted."""
        for version in self:
            version._take_step("approve")

    def _replace_former(self):
        if not (self.text or self.attachment_ids):
            raise UserError(self.env._("Write or attach the text first."))
        self.policy_id.version_ids.filtered(
            lambda version: version.state == "approved"
        )._take_step("replace")
