from odoo import fields, models

CHANNELS = [
    ("meeting", "Meeting"),
    ("call", "Call"),
    ("letter", "Letter"),
    ("email", "E-mail"),
    ("visit", "Visit"),
]


class SrmDebtContact(models.Model):
    """One exchange with the creditor: when, how, with whom, what was said."""

    _name = "srm.debt.contact"
    _description = "Dialogue with a Creditor"
    _order = "date desc, id desc"

    file_id = fields.Many2one(
        "srm.debt.file",
        string="Creditor file",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True)
    partner_id = fields.Many2one(related="file_id.partner_id", string="Creditor")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    channel = fields.Selection(CHANNELS, required=True, default="meeting")
    contact_name = fields.Char(string="With", help="Who spoke for the creditor.")
    user_id = fields.Many2one(
        "res.users",
        string="For the company",
        required=True,
        default=lambda self: self.env.user,
    )
    summary = fields.Text(required=True)
