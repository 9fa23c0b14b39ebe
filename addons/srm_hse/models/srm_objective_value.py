from odoo import fields, models


class SrmObjectiveValue(models.Model):
    _name = "srm.objective.value"
    _description = "Measured Value"
    _order = "objective_id, date"

    objective_id = fields.Many2one(
        "srm.objective", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float(required=True)
    source = fields.Char(required=True, help="Record or report the value comes from.")

    _date_unique = models.UniqueIndex(
        "(objective_id, date)", "A value is measured once a day."
    )
