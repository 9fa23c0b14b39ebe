from odoo import api, fields, models

COMPONENTS = [
    ("age", "Age of the debt"),
    ("small_firm", "Small firm"),
    ("certified_share", "Certified share"),
    ("continuity", "Service continuity"),
    ("delay_cost", "Cost of delay"),
    ("distress", "Firm in distress"),
]


class SrmDebtScoreLine(models.Model):
    """One component of a file's score; written in bulk by the scoring only.

    points = weight x value, value between 0 and 1. ``measure`` is the fact behind the
    value, put into words by ``explanation`` in the reader's language.
    """

    _name = "srm.debt.score.line"
    _description = "Component of a Priority Score"
    _order = "file_id, id"
    _rec_name = "component"
    _log_access = False

    file_id = fields.Many2one(
        "srm.debt.file", required=True, readonly=True, index=True, ondelete="cascade"
    )
    component = fields.Selection(COMPONENTS, required=True, readonly=True)
    value = fields.Float(digits=(7, 4), readonly=True)
    weight = fields.Integer(readonly=True)
    points = fields.Float(digits=(5, 2), readonly=True)
    measure = fields.Char(readonly=True)
    explanation = fields.Char(string="Why", compute="_compute_explanation")

    _component_unique = models.Constraint(
        "UNIQUE (file_id, component)", "A component appears once in a score."
    )

    @api.depends("component", "measure")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = getattr(self, f"_explain_{line.component}")(
                line.measure or ""
            )

    def _explain_age(self, days: str) -> str:
        return self.env._("Oldest open debt late by %(days)s days", days=days)

    def _explain_small_firm(self, size: str) -> str:
        sizes = dict(
            self.env["res.partner"]
            ._fields["srm_firm_size"]
            ._description_selection(self.env)
        )
        return self.env._(
            "Size of the firm: %(size)s", size=sizes.get(size, self.env._("unknown"))
        )

    def _explain_certified_share(self, share: str) -> str:
        return self.env._("%(share)s %% of the claim is certified", share=share)

    def _explain_continuity(self, level: str) -> str:
        return self.env._(
            "Dependence of the service: %(level)s",
            level=self._label("service_continuity", level),
        )

    def _explain_delay_cost(self, share: str) -> str:
        return self.env._(
            "One further month costs %(share)s %% of what remains", share=share
        )

    def _explain_distress(self, level: str) -> str:
        return self.env._(
            "Distress of the firm: %(level)s", level=self._label("distress", level)
        )

    def _label(self, name: str, level: str) -> str:
        levels = self.env["srm.debt.file"]._fields[name]
        return dict(levels._description_selection(self.env)).get(level, level)
