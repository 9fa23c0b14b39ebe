from odoo import fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmDebtPayment(models.Model):
    """Money credited to the creditor for one debt.

    Lines are written by the settlement only (``srm.debt._register_settled``) and never
    change: the delay of law 69-21 is counted up to their dates. One the bank took back
    is set aside with its reason; it counts no more.
    """

    _name = "srm.debt.payment"
    _description = "Payment of a Debt"
    _order = "date desc, id desc"
    _rec_name = "reference"
    _guard = Guard(
        freezes=(
            Freeze(always=True, but=("active", "return_reason"), database=True),
            Freeze(once="return_reason", database=True),
        ),
        deletable=(),
    )

    debt_id = fields.Many2one(
        "srm.debt", required=True, readonly=True, index=True, ondelete="restrict"
    )
    file_id = fields.Many2one(related="debt_id.file_id", store=True, index=True)
    partner_id = fields.Many2one(related="debt_id.partner_id", store=True)
    predecessor_id = fields.Many2one(related="debt_id.predecessor_id", store=True)
    province_id = fields.Many2one(related="debt_id.province_id", store=True)
    territory_id = fields.Many2one(related="debt_id.territory_id", store=True)
    company_id = fields.Many2one(related="debt_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="debt_id.currency_id")
    date = fields.Date(string="Credited on", required=True, readonly=True, index=True)
    amount = fields.Monetary(required=True, readonly=True)
    reference = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True, help="Unticked: taken back.")
    return_reason = fields.Char(string="Why it was taken back", readonly=True)

    _reference_unique = models.Constraint(
        "UNIQUE (debt_id, reference)", "This payment is already recorded on the debt."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a payment must be positive."
    )
