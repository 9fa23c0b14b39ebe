from datetime import timedelta

from srm_engine.errors import RuleError
from srm_engine.schedule import Activity, Link, critical_path

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("FS", "Finish to start"),
    ("SS", "Start to start"),
    ("FF", "Finish to finish"),
    ("SF", "Start to finish"),
]


class SrmWorkLink(models.Model):
    """Dependency between two items of a project, with a lag in days."""

    _name = "srm.work.link"
    _description = "Dependency of Works"
    _order = "project_id, after_id, id"
    _rec_name = "after_id"

    project_id = fields.Many2one(
        related="after_id.project_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="after_id.company_id", store=True)
    before_id = fields.Many2one(
        "srm.work.item", string="Item awaited", required=True, ondelete="cascade"
    )
    after_id = fields.Many2one(
        "srm.work.item", string="Item", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, default="FS")
    lag = fields.Integer(string="Lag (days)", help="Negative: they overlap.")

    _pair_uidx = models.UniqueIndex(
        "(before_id, after_id, kind)", "These items are already linked that way."
    )
    _two_items = models.Constraint(
        "CHECK (before_id != after_id)", "An item does not await itself."
    )

    @api.constrains("before_id", "after_id")
    def _check_project(self):
        for link in self:
            if link.before_id.project_id != link.after_id.project_id:
                raise ValidationError(
                    self.env._(
                        "%(before)s and %(after)s belong to two projects.",
                        before=link.before_id.display_name,
                        after=link.after_id.display_name,
                    )
                )


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_link_ids = fields.One2many("srm.work.link", "project_id", string="Dependencies")

    def action_srm_schedule(self):
        """Earliest dates, float and critical path of every planned item."""
        self._require_state("study", "works")
        self.check_access("write")
        for project in self:
            project._srm_schedule()
        return True

    def _srm_schedule(self):
        items = self.srm_item_ids.filtered(lambda item: item.days)
        if not items:
            raise UserError(
                self.env._(
                    "%(project)s: give the items of the breakdown their dates first.",
                    project=self.display_name,
                )
            )
        origin = min(items.mapped("planned_start"))
        slots = self._srm_critical_path(items, origin)
        for item in items:
            slot = slots[item.id]
            item._by_code().write(
                {
                    "early_start": origin + timedelta(slot.early_start),
                    "early_finish": origin + timedelta(slot.early_finish - 1),
                    "total_float": slot.total_float,
                    "critical": slot.critical,
                }
            )

    def _srm_critical_path(self, items, origin) -> dict:
        waiting = set(self.srm_link_ids.after_id.ids)
        activities = [
            # What awaits nothing starts when it was planned to.
            Activity(
                item.id,
                item.days,
                0 if item.id in waiting else (item.planned_start - origin).days,
            )
            for item in items
        ]
        links = [
            Link(link.before_id.id, link.after_id.id, link.kind, link.lag)
            for link in self.srm_link_ids
            if link.before_id in items and link.after_id in items
        ]
        try:
            return critical_path(activities, links)
        except RuleError as error:
            self._raise_loop(error)

    def _raise_loop(self, error):
        ids = [int(key) for key in str(error.params.get("names", "")).split(", ")]
        names = self.env["srm.work.item"].browse(ids).mapped("display_name")
        raise UserError(
            self.env._(
                "These items await each other: %(items)s. Remove one of their "
                "dependencies.",
                items=", ".join(names),
            )
        ) from error
