from odoo import fields, models


class SrmPaymentScenarioPayment(models.Model):
    """What a scenario pays to one file in one month; written in bulk only."""

    _name = "srm.payment.scenario.payment"
    _description = "Planned Payment"
    _order = "scenario_id, month, line_id"
    _rec_name = "file_id"

    scenario_id = fields.Many2one(
        "srm.payment.scenario",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "srm.payment.scenario.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)

    _month_unique = models.UniqueIndex(
        "(line_id, month)", "A scenario pays a file once a month."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A planned payment must be positive."
    )
