from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined


class SrmPriceIndexValue(models.Model):
    """Value of an index for one month."""

    _name = "srm.price.index.value"
    _description = "Value of a Price Index"
    _order = "index_id, month desc"

    index_id = fields.Many2one(
        "srm.price.index", required=True, index=True, ondelete="cascade"
    )
    month = fields.Date(required=True, help="Any day of the month.")
    value = fields.Float(digits=(16, 4), required=True, aggregator="avg")
    source = fields.Char(help="Publication the value comes from.")

    _month_unique = models.Constraint(
        "UNIQUE (index_id, month)", "This index already has a value for the month."
    )
    _value_valid = models.Constraint(
        "CHECK (value > 0)", "The value of an index is above zero."
    )
    _first_of_month = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A value belongs to a whole month."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_first_day(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_first_day(vals))

    @api.model
    def _with_first_day(self, vals):
        if not vals.get("month"):
            return vals
        return {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}

    @api.depends("index_id.code", "month")
    def _compute_display_name(self):
        for value in self:
            month = value.month.strftime("%m/%Y") if value.month else ""
            value.display_name = joined(value.index_id.code, month, by=" ")
