from odoo import api, fields, models

from odoo.addons.srm_kit.guard import MEMORY

from .srm_debt_score_line import COMPONENTS


class SrmDebtScoreLog(models.Model):
    """Every change of a score: who, when, from what to what, and why.

    The ranking of creditors must be explainable: lines are written by the scoring and
    never change.
    """

    _name = "srm.debt.score.log"
    _description = "Change of a Priority Score"
    _order = "date desc, id desc"
    _rec_name = "file_id"
    _log_access = False
    _guard = MEMORY

    file_id = fields.Many2one(
        "srm.debt.file", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    old_score = fields.Float(digits=(5, 2), readonly=True)
    new_score = fields.Float(digits=(5, 2), readonly=True)
    reason = fields.Char(readonly=True)
    changes = fields.Json(
        readonly=True, help="{component: [points before, points after]}"
    )
    detail = fields.Char(string="What changed", compute="_compute_detail")

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_detail(self):
        labels = dict(
            self.env["srm.debt.score.line"]
            ._fields["component"]
            ._description_selection(self.env)
        )
        for log in self:
            changes = log.changes or {}
            log.detail = ", ".join(
                f"{labels[key]} {changes[key][0]} → {changes[key][1]}"
                for key, _label in COMPONENTS
                if key in changes
            )
