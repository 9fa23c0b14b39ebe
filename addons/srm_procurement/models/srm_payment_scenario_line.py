from odoo import api, fields, models

from ..constants import FIRM_SIZES


class SrmPaymentScenarioLine(models.Model):
    """One creditor file in a scenario: its rank, its months, what its waiting costs.

    A photograph: written in bulk by the computation, by nobody else.
    """

    _name = "srm.payment.scenario.line"
    _description = "File of a Payment Scenario"
    _order = "scenario_id, rank, id"
    _rec_name = "file_id"

    scenario_id = fields.Many2one(
        "srm.payment.scenario",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    scenario_state = fields.Selection(related="scenario_id.state", string="Scenario is")
    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one("res.partner", string="Creditor", readonly=True)
    province_id = fields.Many2one(
        "srm.territory", string="Prefecture or province", readonly=True
    )
    firm_size = fields.Selection(FIRM_SIZES, string="Size of the firm", readonly=True)
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(digits=(5, 2), readonly=True, aggregator="avg")
    date_registered = fields.Date(readonly=True)
    amount = fields.Monetary(string="Payable", readonly=True)
    monthly_cost = fields.Monetary(string="Cost of one month", readonly=True)
    month_first = fields.Date(string="First payment", readonly=True, index=True)
    month_last = fields.Date(string="Last payment", readonly=True)
    amount_planned = fields.Monetary(string="Planned", readonly=True)
    amount_residual = fields.Monetary(string="Left unpaid", readonly=True)
    waited = fields.Integer(string="Months of waiting", readonly=True, aggregator="avg")
    cost = fields.Monetary(string="Cost of waiting", readonly=True)
    aside = fields.Boolean(
        string="Set aside",
        readonly=True,
        help="Above every ceiling to come, and no partial payments.",
    )
    payment_ids = fields.One2many(
        "srm.payment.scenario.payment", "line_id", string="Payments", readonly=True
    )
    settlement_ids = fields.One2many(
        "srm.settlement", "scenario_line_id", string="Settlements", readonly=True
    )
    settled_count = fields.Integer(
        string="Settlements made", compute="_compute_settled_count"
    )

    _file_unique = models.UniqueIndex(
        "(scenario_id, file_id)", "A file is in a scenario once."
    )

    @api.depends("settlement_ids.state")
    def _compute_settled_count(self):
        counts = dict(
            self.env["srm.settlement"]._read_group(
                [("scenario_line_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["scenario_line_id"],
                ["__count"],
            )
        )
        for line in self:
            line.settled_count = counts.get(line._origin, 0)

    def action_open_file(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt.file",
            "res_id": self.file_id.id,
            "views": [[False, "form"]],
        }
