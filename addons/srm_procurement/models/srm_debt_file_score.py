import json
from decimal import Decimal
from typing import NamedTuple

from srm_engine.arrears import Score, ScoreInput, score
from srm_engine.money import round_centime

from odoo import fields, models
from odoo.tools import SQL

HUNDRED = Decimal(100)


class Scored(NamedTuple):
    """One file with its new score; ``old`` maps a component to its points before."""

    file_id: int
    old_total: Decimal | None
    old: dict[str, Decimal]
    inputs: ScoreInput
    weights: dict[str, int]
    result: Score


def measures(inputs: ScoreInput) -> dict[str, str]:
    """The facts behind each component, as stored texts."""
    return {
        "age": str(inputs.age_days),
        "small_firm": inputs.firm_size,
        "certified_share": str(percent(inputs.certified, inputs.claimed)),
        "continuity": str(inputs.service_continuity),
        "delay_cost": str(percent(inputs.monthly_cost, inputs.outstanding)),
        "distress": str(inputs.distress),
    }


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """``part`` in percent of ``whole``, two decimals; 0 of nothing."""
    return round_centime(part * HUNDRED / whole) if whole else Decimal(0)


class SrmDebtFile(models.Model):
    """Priority score of the files: explained, logged, computed in bulk."""

    _inherit = "srm.debt.file"

    def action_score(self):
        """Score the files again; their classified debts become scored."""
        self.check_access("write")
        self._compute_scores(self.env._("Asked by the user"))
        ready = self.debt_ids.filtered(
            lambda item: item.stage == "classified" and not item.blocked
        )
        ready._set_stage("scored")
        return True

    def _compute_scores(self, reason: str) -> None:
        """Score files in bulk: one read, the engine, three writes.

        :param reason: why they are scored, kept with each change
        """
        if not self:
            return
        self._flush_score_inputs()
        scored = self._score_rows()
        now = fields.Datetime.now()
        self._write_score_lines(scored)
        self._write_scores(scored, now)
        self._write_score_logs(scored, now, reason)
        self.invalidate_recordset(
            ["score", "score_date", "score_stale", "score_line_ids", "score_log_ids"],
            flush=False,
        )
        self.env["srm.debt.score.line"].invalidate_model(flush=False)

    def _flush_score_inputs(self) -> None:
        self.env["srm.debt"].flush_model()
        self.flush_model()
        self.env["res.partner"].flush_model(["srm_firm_size"])
        self.env["res.company"].flush_model()

    def _score_rows(self) -> list[Scored]:
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id, f.company_id,
                       CASE WHEN f.score_date IS NOT NULL THEN f.score::text END,
                       l.points,
                       GREATEST(COALESCE(f.age_days, 0), 0),
                       COALESCE(p.srm_firm_size, ''),
                       COALESCE(f.service_continuity, '0')::int,
                       COALESCE(f.distress, '0')::int,
                       COALESCE(f.amount_claimed, 0)::text,
                       COALESCE(f.amount_certified, 0)::text,
                       (COALESCE(f.exposure_next_month, 0)
                        + COALESCE(f.interest_next_month, 0))::text,
                       COALESCE(f.amount_remaining, 0)::text
                  FROM srm_debt_file f
                  JOIN res_partner p ON p.id = f.partner_id
                  LEFT JOIN (
                        SELECT file_id, jsonb_object_agg(component, points::text)
                               AS points
                          FROM srm_debt_score_line
                         WHERE file_id = ANY(%(ids)s) GROUP BY file_id
                       ) l ON l.file_id = f.id
                 WHERE f.id = ANY(%(ids)s)
                """,
                ids=self.ids,
            )
        )
        weights = {
            company.id: company._srm_score_weights()
            for company in self.company_id.sudo()
        }
        return [self._score_row(row, weights[row[1]]) for row in rows]

    def _score_row(self, row: tuple, weights: dict[str, int]) -> Scored:
        """Score one row; amounts come as texts, the driver would make them floats."""
        file_id, _company, total, old, age, size, continuity, distress, *amounts = row
        claimed, certified, cost, outstanding = map(Decimal, amounts)
        inputs = ScoreInput(
            age_days=age,
            firm_size=size,
            claimed=claimed,
            certified=certified,
            service_continuity=continuity,
            monthly_cost=cost,
            outstanding=outstanding,
            distress=distress,
        )
        return Scored(
            file_id=file_id,
            old_total=Decimal(total) if total is not None else None,
            old={key: Decimal(points) for key, points in (old or {}).items()},
            inputs=inputs,
            weights=weights,
            result=score(inputs, weights),
        )

    def _write_score_lines(self, scored: list[Scored]) -> None:
        rows = [
            (
                item.file_id,
                key,
                round(item.result.explained[key], 4),
                item.weights[key],
                points,
                facts[key],
            )
            for item in scored
            for facts in [measures(item.inputs)]
            for key, points in item.result.components.items()
        ]
        if not rows:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_debt_score_line AS l
                            (file_id, component, value, weight, points, measure)
                SELECT * FROM unnest(%s::int[], %s::varchar[], %s::numeric[],
                                     %s::int[], %s::numeric[], %s::varchar[])
                ON CONFLICT (file_id, component) DO UPDATE
                   SET value = EXCLUDED.value, weight = EXCLUDED.weight,
                       points = EXCLUDED.points, measure = EXCLUDED.measure
                 WHERE (l.value, l.weight, l.points, l.measure) IS DISTINCT FROM
                       (EXCLUDED.value, EXCLUDED.weight, EXCLUDED.points,
                        EXCLUDED.measure)
             RETURNING id
                """,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )

    def _write_scores(self, scored: list[Scored], now) -> None:
        self.env.execute_query(
            SQL(
                """
                UPDATE srm_debt_file f
                   SET score = v.score, score_date = %s, score_stale = FALSE
                  FROM unnest(%s::int[], %s::numeric[]) AS v(id, score)
                 WHERE f.id = v.id
             RETURNING f.id
                """,
                now,
                [item.file_id for item in scored],
                [item.result.total for item in scored],
            )
        )

    def _write_score_logs(self, scored: list[Scored], now, reason: str) -> None:
        changed = [item for item in scored if item.old_total != item.result.total]
        if not changed:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_debt_score_log
                       (file_id, old_score, new_score, changes, date, user_id, reason)
                SELECT v.*, %s, %s, %s
                  FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::jsonb[])
                       AS v
             RETURNING id
                """,
                now,
                self.env.uid,
                reason,
                [item.file_id for item in changed],
                [item.old_total or 0 for item in changed],
                [item.result.total for item in changed],
                [json.dumps(self._component_changes(item)) for item in changed],
            )
        )

    def _component_changes(self, item: Scored) -> dict[str, list[str]]:
        none = Decimal("0.00")
        return {
            key: [str(item.old.get(key, none)), str(points)]
            for key, points in item.result.components.items()
            if item.old.get(key, none) != points
        }
