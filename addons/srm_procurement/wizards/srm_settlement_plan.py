from srm_engine.errors import RuleError
from srm_engine.instalments import schedule

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..amounts import money


class SrmSettlementPlan(models.TransientModel):
    """Splits the agreed total into dated instalments that sum to it exactly."""

    _name = "srm.settlement.plan"
    _description = "Plan of Instalments"

    settlement_id = fields.Many2one("srm.settlement", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    mode = fields.Selection(related="settlement_id.mode")
    amount_total = fields.Monetary(related="settlement_id.amount_total")
    down_payment = fields.Monetary(help="Paid on the first date, before the others.")
    count = fields.Integer(
        string="Number of instalments",
        compute="_compute_count",
        store=True,
        readonly=False,
        help="Without the down payment.",
    )
    date_first = fields.Date(
        string="First date", required=True, default=lambda self: self._default_date()
    )
    every_months = fields.Integer(string="Months between instalments", default=1)
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def _default_date(self):
        """Same day of the next month."""
        return fields.Date.add(fields.Date.context_today(self), months=1)

    @api.depends("mode")
    def _compute_count(self):
        for wizard in self:
            wizard.count = 1 if wizard.mode == "cash" else 3

    @api.depends("amount_total", "down_payment", "count", "date_first", "every_months")
    def _compute_preview(self):
        for wizard in self:
            parts, message = [], ""
            try:
                parts = wizard._plan()
            except ValidationError as error:
                message = str(error)
            wizard.preview = self.env["ir.qweb"]._render(
                "srm_procurement.settlement_plan_preview",
                {
                    "parts": [(part.date, float(part.amount)) for part in parts],
                    "message": message,
                    "currency": wizard.currency_id,
                },
            )

    def _plan(self):
        """:return: ``srm_engine.instalments.Instalment`` in the order of the dates"""
        self.ensure_one()
        if not self.date_first or self.date_first < fields.Date.context_today(self):
            raise ValidationError(self.env._("Choose a first date from today on."))
        try:
            return schedule(
                money(self.amount_total),
                self.count,
                self.date_first,
                self.every_months,
                money(self.down_payment),
            )
        except RuleError as error:
            raise ValidationError(self._rule_message(error)) from error

    def action_generate(self):
        """Replace the plan of the settlement by this one."""
        self.ensure_one()
        parts = self._plan()
        self.settlement_id.instalment_ids.unlink()
        self.settlement_id.write(
            {
                "instalment_ids": [
                    Command.create({"date": part.date, "amount": float(part.amount)})
                    for part in parts
                ]
            }
        )
        return {"type": "ir.actions.act_window_close"}

    def _rule_message(self, error: RuleError) -> str:
        """The engine's reason in the language of the user."""
        messages = {
            "total_not_positive": self.env._(
                "Add the debts to settle first: the agreed total is zero."
            ),
            "count_invalid": self.env._("Ask for at least one instalment."),
            "period_invalid": self.env._(
                "Leave at least one month between two instalments."
            ),
            "down_payment_invalid": self.env._(
                "The down payment must be less than the agreed total."
            ),
            "instalment_too_small": self.env._(
                "The total is too small for that many instalments."
            ),
        }
        return messages.get(error.code, str(error))
