from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined


class SrmDefectCode(models.Model):
    """Code of a defect; the score depends on the scale."""

    _name = "srm.defect.code"
    _description = "Defect Code"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    system = fields.Char(help="Coding system, for instance EN 13508-2.")
    score_ids = fields.One2many("srm.defect.score", "code_id", string="Scores")

    _code_uidx = models.UniqueIndex("(code)", "This defect code already exists.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for defect in self:
            defect.display_name = joined(defect.code, defect.name)


class SrmDefectScore(models.Model):
    """What one occurrence of a defect counts on a scale."""

    _name = "srm.defect.score"
    _description = "Score of a Defect"
    _order = "scale_id, code_id"
    _rec_name = "code_id"

    scale_id = fields.Many2one(
        "srm.grading.scale", required=True, index=True, ondelete="cascade"
    )
    code_id = fields.Many2one("srm.defect.code", required=True, ondelete="cascade")
    score = fields.Float(digits=(10, 2), required=True, aggregator=None)

    _pair_uidx = models.UniqueIndex(
        "(scale_id, code_id)", "This defect already has its score on this scale."
    )
    _score_positive = models.Constraint(
        "CHECK (score >= 0)", "A score is not negative."
    )
