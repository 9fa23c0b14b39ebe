from odoo import fields, models


class SrmCarbonReason(models.TransientModel):
    """Asks why a statement is sent back or restated."""

    _name = "srm.carbon.reason"
    _description = "Reason for a Carbon Statement"

    statement_ids = fields.Many2many("srm.carbon.statement", required=True)
    step = fields.Selection(
        [("reject", "Send back"), ("restate", "Restate")], required=True
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        if self.step == "reject":
            self.statement_ids._reject(self.reason)
            return {"type": "ir.actions.act_window_close"}
        revisions = self.statement_ids._restate(self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.carbon.statement",
            "view_mode": "form" if len(revisions) == 1 else "list,form",
            "res_id": revisions[:1].id,
            "domain": [("id", "in", revisions.ids)],
        }
