from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)

STATES = [
    ("waiting", "Not running yet"),
    ("running", "Running"),
    ("late", "Late"),
    ("met", "Met"),
    ("met_late", "Met late"),
]


class SrmIncidentDeadline(models.Model):
    """One declaration to make about one incident, and when it was made.

    It runs as long as the rule said when the incident was qualified: a rule that
    changes later makes no declaration of the past late, nor timely.
    """

    _name = "srm.incident.deadline"
    _description = "Deadline of an Incident"
    _order = "incident_id, sequence, id"
    _guard = Guard(
        freezes=(
            Freeze(always=True, fields=("incident_id", "rule_id"), database=True),
            Freeze(
                once="done",
                fields=("done",),
                database=True,
                remedy=_lt("Write the correction in the discussion of the incident."),
            ),
        ),
        deletable=(),
    )

    incident_id = fields.Many2one(
        "srm.incident", required=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one("srm.deadline.rule", required=True, ondelete="restrict")
    sequence = fields.Integer(related="rule_id.sequence", store=True)
    due = fields.Datetime(compute="_compute_due", store=True, index=True)
    done = fields.Datetime(string="Done on")
    evidence = fields.Char(help="Receipt, number of the registered letter.")
    user_id = fields.Many2one("res.users", string="Responsible")
    alarm_sent = fields.Boolean(readonly=True, copy=False)
    state = fields.Selection(STATES, compute="_compute_state")

    _rule_unique = models.UniqueIndex(
        "(incident_id, rule_id)", "This deadline is on the incident already."
    )

    @api.depends(
        "rule_id",
        "incident_id.occurred",
        "incident_id.informed",
        "incident_id.deadline_ids.done",
    )
    def _compute_due(self):
        for deadline in self:
            moment = deadline._anchor_moment()
            deadline.due = deadline.rule_id._due(moment) if moment else False

    def _anchor_moment(self):
        self.ensure_one()
        rule, incident = self.rule_id, self.incident_id
        if rule.anchor == "rule":
            others = incident.deadline_ids.filtered(
                lambda other: other.rule_id == rule.anchor_rule_id
            )
            return others[:1].done
        return incident.occurred if rule.anchor == "occurred" else incident.informed

    @api.depends("due", "done")
    def _compute_state(self):
        now = fields.Datetime.now()
        for deadline in self:
            deadline.state = deadline._state_at(now)

    def _state_at(self, now):
        self.ensure_one()
        if self.done:
            return "met" if not self.due or self.done <= self.due else "met_late"
        if not self.due:
            return "waiting"
        return "late" if self.due < now else "running"
