from odoo import api, fields, models
from odoo.exceptions import ValidationError

WHYS = 5


class SrmIncidentCause(models.Model):
    """One branch of the tree of causes: each answer is asked "why?" again."""

    _name = "srm.incident.cause"
    _description = "Cause of an Incident"
    _parent_store = True
    _order = "incident_id, parent_path, id"

    incident_id = fields.Many2one(
        "srm.incident", required=True, index=True, ondelete="cascade"
    )
    parent_id = fields.Many2one(
        "srm.incident.cause", string="Explains", index=True, ondelete="cascade"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("srm.incident.cause", "parent_id")
    name = fields.Char(string="Fact or cause", required=True)
    family = fields.Selection(
        [
            ("people", "People"),
            ("task", "Task and method"),
            ("equipment", "Equipment"),
            ("environment", "Place and environment"),
            ("organisation", "Organisation"),
        ],
        required=True,
        default="task",
    )
    proof = fields.Char(help="Witness, photo, measurement.")
    root = fields.Boolean(string="Root cause")
    depth = fields.Integer(
        string="Why number", compute="_compute_depth", recursive=True
    )

    @api.depends("parent_id.depth")
    def _compute_depth(self):
        for cause in self:
            cause.depth = cause.parent_id.depth + 1

    @api.constrains("parent_id", "incident_id")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cause cannot explain itself."))
        for cause in self.filtered("parent_id"):
            if cause.parent_id.incident_id != cause.incident_id:
                raise ValidationError(
                    self.env._("A cause explains a fact of the same incident.")
                )

    @api.constrains("root")
    def _check_root_is_a_leaf(self):
        for cause in self.filtered("root"):
            if cause.child_ids:
                raise ValidationError(
                    self.env._(
                        "“%(cause)s” is explained further: the root cause is at the end"
                        " of the branch.",
                        cause=cause.name,
                    )
                )
