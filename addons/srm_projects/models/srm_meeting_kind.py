from odoo import fields, models


class SrmMeetingKind(models.Model):
    """Kind of meeting: who is met, and whether a quorum is needed."""

    _name = "srm.meeting.kind"
    _description = "Kind of Meeting"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    quorum = fields.Integer(help="Persons present for the meeting to decide. 0: none.")

    _code_uidx = models.UniqueIndex("(code)", "This code is already used.")
