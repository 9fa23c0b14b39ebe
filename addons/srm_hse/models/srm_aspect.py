from odoo import fields, models


class SrmAspect(models.Model):
    """Something the company does that acts on the environment, and the impact."""

    _name = "srm.aspect"
    _inherit = [
        "srm.scored.mixin",
        "srm.action.mixin",
        "mail.thread",
        "srm.territory.mixin",
    ]
    _description = "Environmental Aspect"
    _order = "level desc, name"

    name = fields.Char(string="Aspect", required=True, tracking=True)
    impact = fields.Char(required=True)
    activity = fields.Char(string="Activity, product or service", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    medium = fields.Selection(
        [
            ("air", "Air"),
            ("water", "Water"),
            ("soil", "Soil"),
            ("waste", "Waste"),
            ("resource", "Resources"),
            ("noise", "Noise and smell"),
            ("life", "Living species"),
        ],
        required=True,
        default="water",
    )
    situation = fields.Selection(
        [("normal", "Normal"), ("abnormal", "Abnormal"), ("emergency", "Emergency")],
        required=True,
        default="normal",
    )
    life_cycle = fields.Selection(
        [
            ("upstream", "Upstream"),
            ("own", "Own activity"),
            ("downstream", "Downstream"),
        ],
        required=True,
        default="own",
    )
    obligation_ids = fields.Many2many("srm.obligation")
    control = fields.Text(string="Control in place")
    user_id = fields.Many2one("res.users", string="Owner")
