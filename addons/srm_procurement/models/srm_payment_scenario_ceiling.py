from odoo import api, fields, models


class SrmPaymentScenarioCeiling(models.Model):
    """A month whose ceiling is not the usual one (subsidy received, year end...)."""

    _name = "srm.payment.scenario.ceiling"
    _description = "Ceiling of a Month"
    _order = "month, id"
    _rec_name = "month"

    scenario_id = fields.Many2one(
        "srm.payment.scenario", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="scenario_id.currency_id")
    month = fields.Date(required=True, help="Any day of the month.")
    amount = fields.Monetary(string="Ceiling", required=True)
    note = fields.Char(string="Reason")

    _month_unique = models.Constraint(
        "UNIQUE (scenario_id, month)", "This month already has a ceiling of its own."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The ceiling of a month cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        ceilings = super().create([self._on_first_day(vals) for vals in vals_list])
        ceilings.scenario_id._outdate()
        return ceilings

    def write(self, vals):
        scenarios = self.scenario_id
        result = super().write(self._on_first_day(vals))
        (scenarios | self.scenario_id)._outdate()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_outdates(self):
        self.scenario_id._outdate()

    @api.model
    def _on_first_day(self, vals):
        if not vals.get("month"):
            return vals
        return vals | {"month": fields.Date.to_date(vals["month"]).replace(day=1)}
