from odoo import fields, models


class SrmRisk(models.Model):
    """A risk, an opportunity or a hazard at work, for a unit, a site and a task."""

    _name = "srm.risk"
    _inherit = [
        "srm.scored.mixin",
        "srm.action.mixin",
        "mail.thread",
        "srm.territory.mixin",
    ]
    _description = "Risk, Opportunity or Hazard"
    _order = "residual_level desc, level desc, name"

    name = fields.Char(required=True, tracking=True)
    kind = fields.Selection(
        [
            ("risk", "Risk"),
            ("opportunity", "Opportunity"),
            ("hazard", "Hazard at work"),
        ],
        required=True,
        default="hazard",
        index=True,
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    task = fields.Char(string="Task or process")
    exposed = fields.Integer(string="People exposed")
    effect = fields.Text(string="Possible effect")
    user_id = fields.Many2one("res.users", string="Owner")
    control_ids = fields.One2many("srm.risk.control", "risk_id")
