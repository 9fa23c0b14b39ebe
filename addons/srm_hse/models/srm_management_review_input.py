from odoo import api, fields, models


class SrmManagementReviewInput(models.Model):
    _name = "srm.management.review.input"
    _description = "Line of a Management Review"
    _order = "review_id, topic_id"

    review_id = fields.Many2one(
        "srm.management.review", required=True, index=True, ondelete="cascade"
    )
    topic_id = fields.Many2one("srm.review.topic", required=True, ondelete="restrict")
    content = fields.Text(string="What was presented")
    decision = fields.Text()
    not_applicable = fields.Boolean()
    missing = fields.Boolean(compute="_compute_missing")

    _topic_unique = models.UniqueIndex(
        "(review_id, topic_id)", "The input is on the review already."
    )
    _reason_given = models.Constraint(
        "CHECK (NOT not_applicable OR content IS NOT NULL)",
        "Say why the input does not apply.",
    )

    @api.depends("content")
    def _compute_missing(self):
        for line in self:
            line.missing = not (line.content or "").strip()
