from odoo import api, fields, models

from .srm_committee_member import SEATS


class SrmCommitteePresence(models.Model):
    """One member at a meeting, with the seat he or she had that day: who changes seat
    later changes no quorum of the past."""

    _name = "srm.committee.presence"
    _description = "Presence at a Meeting"
    _order = "meeting_id, id"

    meeting_id = fields.Many2one(
        "srm.committee.meeting", required=True, index=True, ondelete="cascade"
    )
    member_id = fields.Many2one(
        "srm.committee.member", required=True, ondelete="restrict"
    )
    seat = fields.Selection(SEATS, compute="_compute_seat", store=True)
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

    @api.depends("member_id.seat")
    def _compute_seat(self):
        for presence in self:
            coming = presence.meeting_id.state == "planned"
            kept = not coming and presence._origin.seat
            presence.seat = kept or presence.member_id.seat

    @api.depends(
        "seat",
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
            presence.votes = presence.seat == "holder" or substitute
