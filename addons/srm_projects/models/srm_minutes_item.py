from odoo import api, fields, models


class SrmMinutesPart(models.AbstractModel):
    """Part of minutes."""

    _name = "srm.minutes.part"
    _description = "Part of minutes"

    minutes_id = fields.Many2one(
        "srm.minutes", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="minutes_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="minutes_id.territory_id", store=True, index="btree_not_null"
    )


class SrmMinutesItem(models.Model):
    """Point of the agenda and what was said about it."""

    _name = "srm.minutes.item"
    _inherit = ["srm.minutes.part"]
    _description = "Agenda Item"
    _order = "minutes_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    discussion = fields.Text()


class SrmMinutesPresence(models.Model):
    """Who was there, excused or missing, and for whom."""

    _name = "srm.minutes.presence"
    _inherit = ["srm.minutes.part", "srm.typst.mixin"]
    _description = "Presence at a Meeting"
    _order = "minutes_id, status desc, id"

    partner_id = fields.Many2one("res.partner", string="Contact")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        entered="of the contact, or of who is none",
    )
    organisation = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        entered="of the contact, or of who is none",
    )
    status = fields.Selection(
        [("present", "Present"), ("excused", "Excused"), ("absent", "Absent")],
        required=True,
        default="present",
    )

    @api.depends("partner_id")
    def _compute_name(self):
        for presence in self:
            partner = presence.partner_id
            presence.name = partner.name or presence.name
            presence.organisation = partner.parent_id.name or presence.organisation
