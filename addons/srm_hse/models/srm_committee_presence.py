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

    _replaced_once = models.UniqueIndex(
        "(meeting_id, replaces_id) WHERE replaces_id IS NOT NULL",
        "A holder is replaced by one substitute.",
    )
    _member_unique = models.UniqueIndex(
        "(meeting_id, member_id)", "A member is listed once."
    )

    @api.depends(
        "member_id.seat",
        "replaces_id",
        "meeting_id.presence_ids.present",
        "meeting_id.presence_ids.member_id",
    )
    def _compute_votes(self):
        """A holder votes; a substitute in the place of a holder who is not there."""
        for presence in self:
            there = presence.meeting_id.presence_ids.filtered("present").member_id
            replaced = presence.replaces_id
            substitute = bool(replaced) and replaced not in there
            presence.votes = presence.member_id.seat == "holder" or substitute
