from odoo import api, fields, models


class SrmDebtReceiveDocuments(models.TransientModel):
    """Tick several documents received together for one debt."""

    _name = "srm.debt.receive.documents"
    _description = "Documents Received"

    debt_id = fields.Many2one("srm.debt", required=True, readonly=True)
    missing_ids = fields.Many2many(
        related="debt_id.missing_document_ids", string="Mandatory and missing"
    )
    date = fields.Date(
        string="Received on", required=True, default=fields.Date.context_today
    )
    type_ids = fields.Many2many(
        "srm.debt.document.type",
        string="Documents",
        compute="_compute_type_ids",
        store=True,
        readonly=False,
    )

    @api.depends("debt_id")
    def _compute_type_ids(self):
        for wizard in self:
            wizard.type_ids = wizard.debt_id.missing_document_ids

    def action_confirm(self):
        """Record the ticked documents that are not recorded yet."""
        self.ensure_one()
        new = self.type_ids - self.debt_id.document_ids.type_id
        self.env["srm.debt.document"].create(
            [
                {"debt_id": self.debt_id.id, "type_id": item.id, "date": self.date}
                for item in new
            ]
        )
        return {"type": "ir.actions.act_window_close"}
