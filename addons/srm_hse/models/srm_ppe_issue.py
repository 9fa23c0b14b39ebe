from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmPpeIssue(models.Model):
    """Equipment handed to one worker, signed, until when it serves."""

    _name = "srm.ppe.issue"
    _description = "Protective Equipment Issue"
    _order = "date desc, id desc"
    _guard = Guard(
        freezes=(
            Freeze(
                once="signature_sha256",
                but=("returned", "return_reason"),
                database=True,
            ),
            Freeze(once="returned", fields=("returned",), database=True),
        ),
        proofs={"signature": "signature_sha256"},
    )

    worker_id = fields.Many2one("srm.worker", required=True, index=True)
    item_id = fields.Many2one("srm.ppe.item", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="worker_id.company_id", store=True)
    territory_id = fields.Many2one(related="worker_id.territory_id", store=True)
    quantity = fields.Integer(default=1, required=True)
    size = fields.Char()
    date = fields.Date(required=True, default=fields.Date.context_today)
    serial = fields.Char()
    valid_to = fields.Date(
        compute="_compute_valid_to",
        store=True,
        readonly=False,
        index=True,
        entered="from the life of the item, or the date on its label",
    )
    returned = fields.Date()
    return_reason = fields.Selection(
        [
            ("worn", "Worn out"),
            ("lost", "Lost"),
            ("left", "Left the company"),
            ("expired", "Expired"),
        ]
    )
    signature = fields.Binary(attachment=True, copy=False)
    signature_sha256 = fields.Char(
        "SHA-256 of the signature", readonly=True, copy=False
    )
    expired = fields.Boolean(compute="_compute_expired", search="_search_expired")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "At least one piece is handed out."
    )
    _return_after = models.Constraint(
        "CHECK (returned IS NULL OR returned >= date)",
        "Equipment cannot come back before it was handed out.",
    )

    @api.depends("worker_id", "item_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for issue in self:
            issue.display_name = joined(issue.worker_id.name, issue.item_id.name)

    @api.depends("date", "item_id")
    def _compute_valid_to(self):
        for issue in self:
            months = issue.item_id.life_months
            limited = bool(months and issue.date)
            issue.valid_to = (
                issue.date + relativedelta(months=months) if limited else False
            )

    @api.depends("valid_to", "returned")
    def _compute_expired(self):
        today = fields.Date.context_today(self)
        for issue in self:
            issue.expired = bool(
                not issue.returned and issue.valid_to and issue.valid_to < today
            )

    @api.model
    def _search_expired(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("returned", "=", False), ("valid_to", "<", "today")]
