from decimal import Decimal

from srm_engine.late_interest import MARGIN, QuarterRate, quarter_start

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmInterestRate(models.Model):
    """Rate of late interest by quarter (decree 2-16-344, article 9).

    Weighted mean of the 3-month treasury-bill auctions of the previous quarter, plus
    one point. A rate that no published figure supports is shown as not confirmed.
    """

    _name = "srm.interest.rate"
    _description = "Rate of Late Interest"
    _order = "date_from desc"
    _rec_name = "date_from"

    date_from = fields.Date(
        string="Quarter starting on",
        required=True,
        help="First day of the quarter in which the rate applies.",
    )
    treasury_rate = fields.Float(
        string="Treasury bills (%)",
        digits=(6, 3),
        required=True,
        help="Weighted mean of the 3-month auctions of the previous quarter.",
    )
    margin = fields.Float(
        string="Margin (points)", digits=(6, 3), default=lambda _self: float(MARGIN)
    )
    rate = fields.Float(
        string="Rate (%)", digits=(6, 3), compute="_compute_rate", store=True
    )
    confirmed = fields.Boolean()
    source = fields.Char()
    note = fields.Char()

    _date_unique = models.Constraint(
        "UNIQUE (date_from)",
        "There is already a rate of late interest for this quarter.",
    )
    _rate_positive = models.Constraint(
        "CHECK (treasury_rate >= 0 AND margin >= 0 AND treasury_rate + margin < 100)",
        "The rate of late interest is a percentage.",
    )

    @api.depends("treasury_rate", "margin")
    def _compute_rate(self):
        for line in self:
            line.rate = line.treasury_rate + line.margin

    @api.constrains("date_from")
    def _check_quarter(self):
        for line in self:
            if line.date_from != quarter_start(line.date_from):
                raise ValidationError(
                    self.env._(
                        "%(day)s is not the first day of a quarter: give 1 January, "
                        "1 April, 1 July or 1 October.",
                        day=fields.Date.to_string(line.date_from),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._refresh_later()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "treasury_rate", "margin"} & vals.keys():
            self._refresh_later()
        return result

    @api.ondelete(at_uninstall=False)
    def _refresh_after_unlink(self):
        self._refresh_later()

    def _refresh_later(self) -> None:
        """Every interest of every company rests on this table."""
        if self:
            # sudo: whoever keeps the table may belong to one company only.
            companies = self.env["res.company"].sudo()
            self.env["srm.debt"]._mark_stale(companies.search([("active", "=", True)]))

    @api.model
    def _rate_table(self) -> tuple[QuarterRate, ...]:
        """The rates as the engine wants them, oldest first."""
        return tuple(
            QuarterRate(
                line.date_from,
                Decimal(str(line.treasury_rate)) + Decimal(str(line.margin)),
            )
            for line in self.search([], order="date_from")
        )
