from decimal import Decimal

from srm_engine.withholding import split_ttc

from odoo import api, fields, models

from ..amounts import money

#: Nature of a debt -> what its payment is for, in the withholding rules.
SUPPLY_OF_NATURE = {
    "works": "works",
    "supplies": "works",
    "services": "services",
    "studies": "fees",
}


class SrmDebt(models.Model):
    """VAT inside an inherited debt: the withholding at payment is a part of it."""

    _inherit = "srm.debt"

    vat_rate = fields.Float(
        string="VAT (%)",
        digits=(5, 2),
        compute="_compute_vat_rate",
        store=True,
        readonly=False,
        aggregator=None,
        entered="proposed by nature, corrected by the officer",
        help="Proposed by nature (Configuration > VAT by nature), none for a supplier "
        "from abroad; frozen by the certification.",
    )
    amount_ht = fields.Monetary(string="Claimed HT", compute="_compute_amount_ht")
    amount_vat = fields.Monetary(string="VAT claimed", compute="_compute_amount_ht")

    _vat_rate_valid = models.Constraint(
        "CHECK (vat_rate BETWEEN 0 AND 100)", "A VAT rate lies between 0 and 100."
    )

    @api.depends("nature", "file_id")
    def _compute_vat_rate(self):
        """By nature; a supplier from abroad bills none, the payer declares it."""
        rates = self.env["srm.vat.rate"]._rates()
        for debt in self:
            abroad = debt.partner_id._srm_commercial()._srm_is_non_resident()
            debt.vat_rate = 0.0 if abroad else rates.get(debt.nature, 0.0)

    @api.depends("amount_claimed", "vat_rate")
    def _compute_amount_ht(self):
        for debt in self:
            ht, vat = debt._split_ttc()
            debt.amount_ht, debt.amount_vat = float(ht), float(vat)

    def _split_ttc(self) -> tuple[Decimal, Decimal]:
        """HT and VAT of the claim, in MAD."""
        return split_ttc(money(self.amount_claimed), Decimal(str(self.vat_rate)))

    def write(self, vals):
        # A corrected nature does not change the rate the certifier vouched for.
        certified = self.filtered("certified_by_id")
        with self.env.protecting([self._fields["vat_rate"]], certified):
            return super().write(vals)

    def _srm_supply(self) -> str:
        """What the payment is for; "" when the debt does not say."""
        self.ensure_one()
        supply = SUPPLY_OF_NATURE.get(self.nature, "")
        return supply or self.partner_id.srm_supply_nature or ""
