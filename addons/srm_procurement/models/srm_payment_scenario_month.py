from odoo import fields, models


class SrmPaymentScenarioMonth(models.Model):
    """What one month of a scenario pays and costs; written in bulk only."""

    _name = "srm.payment.scenario.month"
    _description = "Month of a Payment Scenario"
    _order = "scenario_id, month"
    _rec_name = "month"

    scenario_id = fields.Many2one(
        "srm.payment.scenario",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    ceiling = fields.Monetary(readonly=True)
    agreed = fields.Monetary(
        string="Already agreed",
        readonly=True,
        help="Instalments of the settlements under way that fall in the month.",
    )
    available = fields.Monetary(
        readonly=True, help="Ceiling less what is already agreed, never below zero."
    )
    paid = fields.Monetary(readonly=True)
    unused = fields.Monetary(readonly=True)
    settled = fields.Integer(string="Files paid in full", readonly=True)
    remaining = fields.Monetary(
        string="Unpaid at the end", readonly=True, aggregator="min"
    )
    cost = fields.Monetary(
        string="Cost of waiting",
        readonly=True,
        help="Fine and interest added by what is unpaid at the end of the month.",
    )
    scenario_state = fields.Selection(related="scenario_id.state", string="Scenario is")

    _month_unique = models.UniqueIndex(
        "(scenario_id, month)", "A month is in a scenario once."
    )

    def action_view_payments(self):
        """Who is paid in this month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_payment_scenario_payment"
        )
        return action | {
            "domain": [
                ("scenario_id", "=", self.scenario_id.id),
                ("month", "=", self.month),
            ],
            "context": {},
        }

    def action_propose(self):
        """Propose the settlements of this month."""
        self.ensure_one()
        return self.scenario_id._open_propose(self)

    def action_prepare_orders(self):
        """Put what the signed settlements of the scenario owe this month in orders."""
        self.ensure_one()
        return self.scenario_id._prepare_orders(self.month)
