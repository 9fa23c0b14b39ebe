from odoo import fields, models

from .srm_action import CONTROLS


class SrmRiskControl(models.Model):
    """A measure in place against a risk, by its place in the hierarchy of controls."""

    _name = "srm.risk.control"
    _description = "Control Measure"
    _order = "risk_id, control"

    risk_id = fields.Many2one("srm.risk", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    control = fields.Selection(CONTROLS, required=True)
    since = fields.Date()
    checked = fields.Date(string="Last checked")
