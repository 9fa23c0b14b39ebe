from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money

_lt = LazyTranslate(__name__)

STATES = [
    ("study", "Study"),
    ("works", "Works"),
    ("provisional", "Provisionally accepted"),
    ("final", "Finally accepted"),
    ("cancelled", "Cancelled"),
]
#: What a finished project is.
IDENTITY = (
    "name",
    "company_id",
    "date_start",
    "date",
    "territory_id",
    "srm_service_id",
    "srm_kind",
    "srm_territory_ids",
    "srm_delegated_for_id",
    "srm_predecessor_id",
    "srm_origin_reference",
)


class ProjectProject(models.Model):
    """From study to acceptance; what was built then becomes an asset."""

    _inherit = "project.project"
    _guard = Guard(
        state="srm_state",
        steps={
            "begin": Step(
                ("study",), "works", dated="srm_date_works", check="_srm_check_begin"
            ),
            "accept_provisionally": Step(
                ("works",),
                "provisional",
                dated="srm_date_provisional",
                check="_srm_check_built",
            ),
            "accept_finally": Step(
                ("provisional",),
                "final",
                dated="srm_date_final",
                check="_srm_check_reservations",
            ),
            "cancel": Step(("study", "works"), "cancelled"),
        },
        freezes=(
            Freeze(
                ("provisional", "final", "cancelled"),
                fields=(),
                children=("srm_item_ids", "srm_link_ids"),
                remedy=_lt("What was accepted is what was built."),
            ),
            Freeze(
                ("final", "cancelled"),
                fields=IDENTITY,
                children=("srm_reservation_ids",),
            ),
        ),
        deletable=("study",),
    )

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

    def action_srm_begin(self):
        """The works begin: what was promised must be written down first."""
        return bool(self._take_step("begin"))

    def _srm_check_begin(self):
        for project in self:
            if not project.srm_baseline_id:
                raise UserError(
                    self.env._(
                        "%(project)s has no baseline: set what is promised (scope, "
                        "cost, time) before the works begin.",
                        project=project.display_name,
                    )
                )

    def action_srm_accept_provisionally(self):
        """Works are finished, reservations may remain."""
        self._take_step("accept_provisionally")._srm_capitalise()
        return True

    def _srm_check_built(self):
        for project in self:
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

    def action_srm_accept_finally(self):
        return bool(self._take_step("accept_finally"))

    def _srm_check_reservations(self):
        for project in self:
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

    def action_srm_cancel(self):
        return bool(self._take_step("cancel"))

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
