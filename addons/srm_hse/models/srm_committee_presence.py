from odoo import api, fields, models


class SrmCommitteePresence(models.Model):
    _name = "srm.committee.presence"
    _description = "Presence at a Meeting"
    _order = "meeting_id, id"

    meeting_id = fields.Many2one(
        "srm.committee.meeting", required=True, index=True, ondelete="cascade"
    )
    member_id = fields.Many2one(
        "srm.committee.member", required=True, ondelete="restrict"
    )
    present = fields.Boolean()
    replaces_id = fields.Many2one("srm.committee.member")
    excuse = fields.Char()
    votes = fields.Boolean(compute="_compute_votes")

    _member_unique = models.UniqueIndex(
        "(meeting_id, member_id)", "A member is listed once."
    )

    @api.depends("member_id.seat", "replaces_id", "present")
    def _compute_votes(self):
        for presence in self:
            holder = presence.member_id.seat == "holder"
            presence.votes = holder or bool(presence.replaces_id)
