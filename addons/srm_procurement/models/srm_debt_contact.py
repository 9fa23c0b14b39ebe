from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined

CHANNELS = [
    ("meeting", "Meeting"),
    ("call", "Call"),
    ("letter", "Letter"),
    ("email", "E-mail"),
    ("visit", "Visit"),
]
DIRECTIONS = [("in", "From the creditor"), ("out", "From the company")]


class SrmDebtContact(models.Model):
    """One exchange with the creditor: when, how, with whom, what was said.

    A meeting has minutes and attendees; what was promised during the exchange is a
    commitment with its due date.
    """

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
    direction = fields.Selection(DIRECTIONS, string="Initiative")
    reference = fields.Char(help="Number of the letter at the mail registry.")
    contact_name = fields.Char(string="With", help="Who spoke for the creditor.")
    attendee_ids = fields.Many2many(
        "res.partner",
        "srm_debt_contact_attendee_rel",
        "contact_id",
        "partner_id",
        string="For the creditor",
        domain="['|', ('id', '=', partner_id), ('parent_id', '=', partner_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="For the company",
        required=True,
        default=lambda self: self.env.user,
    )
    colleague_ids = fields.Many2many(
        "res.users",
        "srm_debt_contact_colleague_rel",
        "contact_id",
        "user_id",
        string="Also for the company",
    )
    summary = fields.Text(required=True)
    minutes = fields.Html(help="What was said and agreed, for the file.")
    document = fields.Binary(attachment=True, copy=False)
    document_name = fields.Char(copy=False)
    commitment_ids = fields.One2many(
        "srm.debt.commitment", "contact_id", string="Commitments"
    )
    commitment_count = fields.Integer(compute="_compute_commitment_count")

    @api.depends("commitment_ids")
    def _compute_commitment_count(self):
        counts = dict(
            self.env["srm.debt.commitment"]._read_group(
                [("contact_id", "in", self.ids)], ["contact_id"], ["__count"]
            )
        )
        for contact in self:
            contact.commitment_count = counts.get(contact._origin, 0)

    @api.depends("date", "channel", "file_id")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for contact in self:
            day = contact.date and fields.Date.to_string(contact.date)
            contact.display_name = joined(
                labels.get(contact.channel), day, contact.partner_id.name
            )

    @api.onchange("attendee_ids")
    def _onchange_attendee_ids(self):
        if self.attendee_ids:
            self.contact_name = ", ".join(self.attendee_ids.mapped("name"))

    @api.constrains("attendee_ids", "file_id")
    def _check_attendees(self):
        for contact in self:
            creditor = contact.file_id.partner_id.commercial_partner_id
            strangers = contact.attendee_ids.filtered(
                lambda item, firm=creditor: item.commercial_partner_id != firm
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(person)s is not a contact of %(creditor)s: add the person "
                        "to the contacts of the creditor first.",
                        person=strangers[0].name,
                        creditor=creditor.name,
                    )
                )

    def action_open_form(self):
        """Open the exchange with its minutes and its commitments."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }
