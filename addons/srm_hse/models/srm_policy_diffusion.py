from odoo import fields, models

from odoo.addons.srm_kit.guard import MEMORY


class SrmPolicyDiffusion(models.Model):
    """How and to whom a version was handed out, with the proof."""

    _name = "srm.policy.diffusion"
    _description = "Diffusion of a Policy"
    _order = "version_id, date desc"
    _guard = MEMORY

    version_id = fields.Many2one(
        "srm.policy.version", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    channel = fields.Selection(
        [
            ("display", "Notice board"),
            ("mail", "E-mail"),
            ("meeting", "Meeting or toolbox talk"),
            ("contractor", "Handed to a contractor"),
            ("web", "Public site"),
        ],
        required=True,
        default="display",
    )
    site_id = fields.Many2one("srm.site")
    partner_id = fields.Many2one("res.partner", string="Contractor")
    audience = fields.Integer(string="People reached")
    proof = fields.Char(required=True)
