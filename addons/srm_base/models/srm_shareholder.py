from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, float_repr

WHOLE = 100.0
SHARE_DIGITS = 2
#: Context key; only code holds its one right value, JSON has no way to say it.
DEFER_CHECK = "srm_defer_share_check"
DEFERRED = object()


class SrmShareholder(models.Model):
    """Who owns the company. The shares of a company sum to 100 %, or there are none.

    Shares are changed together, from the form of the company: changed one by one they
    could never move away from a right sum.
    """

    _name = "srm.shareholder"
    _inherit = "srm.seed.mixin"
    _description = "Shareholder"
    _order = "company_id, sequence, share desc, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        [
            ("state", "The State"),
            ("region", "Region"),
            ("local_group", "Group of local authorities"),
            ("establishment", "Public establishment"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
    )
    share = fields.Float("Share (%)", digits=(5, SHARE_DIGITS), required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        "Capital held", compute="_compute_amount", currency_field="currency_id"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)",
        "A share is more than 0 % and at most 100 %.",
    )

    @api.depends("share", "company_id.srm_capital")
    def _compute_amount(self):
        for holder in self:
            holder.amount = holder.company_id.srm_capital * holder.share / WHOLE

    @api.model_create_multi
    def create(self, vals_list):
        holders = super().create(vals_list)
        holders.company_id._check_shares()
        return holders

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        if {"share", "company_id"} & vals.keys():
            (companies | self.company_id)._check_shares()
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        companies._check_shares()
        return result

    @api.model
    def _sums(self, companies):
        """Sum of the shares by company: ``{company id: percent}``, one query."""
        return {
            company.id: total
            for company, total in self._read_group(
                [("company_id", "in", companies.ids)], ["company_id"], ["share:sum"]
            )
        }

    @api.model
    def _refuse_sum(self, company, total):
        raise ValidationError(
            self.env._(
                "The shares of %(company)s sum to %(total)s %% instead of 100 %%."
                " Change the shares together, on the form of the company.",
                company=company.name,
                total=float_repr(total, SHARE_DIGITS),
            )
        )

    @api.model
    def _is_whole(self, total):
        return float_compare(total, WHOLE, precision_digits=SHARE_DIGITS) == 0

    @api.model
    def _seed_values(self, row):
        return {**super()._seed_values(row), "company_id": self.env.company.id}
