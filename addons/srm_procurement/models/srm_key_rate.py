import csv
from datetime import date
from decimal import Decimal

from srm_engine.late_payment import KeyRate

from odoo import api, fields, models
from odoo.tools.misc import file_open

SHIPPED = "srm_procurement/data/key_rate.csv"


class SrmKeyRate(models.Model):
    """Key rate of Bank Al-Maghrib by the date from which DGI applies it.

    Sources are kept line by line; a rate that no published decision supports is
    shown as not confirmed.
    """

    _name = "srm.key.rate"
    _description = "Key Rate"
    _order = "date_from desc"
    _rec_name = "date_from"

    date_from = fields.Date(
        string="Delays starting from",
        required=True,
        help="First day of delay to which the rate applies.",
    )
    rate = fields.Float(string="Rate (%)", digits=(6, 3), required=True)
    confirmed = fields.Boolean()
    source = fields.Char()
    note = fields.Char()

    _date_unique = models.Constraint(
        "UNIQUE (date_from)", "There is already a key rate for this date."
    )
    _rate_positive = models.Constraint(
        "CHECK (rate >= 0 AND rate < 100)", "The key rate is a percentage."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._refresh_later()
        return rates

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "rate"} & vals.keys():
            self._refresh_later()
        return result

    @api.ondelete(at_uninstall=False)
    def _refresh_after_unlink(self):
        self._refresh_later()

    def _refresh_later(self) -> None:
        """Every fine of every company rests on this table."""
        if self:
            # sudo: whoever keeps the table may belong to one company only.
            companies = self.env["res.company"].sudo()
            self.env["srm.debt"]._mark_stale(companies.search([("active", "=", True)]))

    @api.model
    def _load_shipped(self) -> None:
        """Add the shipped rates whose date is missing; never change an edited one."""
        with file_open(SHIPPED) as stream:
            rows = list(csv.DictReader(stream))
        known = {rate.date_from.isoformat() for rate in self.search([])}
        self.create(
            [
                dict(row, confirmed=row["confirmed"] == "1")
                for row in rows
                if row["date_from"] not in known
            ]
        )

    @api.model
    def _rate_table(self) -> tuple[KeyRate, ...]:
        """The rates as the engine wants them, oldest first."""
        return tuple(
            KeyRate(start=rate.date_from, rate=Decimal(str(rate.rate)))
            for rate in self.search([], order="date_from")
        )

    @api.model
    def _first_unconfirmed(self) -> date | None:
        """Date from which the latest rates rest on no published decision."""
        last = self.search([("confirmed", "=", True)], limit=1)
        domain = [("date_from", ">", last.date_from)] if last else []
        return self.search(domain, order="date_from", limit=1).date_from or None
