from odoo import api, fields, models

from ..tools.seed import load_rows, read_csv


class SrmReviewTopic(models.Model):
    """An input every management review must look at."""

    _name = "srm.review.topic"
    _description = "Management Review Input"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "This input exists already.")

    @api.model
    def _load_seed(self):
        load_rows(self, read_csv("srm_review_topic"), lambda row: {"code": row["code"]})
