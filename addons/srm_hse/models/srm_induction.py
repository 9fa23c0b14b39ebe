from odoo import fields, models


class SrmInduction(models.Model):
    """The safety induction of one worker on arrival."""

    _name = "srm.induction"
    _description = "Safety Induction"
    _order = "date desc"

    file_id = fields.Many2one(
        "srm.contractor.file", required=True, index=True, ondelete="cascade"
    )
    worker_id = fields.Many2one("srm.worker", required=True, index=True)
    site_id = fields.Many2one("srm.site")
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    valid_to = fields.Date(required=True)
    signature = fields.Image(max_width=600, max_height=300)
    understood = fields.Boolean(string="Questions answered")

    _induction_unique = models.UniqueIndex(
        "(file_id, worker_id, date)", "This induction is recorded already."
    )
