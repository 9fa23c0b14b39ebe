from odoo import fields, models

from ..constants import BASES, PAYMENT_STARTS

RATE_DIGITS = (9, 4)


def percent(string, **options):
    """A rate in percent, four decimals."""
    return fields.Float(string=string, digits=RATE_DIGITS, aggregator=None, **options)


class SrmContractTermsMixin(models.AbstractModel):
    """Rates and delays of a contract: defaults on the regime, decided on the contract.

    Every rate is a percentage. The articles are those of the CCAG-T (decree 2-14-394).
    """

    _name = "srm.contract.terms.mixin"
    _description = "Terms of a Contract"

    # Payment
    payment_days = fields.Integer(
        string="Payment delay (days)", help="Agreed in writing with the supplier."
    )
    payment_start = fields.Selection(
        PAYMENT_STARTS,
        string="Delay runs from",
        help="Event from which the payment delay runs.",
    )

    # Retention (art. 64) and guarantee (art. 15)
    retention_rate = percent("Retention (%)", help="Share of each statement kept.")
    retention_cap_rate = percent(
        "Retention cap (%)", help="Of the initial amount and its amendments."
    )
    retention_basis = fields.Selection(BASES)
    guarantee_rate = percent(
        "Definitive guarantee (%)", help="Of the initial amount, rounded up (MAD)."
    )
    guarantee_days = fields.Integer(
        string="Guarantee due within (days)", help="From the notification."
    )

    # Advance (decree 2-14-272)
    advance_min_amount = fields.Float(
        string="Advance from (MAD TTC)", digits=(16, 2), aggregator=None
    )
    advance_min_months = fields.Integer(string="Advance from (months)", aggregator=None)
    advance_tranche = fields.Float(
        string="First tranche (MAD TTC)", digits=(16, 2), aggregator=None
    )
    advance_rate = percent("Advance on the first tranche (%)")
    advance_further_rate = percent("Advance above it (%)")
    advance_cap = fields.Float(
        string="Highest advance (MAD)", digits=(16, 2), aggregator=None
    )
    advance_repayment_rate = percent(
        "Repaid per statement (%)", help="Share of the advance."
    )
    advance_full_rate = percent(
        "Repaid in full at (%)", help="Share of the contract executed; 0: no such rule."
    )

    # Penalties (art. 65 and 66)
    penalty_rate = percent(
        "Penalty per day (%)", help="0.1 % is one thousandth per calendar day."
    )
    penalty_cap_rate = percent("Penalty cap (%)")
    penalty_basis = fields.Selection(BASES)
    special_penalty_cap_rate = percent("Special penalties cap (%)")

    # Limits and delays
    increase_rate = percent(
        "Increase by amendment (%)", help="Above this share an amendment is refused."
    )
    decrease_rate = percent(
        "Decrease by amendment (%)", help="Above this share the buyer is warned."
    )
    subcontracting_rate = percent("Subcontracting (%)", help="Of the amount TTC.")
    subcontracting_days = fields.Integer(
        string="Objection to a subcontractor (days)", aggregator=None
    )
    order_days = fields.Integer(
        string="Service order deemed received (days)", aggregator=None
    )
    warranty_months = fields.Integer(
        string="Guarantee period (months)",
        aggregator=None,
        help="From the provisional to the final acceptance (art. 75).",
    )

    _rates_valid = models.Constraint(
        "CHECK (retention_rate BETWEEN 0 AND 100"
        " AND retention_cap_rate BETWEEN 0 AND 100"
        " AND guarantee_rate BETWEEN 0 AND 100"
        " AND advance_rate BETWEEN 0 AND 100"
        " AND advance_further_rate BETWEEN 0 AND 100"
        " AND advance_repayment_rate BETWEEN 0 AND 100"
        " AND advance_full_rate BETWEEN 0 AND 100"
        " AND penalty_rate BETWEEN 0 AND 100"
        " AND penalty_cap_rate BETWEEN 0 AND 100"
        " AND special_penalty_cap_rate BETWEEN 0 AND 100"
        " AND increase_rate BETWEEN 0 AND 100"
        " AND decrease_rate BETWEEN 0 AND 100"
        " AND subcontracting_rate BETWEEN 0 AND 100)",
        "A rate of the terms lies between 0 and 100 %.",
    )
    _delays_valid = models.Constraint(
        "CHECK (payment_days BETWEEN 0 AND 3650 AND guarantee_days >= 0"
        " AND order_days >= 0 AND warranty_months >= 0 AND subcontracting_days >= 0"
        " AND advance_min_amount >= 0 AND advance_min_months >= 0"
        " AND advance_tranche >= 0 AND advance_cap >= 0)",
        "A delay or an amount of the terms cannot be negative.",
    )


#: What a contract takes from its regime.
TERMS = (
    "payment_days",
    "payment_start",
    "retention_rate",
    "retention_cap_rate",
    "retention_basis",
    "guarantee_rate",
    "guarantee_days",
    "advance_min_amount",
    "advance_min_months",
    "advance_tranche",
    "advance_rate",
    "advance_further_rate",
    "advance_cap",
    "advance_repayment_rate",
    "advance_full_rate",
    "penalty_rate",
    "penalty_cap_rate",
    "penalty_basis",
    "special_penalty_cap_rate",
    "increase_rate",
    "decrease_rate",
    "subcontracting_rate",
    "subcontracting_days",
    "order_days",
    "warranty_months",
)
