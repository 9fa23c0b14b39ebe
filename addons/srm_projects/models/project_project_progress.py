from decimal import Decimal

from srm_engine.earned_value import earned_value
from srm_engine.errors import RuleError
from srm_engine.s_curve import Spread, month_ends, planned_curve, planned_value
from srm_engine.wbs import WorkItem, done_part, physical_progress

from odoo import api, fields, models

from ..amounts import exact, money

DRIFTS = [
    ("none", "On track"),
    ("watch", "To watch"),
    ("alert", "Drifting"),
]
EARNED = ("pv", "ev", "ac", "cpi", "spi", "eac", "vac")


class ProjectProject(models.Model):
    """Planned, physical and financial progress, side by side and never mixed.

    Physical comes from weights and measured quantities, planned from the baseline in
    force, financial from what is paid over the budget. Earned value needs a baseline
    and measures: without them the reason is shown instead of a figure.
    """

    _inherit = "project.project"

    srm_item_ids = fields.One2many("srm.work.item", "project_id", string="Breakdown")
    srm_baseline_ids = fields.One2many(
        "srm.project.baseline", "project_id", string="Baselines"
    )
    srm_baseline_id = fields.Many2one(
        "srm.project.baseline",
        string="Baseline in force",
        compute="_compute_srm_baseline_id",
        store=True,
    )
    srm_snapshot_ids = fields.One2many(
        "srm.project.snapshot", "project_id", string="Monthly freezes"
    )
    srm_budget = fields.Monetary(
        string="Budget", compute="_compute_srm_budget", store=True
    )
    srm_physical = fields.Float(
        string="Physical (%)", compute="_compute_srm_progress", digits=(5, 2)
    )
    srm_planned = fields.Float(
        string="Planned (%)", compute="_compute_srm_progress", digits=(5, 2)
    )
    srm_financial = fields.Float(
        string="Financial (%)", compute="_compute_srm_progress", digits=(5, 2)
    )
    srm_pv = fields.Monetary(string="Planned value", compute="_compute_srm_progress")
    srm_ev = fields.Monetary(string="Earned value", compute="_compute_srm_progress")
    srm_ac = fields.Monetary(string="Actual cost", compute="_compute_srm_progress")
    srm_cpi = fields.Float(
        string="Cost index (CPI)", compute="_compute_srm_progress", digits=(8, 3)
    )
    srm_spi = fields.Float(
        string="Schedule index (SPI)", compute="_compute_srm_progress", digits=(8, 3)
    )
    srm_eac = fields.Monetary(
        string="Forecast cost",
        compute="_compute_srm_progress",
        help="Cost at completion if the efficiency so far goes on (EAC).",
    )
    srm_vac = fields.Monetary(
        string="Forecast variance", compute="_compute_srm_progress"
    )
    srm_earned_missing = fields.Char(
        string="Not available",
        compute="_compute_srm_progress",
        help="Why earned value is not computed.",
    )
    srm_drift = fields.Selection(
        DRIFTS, string="Drift", compute="_compute_srm_progress"
    )

    @api.depends("srm_baseline_ids")
    def _compute_srm_baseline_id(self):
        """The last one set."""
        for project in self:
            project.srm_baseline_id = project.srm_baseline_ids.sorted("id")[-1:]

    @api.depends("srm_item_ids.budget")
    def _compute_srm_budget(self):
        for project in self:
            budgets = map(money, project.srm_item_ids.mapped("budget"))
            project.srm_budget = float(sum(budgets, Decimal(0)))

    @api.depends(
        "srm_item_ids.weight",
        "srm_item_ids.measured",
        "srm_item_ids.quantity",
        "srm_item_ids.parent_id",
        "srm_baseline_id",
        "srm_cost_ids.amount",
    )
    def _compute_srm_progress(self):
        today = fields.Date.context_today(self)
        for project in self:
            project._set_progress(project._srm_figures(today))

    def _set_progress(self, figures: dict):
        for name in ("physical", "planned", "financial", *EARNED):
            self[f"srm_{name}"] = float(figures[name] or 0)
        self.srm_earned_missing = figures["missing"]
        self.srm_drift = self._srm_drift_of(figures)

    def _srm_figures(self, day) -> dict:
        """Every figure on a day, as exact decimals; ``None`` when not available.

        ``missing`` tells why the earned value is not.
        """
        self.ensure_one()
        physical = self._srm_physical_progress()
        baseline = self.srm_baseline_id
        spreads = baseline._spreads()
        budget = baseline._budget() if baseline else money(self.srm_budget)
        actual = self._srm_actual_cost(day)
        planned = planned_value(spreads, day) if spreads else None
        missing = self._srm_missing(baseline, physical)
        earned = None if missing else budget * physical / 100
        found = earned_value(
            bac=budget or None,
            pv=planned if not missing else None,
            ev=earned if earned is None else money(earned),
            ac=actual or None,
        )
        return {
            "physical": physical,
            "planned": _percent(planned, budget),
            "financial": _percent(actual, budget),
            "pv": planned,
            "ev": earned,
            "ac": actual,
            "cpi": found.cpi,
            "spi": found.spi,
            "eac": found.eac,
            "vac": found.vac,
            "missing": missing,
        }

    def _srm_missing(self, baseline, physical):
        if not baseline:
            return self.env._("No baseline is in force.")
        if physical is None:
            return self.env._("Nothing was measured on site.")
        return False

    def _srm_physical_progress(self) -> Decimal | None:
        """Percent done by weights and quantities; ``None`` without any measure."""
        items = self.srm_item_ids
        if not any(items.mapped("measured")):
            return None
        try:
            return physical_progress(items._engine_items())[None]
        except RuleError:
            return None

    def _srm_actual_cost(self, day) -> Decimal:
        """What the works cost up to a day: cost entries, and those of other add-ons."""
        return _spent(self._srm_actual_costs(), day)

    def _srm_actual_costs(self) -> list[tuple]:
        """``(date, amount)`` of every cost; an add-on that knows more adds to it."""
        return [(cost.date, money(cost.amount)) for cost in self.srm_cost_ids]

    def _srm_drift_of(self, figures) -> str:
        """Late or dear beyond the thresholds of the company."""
        company = self.company_id or self.env.company
        indices = [i for i in (figures["cpi"], figures["spi"]) if i is not None]
        if not indices:
            return "none"
        worst = min(indices)
        if worst < exact(company.srm_drift_alert):
            return "alert"
        return "watch" if worst < exact(company.srm_drift_watch) else "none"

    def _srm_curve(self) -> list[dict]:
        """S-curve of these projects together, at each end of month.

        Earned value is that of the monthly freezes, carried on to the next one; what is
        not known yet is ``None``.
        """
        parts = [project._srm_curve_parts() for project in self]
        days = sorted({day for part in parts for day in part["days"]})
        today = fields.Date.end_of(fields.Date.context_today(self), "month")
        return [
            {
                "date": day,
                "planned": float(sum(planned_value(p["spreads"], day) for p in parts)),
                "earned": _carried(parts, day, today),
                "actual": float(sum(_spent(part["costs"], day) for part in parts))
                if day <= today
                else None,
            }
            for day in days
        ]

    def _srm_curve_parts(self) -> dict:
        spreads = self.srm_baseline_id._spreads()
        costs = self._srm_actual_costs()
        earned = {snapshot.date: snapshot.ev for snapshot in self.srm_snapshot_ids}
        days = {day for day, _value in planned_curve(spreads)} | set(earned)
        if costs:
            today = fields.Date.context_today(self)
            first = min(day for day, _amount in costs)
            days |= set(month_ends(first, max(first, today)))
        return {"spreads": spreads, "costs": costs, "earned": earned, "days": days}


def _spent(costs, day) -> Decimal:
    return sum((amount for date, amount in costs if date <= day), Decimal(0))


def _carried(parts, day, today) -> float | None:
    """Sum of the last known earned values; ``None`` before them and after today."""
    known = [
        part["earned"][max(days)]
        for part in parts
        if (days := [date for date in part["earned"] if date <= day])
    ]
    return sum(known) if known and day <= today else None


def _percent(part, whole):
    if part is None or not whole:
        return None
    return Decimal(100) * part / whole


class SrmWorkItemEngine(models.Model):
    """The breakdown as the engine wants it."""

    _inherit = "srm.work.item"

    def _engine_items(self) -> list[WorkItem]:
        return [
            WorkItem(
                item.id,
                item.parent_id.id or None,
                exact(item.weight),
                done_part(exact(item.quantity), exact(item.measured)),
            )
            for item in self
        ]

    def _spreads(self) -> list[Spread]:
        return [
            Spread(money(item.budget), item.planned_start, item.planned_finish)
            for item in self
            if item.budget and item.planned_start and item.planned_finish
        ]
