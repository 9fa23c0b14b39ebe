from odoo import fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)


class SrmCampaignMaterial(models.Model):
    """One version of what is shown or handed out; an approved one never changes."""

    _name = "srm.campaign.material"
    _inherit = ["mail.thread"]
    _description = "Training Material"
    _order = "name, version desc, id desc"
    _guard = Guard(
        freezes=(
            Freeze(
                once="approved_date",
                but=("active",),
                files=True,
                database=True,
                remedy=_lt("Make a new version."),
            ),
        ),
        proofs={"file": "file_sha256"},
    )

    name = fields.Char(required=True)
    version = fields.Char(required=True, default="1")
    theme_id = fields.Many2one("srm.theme", index="btree_not_null", ondelete="restrict")
    language_id = fields.Many2one(
        "srm.spoken.language", index="btree_not_null", ondelete="restrict"
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    file_sha256 = fields.Char("SHA-256 of the file", readonly=True, copy=False)
    url = fields.Char(string="Address", help="When the material is kept elsewhere")
    approved_date = fields.Date(readonly=True, copy=False, tracking=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _version_unique = models.UniqueIndex(
        "(name, version, COALESCE(language_id, 0))",
        "This version of the material exists in this language.",
    )

    def action_approve(self):
        self.filtered(lambda item: not item.approved_date)._by_code().write(
            {
                "approved_date": fields.Date.context_today(self),
                "approved_by_id": self.env.uid,
            }
        )
        return True

    def _compute_display_name(self):
        for material in self:
            material.display_name = (
                material.name and f"{material.name} v{material.version}"
            )
