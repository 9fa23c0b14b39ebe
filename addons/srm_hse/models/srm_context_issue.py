from odoo import fields, models


class SrmContextIssue(models.Model):
    """An internal or external issue, and whether the climate plays a part in it."""

    _name = "srm.context.issue"
    _inherit = ["srm.action.mixin"]
    _description = "Context Issue"
    _order = "kind, name"

    name = fields.Char(required=True)
    kind = fields.Selection(
        [("internal", "Internal"), ("external", "External")],
        required=True,
        default="external",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    description = fields.Text()
    effect = fields.Selection(
        [
            ("strength", "Strength"),
            ("weakness", "Weakness"),
            ("opportunity", "Opportunity"),
            ("threat", "Threat"),
        ],
        required=True,
        default="threat",
    )
    climate = fields.Boolean(string="Climate relevant")
    climate_reason = fields.Char(string="Why, or why not")
    review_date = fields.Date(string="Reviewed on", default=fields.Date.context_today)
