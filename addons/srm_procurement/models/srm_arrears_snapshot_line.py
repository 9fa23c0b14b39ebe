from odoo import fields, models

from odoo.addons.srm_kit.guard import MEMORY

from ..constants import AGE_BUCKETS, BEARERS, NATURES, STAGES

FIRM_SIZES = [
    ("micro", "Very small"),
    ("small", "Small"),
    ("medium", "Medium"),
    ("large", "Large"),
]


class SrmArrearsSnapshotLine(models.Model):
    """One unpaid debt at the end of a quarter. Written by SQL, changed by nobody."""

    _name = "srm.arrears.snapshot.line"
    _description = "Debt in a Snapshot of the Arrears"
    _order = "snapshot_id desc, amount_overdue desc, id"
    _rec_name = "debt_id"
    _guard = MEMORY

    snapshot_id = fields.Many2one(
        "srm.arrears.snapshot", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date(string="Quarter end", index=True)
    company_id = fields.Many2one("res.company", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt_id = fields.Many2one("srm.debt", index=True, ondelete="restrict")
    file_id = fields.Many2one(
        "srm.debt.file", string="Creditor file", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Creditor", index=True, ondelete="restrict"
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor", string="Debtor of origin", ondelete="restrict"
    )
    province_id = fields.Many2one(
        "srm.territory", string="Prefecture or province", ondelete="restrict"
    )
    territory_id = fields.Many2one("srm.territory", ondelete="restrict")
    nature = fields.Selection(NATURES)
    firm_size = fields.Selection(FIRM_SIZES, string="Size of the firm")
    stage = fields.Selection(STAGES)
    bearer = fields.Selection(BEARERS, string="Borne by")
    blocked = fields.Boolean()
    due_date = fields.Date()
    late_days = fields.Integer(string="Days late", aggregator="max")
    age_bucket = fields.Selection(AGE_BUCKETS, string="Age")
    amount_claimed = fields.Monetary(string="Claimed")
    amount_certified = fields.Monetary(string="Certified")
    amount_contested = fields.Monetary(string="Contested")
    amount_paid = fields.Monetary(string="Paid")
    amount_remaining = fields.Monetary(string="Remaining")
    amount_overdue = fields.Monetary(string="Stock of arrears")
    exposure_fine = fields.Monetary(string="Fine of law 69-21")

    _debt_unique = models.UniqueIndex("(snapshot_id, debt_id)")

    def action_open_debt(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.debt",
            "res_id": self.debt_id.id,
            "view_mode": "form",
        }
