from odoo import fields, models


class SrmDebtDocument(models.Model):
    """A supporting document received for a debt; a missing one has no record."""

    _name = "srm.debt.document"
    _description = "Supporting Document"
    _order = "debt_id, type_id, id"

    debt_id = fields.Many2one("srm.debt", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="debt_id.company_id", store=True)
    type_id = fields.Many2one(
        "srm.debt.document.type", string="Document", required=True, ondelete="restrict"
    )
    date = fields.Date(
        string="Received on", required=True, default=fields.Date.context_today
    )
    reference = fields.Char()
    date_expiry = fields.Date(string="Valid until")
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    user_id = fields.Many2one(
        "res.users",
        string="Received by",
        readonly=True,
        default=lambda self: self.env.user,
    )
