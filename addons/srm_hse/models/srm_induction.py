from odoo import fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmInduction(models.Model):
    """The safety induction of one worker on arrival."""

    _name = "srm.induction"
    _description = "Safety Induction"
    _order = "date desc"
    _guard = Guard(
        freezes=(
            Freeze(always=True, fields=("file_id", "worker_id")),
            Freeze(once="signature_sha256", database=True),
        ),
        proofs={"signature": "signature_sha256"},
    )

    file_id = fields.Many2one(
        "srm.contractor.file", required=True, index=True, ondelete="cascade"
    )
    worker_id = fields.Many2one("srm.worker", required=True, index=True)
    site_id = fields.Many2one("srm.site")
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    valid_to = fields.Date(required=True)
    signature = fields.Binary(attachment=True, copy=False)
    signature_sha256 = fields.Char(
        "SHA-256 of the signature", readonly=True, copy=False
    )
    understood = fields.Boolean(string="Questions answered")

    _induction_unique = models.UniqueIndex(
        "(file_id, worker_id, date)", "This induction is recorded already."
    )
