from odoo import api, fields, models
from odoo.exceptions import UserError

from ..constants import FIRST_SETTLEMENT_STAGE, STAGE_RANK, STAGES
from ..models.srm_debt import MANAGER

BACK_STAGES = STAGES[: STAGE_RANK[FIRST_SETTLEMENT_STAGE]]


class SrmDebtSendBack(models.TransientModel):
    """A finance manager sends debts back to an earlier stage, and says why."""

    _name = "srm.debt.send.back"
    _description = "Send Debts Back"

    debt_ids = fields.Many2many("srm.debt", required=True)
    stage = fields.Selection(BACK_STAGES, string="Back to", required=True)
    reason = fields.Char(required=True)
    in_settlement = fields.Boolean(compute="_compute_in_settlement")

    @api.depends("debt_ids.stage")
    def _compute_in_settlement(self):
        last = STAGE_RANK[FIRST_SETTLEMENT_STAGE]
        for wizard in self:
            wizard.in_settlement = any(
                STAGE_RANK[debt.stage] > last for debt in wizard.debt_ids
            )

    def action_confirm(self):
        """Move the debts back; a later certification is forgotten."""
        self.ensure_one()
        self.debt_ids._require_group(MANAGER)
        self._check_not_settled()
        later = self.debt_ids.filtered(
            lambda item: STAGE_RANK[item.stage] > STAGE_RANK[self.stage]
        )
        later._set_stage(
            self.stage, self.reason, f"back_{self.stage}", **self._forgotten()
        )
        return {"type": "ir.actions.act_window_close"}

    def _forgotten(self) -> dict:
        if STAGE_RANK[self.stage] >= STAGE_RANK["certified"]:
            return {}
        return {
            "amount_certified": 0.0,
            "certified_by_id": False,
            "certified_date": False,
        }

    def _check_not_settled(self) -> None:
        if self.in_settlement:
            raise UserError(
                self.env._(
                    "A debt under settlement goes back by cancelling its settlement."
                )
            )
        settled = self.debt_ids.filtered("amount_settled")
        if settled:
            raise UserError(
                self.env._(
                    "%(debt)s is partly paid: it cannot go back.",
                    debt=settled[0].display_name,
                )
            )
