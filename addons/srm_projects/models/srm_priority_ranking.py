import csv
import io
import json

from srm_engine.priority import score_rows

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .project_project import ACCESS_RATES
from .srm_network_section import BREAK_YEARS, LINEAR
from .srm_priority_grid import CODES

OFFICER = "srm_projects.group_network_officer"
#: Millionths of the score in a point on 100.
POINT = 10_000
STAGED = (
    "ranking_id",
    "section_id",
    "company_id",
    "territory_id",
    "rank",
    "score",
    "cost",
    *(f"part_{code}" for code in CODES),
    "criteria",
)


class SrmPriorityRanking(models.Model):
    """Sections scored by a grid on a day, the most urgent first.

    A ranking keeps the weights and the values it used: it explains itself later.
    """

    _name = "srm.priority.ranking"
    _inherit = ["srm.numbered.mixin", "srm.territory.mixin"]
    _description = "Priority Ranking"
    _order = "id desc"
    _guard = Guard(
        steps={
            "rank": Step(
                ("draft",), "ranked", group=OFFICER, dated="date", check="_rank"
            )
        },
        freezes=(Freeze(("ranked",), children=("line_ids",)),),
        deletable=("draft",),
    )

    grid_id = fields.Many2one(
        "srm.priority.grid",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["srm.priority.grid"].search(
            [("criterion_ids", "!=", False)], limit=1
        ),
    )
    service_id = fields.Many2one("srm.service", required=True, ondelete="restrict")
    kinds = fields.Selection(
        [("linear", "Lines only"), ("all", "Lines and structures")],
        string="Ranked",
        required=True,
        default="linear",
    )
    date = fields.Date(readonly=True, copy=False)
    weights = fields.Json(readonly=True, copy=False)
    weights_text = fields.Char(string="Weights used", compute="_compute_weights_text")
    line_ids = fields.One2many("srm.priority.line", "ranking_id", readonly=True)
    line_count = fields.Integer(string="Sections ranked", readonly=True, copy=False)
    plan_ids = fields.One2many("srm.urgent.plan", "ranking_id", string="Urgent plans")
    state = fields.Selection(
        [("draft", "Draft"), ("ranked", "Ranked")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    @api.depends("weights")
    @api.depends_context("lang")
    def _compute_weights_text(self):
        labels = dict(
            self.env["srm.priority.criterion"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        for ranking in self:
            ranking.weights_text = ", ".join(
                f"{labels[code]} {ranking.weights[code]}"
                for code in CODES
                if code in (ranking.weights or {})
            )

    def action_rank(self):
        """Score the sections and order them; once ranked, it does not change."""
        self.ensure_one()
        return bool(self._take_step("rank"))

    def _rank(self):
        grid = self.grid_id._engine_criteria()
        if not grid:
            raise UserError(
                self.env._(
                    "%(grid)s has no criterion with a weight.", grid=self.grid_id.name
                )
            )
        rows = self._values()
        if not rows:
            raise UserError(
                self.env._(
                    "No section of this service lies there: enter or import the "
                    "sections first."
                )
            )
        self._store(grid, rows)
        self._by_code().write(
            {
                "weights": {item.code: item.weight for item in grid},
                "line_count": len(rows),
            }
        )

    def _values(self) -> list[tuple]:
        """(section, company, place, cost, then the value of each criterion)."""
        sections = self.env["srm.network.section"]
        sections.flush_model()
        for model in ("srm.network.break", "srm.water.balance", "srm.territory"):
            self.env[model].flush_model()
        query = sections._search(self._domain())
        self.env.cr.execute(self._values_sql(query.subselect()))
        return self.env.cr.fetchall()

    def _domain(self) -> list:
        domain = [
            ("service_id", "=", self.service_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        if self.kinds == "linear":
            domain.append(("kind", "in", LINEAR))
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.id))
        return domain

    def _values_sql(self, sections: SQL) -> SQL:
        """One row per section; what is not known is NULL and scores nothing."""
        today = fields.Date.context_today(self)
        rate = ACCESS_RATES.get(self.service_id.code)
        access = SQL("place.%s", SQL.identifier(rate)) if rate else SQL("NULL::numeric")
        return SQL(
            """
            SELECT section.id, section.company_id, section.territory_id,
                   NULLIF(section.cost, 0),
                   (%(access)s)::float,
                   (place.households_2024 * (100 - %(access)s) / 100)::float,
                   (COALESCE(section.breaks_taken_over, 0)
                    + COALESCE(broken.many, 0))::float,
                   losses.ilp::float,
                   section.customers::float, section.critical_customers::float,
                   CASE WHEN section.flooding THEN 1.0 ELSE 0.0 END::float,
                   NULLIF(section.cost, 0)::float,
                   section.grade::float,
                   (%(year)s - NULLIF(section.year, 0))::float
              FROM srm_network_section section
              LEFT JOIN srm_territory place
                ON place.id = section.territory_id AND place.households_2024 > 0
              LEFT JOIN (SELECT section_id, COUNT(*) AS many
                           FROM srm_network_break WHERE date >= %(since)s
                          GROUP BY section_id) broken
                ON broken.section_id = section.id
              LEFT JOIN (SELECT DISTINCT ON (sector_id) sector_id, ilp
                           FROM srm_water_balance WHERE NOT COALESCE(mismatch, FALSE)
                          ORDER BY sector_id, month DESC) losses
                ON losses.sector_id = section.sector_id
             WHERE section.id IN %(sections)s
            """,
            access=access,
            year=today.year,
            since=fields.Date.subtract(today, years=BREAK_YEARS),
            sections=sections,
        )

    def _store(self, grid, rows: list[tuple]):
        places = [CODES.index(item.code) for item in grid]
        parts = score_rows(grid, [[row[4 + place] for place in places] for row in rows])
        order = sorted(
            range(len(rows)), key=lambda number: (-sum(parts[number]), rows[number][0])
        )
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerows(
            self._line(rank, rows[number], parts[number], places)
            for rank, number in enumerate(order, start=1)
        )
        buffer.seek(0)
        # The columns are constants of this file: nothing of a user is in the statement.
        self.env.cr.copy_expert(
            f"COPY srm_priority_line ({', '.join(STAGED)}) FROM STDIN (FORMAT csv)",
            buffer,
        )
        self.env["srm.priority.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

    def _line(self, rank: int, row: tuple, parts: tuple, places: list[int]) -> list:
        section, company, place, cost, *values = row
        shown = ["0"] * len(CODES)
        for position, part in zip(places, parts, strict=True):
            shown[position] = part / POINT
        known = {
            code: value
            for code, value in zip(CODES, values, strict=True)
            if value is not None
        }
        return [
            self.id,
            section,
            company,
            place,
            rank,
            sum(parts) / POINT,
            cost,
            *shown,
            json.dumps(known),
        ]

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_priority_line"
        )
        return action | {"domain": [("ranking_id", "=", self.id)], "context": {}}

    def action_view_map(self):
        self.ensure_one()
        return self.env["srm.network.map"]._action(ranking=self.id)

    def action_plan(self):
        """Open a new urgent plan on this ranking."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Urgent plan"),
            "res_model": "srm.urgent.plan",
            "views": [[False, "form"]],
            "context": {"default_ranking_id": self.id},
        }


class SrmPriorityLine(models.Model):
    """A section in a ranking: its score on 100 and where it comes from."""

    _name = "srm.priority.line"
    _description = "Ranked Section"
    _order = "ranking_id desc, rank"
    _rec_name = "section_id"
    _log_access = False

    ranking_id = fields.Many2one(
        "srm.priority.ranking", required=True, readonly=True, ondelete="cascade"
    )
    section_id = fields.Many2one(
        "srm.network.section",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    territory_id = fields.Many2one("srm.territory", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(readonly=True, digits=(7, 4), aggregator="avg")
    cost = fields.Monetary(readonly=True)
    criteria = fields.Json(readonly=True)
    part_access = fields.Float(
        string="Access rate: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_households = fields.Float(
        string="Households without: points",
        readonly=True,
        digits=(7, 4),
        aggregator="avg",
    )
    part_breaks = fields.Float(
        string="Breaks: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_losses = fields.Float(
        string="Losses: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_customers = fields.Float(
        string="Customers: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_critical = fields.Float(
        string="Critical customers: points",
        readonly=True,
        digits=(7, 4),
        aggregator="avg",
    )
    part_flooding = fields.Float(
        string="Flooding: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_cost = fields.Float(
        string="Cost of renewal: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_grade = fields.Float(
        string="Condition: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    part_age = fields.Float(
        string="Age: points", readonly=True, digits=(7, 4), aggregator="avg"
    )
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)
    kind = fields.Selection(related="section_id.kind")
    grade = fields.Selection(related="section_id.grade")

    _rank_uidx = models.UniqueIndex(
        "(ranking_id, rank)", "Two sections have the same rank."
    )

    @api.depends("criteria", "ranking_id.weights")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = self.env["ir.qweb"]._render(
                "srm_projects.priority_explanation",
                {
                    "rows": line._explanation_rows(),
                    "score": line._shown(line.score, 2),
                },
            )

    def _explanation_rows(self) -> list[dict]:
        labels = dict(
            self.env["srm.priority.criterion"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        weights = self.ranking_id.weights or {}
        whole = sum(weights.values()) or 1
        known = self.criteria or {}
        return [
            {
                "label": labels[code],
                "value": self._shown(known[code]) if code in known else None,
                "weight": weights[code],
                "points": self._shown(self[f"part_{code}"], 2),
                "most": self._shown(100 * weights[code] / whole, 2),
            }
            for code in CODES
            if code in weights
        ]

    def _shown(self, value, digits=None):
        """A number as the reader writes it; whole numbers without decimals."""
        if digits is None:
            digits = 0 if float(value).is_integer() else 2
        return formatLang(self.env, value, digits=digits)

    def action_view_section(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.network.section",
            "res_id": self.section_id.id,
            "views": [[False, "form"]],
        }
