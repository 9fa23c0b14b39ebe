from odoo import fields, models

DECISIONS = [("freeze", "Choose and freeze"), ("retire", "Retire")]


class SrmPaymentScenarioDecide(models.TransientModel):
    """Why a scenario is chosen, or given up: kept on it for good."""

    _name = "srm.payment.scenario.decide"
    _description = "Choose or Retire a Scenario"

    scenario_id = fields.Many2one("srm.payment.scenario", required=True, readonly=True)
    currency_id = fields.Many2one(related="scenario_id.currency_id")
    decision = fields.Selection(DECISIONS, required=True, readonly=True)
    cost_total = fields.Monetary(related="scenario_id.cost_total")
    month_end = fields.Date(related="scenario_id.month_end")
    files_first_quarter = fields.Integer(related="scenario_id.files_first_quarter")
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        if self.decision == "freeze":
            self.scenario_id._freeze(self.reason)
        else:
            self.scenario_id._retire(self.reason)
        return {"type": "ir.actions.act_window_close"}
