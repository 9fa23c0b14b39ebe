from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.models.srm_step_mixin import STEP_TOKEN

from ..amounts import money

STATES = [
    ("study", "Study"),
    ("works", "Works"),
    ("provisional", "Provisionally accepted"),
    ("final", "Finally accepted"),
    ("cancelled", "Cancelled"),
]
MANAGER = "srm_base.group_project_manager"


class ProjectProject(models.Model):
    """From study to acceptance; what was built then becomes an asset."""

    _inherit = "project.project"

    srm_state = fields.Selection(
        STATES,
        string="State",
        required=True,
        readonly=True,
        default="study",
        copy=False,
        index=True,
        tracking=True,
    )
    srm_date_works = fields.Date(string="Works begun", readonly=True, copy=False)
    srm_date_provisional = fields.Date(
        string="Provisional acceptance", readonly=True, copy=False
    )
    srm_date_final = fields.Date(string="Final acceptance", readonly=True, copy=False)
    srm_reservation_ids = fields.One2many(
        "srm.project.reservation", "project_id", string="Reservations"
    )
    srm_asset_ids = fields.One2many(
        "srm.project.asset", "project_id", string="Assets built"
    )

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("srm_state", "study") != "study" for vals in vals_list):
            self._srm_refuse_state()
        return super().create(vals_list)

    def write(self, vals):
        if "srm_state" in vals and not self._srm_within_step():
            self._srm_refuse_state()
        return super().write(vals)

    def _srm_refuse_state(self):
        raise UserError(
            self.env._("The state of a project changes with its buttons only.")
        )

    def _srm_within_step(self):
        return self.env.context.get("srm_step") is STEP_TOKEN

    def _srm_move(self, allowed: tuple[str, ...], target: str, **values):
        """Move those not in ``target`` yet; safe to repeat."""
        self.check_access("write")
        moving = self.filtered(lambda project: project.srm_state != target)
        if moving:
            moving.lock_for_update()
        labels = dict(self._fields["srm_state"]._description_selection(self.env))
        for project in moving:
            if project.srm_state not in allowed:
                raise UserError(
                    self.env._(
                        "%(project)s is at the step “%(state)s”: it cannot move to "
                        "“%(target)s”.",
                        project=project.display_name,
                        state=labels[project.srm_state],
                        target=labels[target],
                    )
                )
        moving.with_context(srm_step=STEP_TOKEN).write({"srm_state": target, **values})
        return moving

    def action_srm_begin(self):
        """The works begin: what was promised must be written down first."""
        for project in self.filtered(lambda p: p.srm_state == "study"):
            if not project.srm_baseline_id:
                raise UserError(
                    self.env._(
                        "%(project)s has no baseline: set what is promised (scope, "
                        "cost, time) before the works begin.",
                        project=project.display_name,
                    )
                )
        today = fields.Date.context_today(self)
        return bool(self._srm_move(("study",), "works", srm_date_works=today))

    def action_srm_accept_provisionally(self):
        """Works are finished, reservations may remain."""
        for project in self.filtered(lambda p: p.srm_state == "works"):
            physical = project._srm_physical_progress()
            if physical is None or physical < 100:
                raise UserError(
                    self.env._(
                        "%(project)s is %(progress)s %% done: measure what was built, "
                        "or correct the quantities of the breakdown, then accept it.",
                        project=project.display_name,
                        progress=f"{float(physical or 0):g}",
                    )
                )
        today = fields.Date.context_today(self)
        moved = self._srm_move(("works",), "provisional", srm_date_provisional=today)
        moved._srm_capitalise()
        return True

    def action_srm_accept_finally(self):
        for project in self.filtered(lambda p: p.srm_state == "provisional"):
            waiting = project.srm_reservation_ids.filtered(
                lambda item: item.state == "open"
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "%(project)s: reservations are not lifted: %(list)s.",
                        project=project.display_name,
                        list=", ".join(waiting.mapped("name")),
                    )
                )
        today = fields.Date.context_today(self)
        return bool(self._srm_move(("provisional",), "final", srm_date_final=today))

    def action_srm_cancel(self):
        return bool(self._srm_move(("study", "works"), "cancelled"))

    def _srm_capitalise(self):
        """One asset per item of the breakdown that was built, once."""
        for project in self.filtered(lambda p: not p.srm_asset_ids):
            items = project.srm_item_ids.filtered(
                lambda item: not item.child_ids and item.measured
            )
            project.srm_asset_ids = [
                Command.create(item._prepare_asset(project)) for item in items
            ]


class SrmWorkItemAsset(models.Model):
    _inherit = "srm.work.item"

    def _prepare_asset(self, project) -> dict:
        budget = project.srm_budget
        cost = project._srm_actual_cost(fields.Date.context_today(self))
        share = money(self.budget) / money(budget) if budget else 0
        return {
            "name": self.name,
            "quantity": self.measured,
            "unit": self.unit,
            # Actual cost in proportion to the budgets, until invoices tell more.
            "cost": float(money(cost * share)) if share else 0.0,
            "date": project.srm_date_provisional,
            "service_id": project.srm_service_id.id,
            "territory_id": project._srm_places()[:1].id,
        }
