from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmPaymentScenarioPropose(models.TransientModel):
    """Draft settlements of one month of the chosen scenario."""

    _name = "srm.payment.scenario.propose"
    _description = "Propose the Settlements of a Month"

    scenario_id = fields.Many2one("srm.payment.scenario", required=True, readonly=True)
    currency_id = fields.Many2one(related="scenario_id.currency_id")
    month_id = fields.Many2one(
        "srm.payment.scenario.month",
        required=True,
        domain="[('scenario_id', '=', scenario_id)]",
    )
    day = fields.Integer(
        string="Day of payment",
        default=25,
        required=True,
        help="Day of the month of the instalments; the last one of a shorter month.",
    )
    file_count = fields.Integer(string="Files to settle", compute="_compute_content")
    done_count = fields.Integer(string="Already settled", compute="_compute_content")
    amount = fields.Monetary(string="Planned for them", compute="_compute_content")

    @api.depends("month_id")
    def _compute_content(self):
        for wizard in self:
            lines = wizard.scenario_id._lines_of(wizard.month_id.month)
            todo = lines.filtered(lambda line: not line.settled_count)
            wizard.file_count = len(todo)
            wizard.done_count = len(lines) - len(todo)
            wizard.amount = sum(todo.mapped("amount_planned"))

    def action_confirm(self):
        self.ensure_one()
        if not 1 <= self.day <= 31:
            raise ValidationError(
                self.env._("The day of payment lies between 1 and 31.")
            )
        settlements = self.scenario_id._propose(self.month_id.month, self.day)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_action"
        )
        return action | {
            "domain": [("id", "in", settlements.ids)],
            "context": {},
            "views": [[False, "list"], [False, "form"]],
        }
