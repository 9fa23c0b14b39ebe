from odoo import fields, models


class SrmSocialRound(models.Model):
    _name = "srm.social.round"
    _description = "Round of Talks"
    _order = "claim_id, date"

    claim_id = fields.Many2one(
        "srm.social.claim", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_side = fields.Char(string="For the company")
    staff_side = fields.Char(string="For the staff")
    minutes = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Signed minutes")
