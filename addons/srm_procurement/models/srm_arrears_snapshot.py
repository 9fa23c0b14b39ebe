from srm_engine.pefa import (
    last_closed_quarter,
    quarter_end,
    reported_in_time,
    stock_grade,
    stock_ratio,
)

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import ZERO, money

_lt = LazyTranslate(__name__)

#: What the snapshot says of the whole, written when it is frozen.
TOTALS = (
    "on_time",
    "debt_count",
    "creditor_count",
    "amount_remaining",
    "amount_overdue",
    "amount_contested",
    "exposure_fine",
    "spending",
    "ratio",
    "grade",
)


class SrmArrearsSnapshot(models.Model):
    """Stock, age and composition of the arrears at the end of a quarter, frozen.

    One line per unpaid debt, written by one SQL statement; figures of the quarter's
    end (payments after it are left out), facts as known on the day it is taken.
    """

    _name = "srm.arrears.snapshot"
    _description = "Quarterly Snapshot of the Arrears"
    _order = "date desc, company_id"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "freeze": Step(
                ("draft",),
                "frozen",
                signs="taken_by_id",
                dated="date_taken",
                writes=TOTALS,
            ),
        },
        freezes=(
            Freeze(
                ("frozen",),
                children=("line_ids",),
                database=True,
                remedy=_lt("What was corrected since is in the next quarter."),
            ),
        ),
        deletable=("draft",),
    )

    name = fields.Char(string="Quarter", compute="_compute_name", store=True)
    date = fields.Date(
        string="Quarter end",
        required=True,
        index=True,
        default=lambda self: last_closed_quarter(fields.Date.context_today(self)),
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [("draft", "To take"), ("frozen", "Frozen")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    date_taken = fields.Date(string="Snapshot taken on", readonly=True, copy=False)
    taken_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    on_time = fields.Boolean(
        string="Within four weeks",
        readonly=True,
        copy=False,
        help="PEFA PI-22: figures known within four weeks of the end of the quarter.",
    )
    line_ids = fields.One2many("srm.arrears.snapshot.line", "snapshot_id", "Debts")

    spending = fields.Monetary(
        string="Spending of the year",
        readonly=True,
        copy=False,
        help="Setting of the company on the day the snapshot was taken.",
    )
    debt_count = fields.Integer(readonly=True, copy=False)
    creditor_count = fields.Integer(readonly=True, copy=False)
    amount_remaining = fields.Monetary(string="Remaining", readonly=True, copy=False)
    amount_overdue = fields.Monetary(
        string="Stock of arrears",
        readonly=True,
        copy=False,
        help="Remaining and due, less the retention not yet released.",
    )
    amount_contested = fields.Monetary(string="Contested", readonly=True, copy=False)
    exposure_fine = fields.Monetary(
        string="Fine of law 69-21", readonly=True, copy=False
    )
    ratio = fields.Float(
        string="Stock / spending (%)",
        readonly=True,
        copy=False,
        digits=(12, 2),
        aggregator=None,
    )
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
        string="PEFA grade",
        readonly=True,
        copy=False,
        help="Stock in percent of spending: A up to 2, B up to 6, C up to 10, D above.",
    )

    _quarter_unique = models.Constraint(
        "UNIQUE (company_id, date)", "This quarter already has its snapshot."
    )

    @api.depends("date")
    def _compute_name(self):
        for snapshot in self:
            day = snapshot.date
            snapshot.name = f"{day.year}-T{(day.month + 2) // 3}" if day else "/"

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for snapshot in self:
            if snapshot.date != quarter_end(snapshot.date):
                raise ValidationError(
                    self.env._(
                        "%(date)s is not the end of a quarter: choose %(end)s.",
                        date=snapshot.date,
                        end=quarter_end(snapshot.date),
                    )
                )
            if snapshot.date >= today:
                raise ValidationError(
                    self.env._(
                        "The quarter %(name)s is not over yet.", name=snapshot.name
                    )
                )

    def action_take(self):
        """Freeze the arrears of the quarter; pressed twice, it does nothing more."""
        self.check_access("write")
        self.lock_for_update()
        for snapshot in self.filtered(lambda item: item.state == "draft"):
            snapshot._insert_lines()
            snapshot._freeze()
        return True

    def _insert_lines(self) -> None:
        """One line per debt not fully paid at the end of the quarter, in one SQL."""
        self.env.flush_all()  # debts, payments and creditors are read by SQL
        self.env.execute_query(
            SQL(
                """
                WITH paid AS (
                    SELECT debt_id, sum(amount) AS amount
                      FROM srm_debt_payment
                     WHERE active AND date <= %(date)s AND company_id = %(company)s
                     GROUP BY debt_id
                ), owed AS (
                    SELECT d.*,
                           COALESCE(d.amount_paid_before, 0) + COALESCE(p.amount, 0)
                               AS paid_then,
                           CASE WHEN d.retention_released THEN 0
                                ELSE COALESCE(d.amount_retention, 0) END AS held,
                           %(date)s - COALESCE(d.due_date, d.invoice_date) AS elapsed
                      FROM srm_debt d LEFT JOIN paid p ON p.debt_id = d.id
                     WHERE d.company_id = %(company)s AND d.invoice_date <= %(date)s
                ), unpaid AS (
                    SELECT o.*, o.amount_claimed - COALESCE(o.amount_rejected, 0)
                                - o.paid_then AS remaining
                      FROM owed o
                )
                INSERT INTO srm_arrears_snapshot_line (
                    snapshot_id, company_id, date, debt_id, file_id, partner_id,
                    predecessor_id, province_id, territory_id, nature, firm_size,
                    stage, bearer, blocked, due_date, late_days, age_bucket,
                    amount_claimed, amount_certified, amount_contested, amount_paid,
                    amount_remaining, amount_overdue, exposure_fine,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(id)s, u.company_id, %(date)s, u.id, u.file_id, u.partner_id,
                       u.predecessor_id, u.province_id, u.territory_id, u.nature,
                       c.srm_firm_size, u.stage, u.bearer, u.blocked, u.due_date,
                       GREATEST(u.elapsed, 0),
                       CASE WHEN u.elapsed < 0 THEN 'not_due'
                            WHEN u.elapsed <= 30 THEN '0_30'
                            WHEN u.elapsed <= 60 THEN '31_60'
                            WHEN u.elapsed <= 90 THEN '61_90'
                            WHEN u.elapsed <= 180 THEN '91_180'
                            WHEN u.elapsed <= 365 THEN '181_365'
                            ELSE 'over_365' END,
                       u.amount_claimed, u.amount_certified, u.amount_contested,
                       u.paid_then, u.remaining,
                       CASE WHEN u.elapsed > 0
                            THEN GREATEST(u.remaining - u.held, 0) ELSE 0 END,
                       u.exposure_fine, %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unpaid u JOIN res_partner c ON c.id = u.partner_id
                 WHERE u.remaining > 0
             RETURNING id
                """,
                id=self.id,
                company=self.company_id.id,
                date=self.date,
                uid=self.env.uid,
            )
        )
        self.env["srm.arrears.snapshot.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

    def _freeze(self) -> None:
        sums = (
            "amount_remaining",
            "amount_overdue",
            "amount_contested",
            "exposure_fine",
        )
        # sudo: the snapshot is of the company, not of the territory of who takes it.
        [(count, creditors, *amounts)] = (
            self.env["srm.arrears.snapshot.line"]
            .sudo()
            ._read_group(
                [("snapshot_id", "=", self.id)],
                [],
                [
                    "__count",
                    "partner_id:count_distinct",
                    *(f"{name}:sum" for name in sums),
                ],
            )
        )
        totals = {
            name: amount or 0.0 for name, amount in zip(sums, amounts, strict=True)
        }
        today = fields.Date.context_today(self)
        stock = money(totals["amount_overdue"])
        spending = money(self.company_id.srm_yearly_spending)
        self._take_step(
            "freeze",
            on_time=reported_in_time(self.date, today),
            debt_count=count,
            creditor_count=creditors,
            spending=float(spending),
            ratio=float(stock_ratio(stock, spending) or ZERO),
            grade=stock_grade(stock, spending) or False,
            **totals,
        )

    @api.model
    def _cron_take(self) -> None:
        """The last quarter of every company that has arrears, once."""
        self._made_ahead()._by_code().unlink()
        day = last_closed_quarter(fields.Date.context_today(self))
        companies = self.env["srm.debt"]._read_group([], ["company_id"])
        done = self.search([("date", "=", day)])
        missing = [
            {"company_id": company.id, "date": day}
            for (company,) in companies
            if company not in done.company_id
        ]
        snapshots = done.filtered(lambda item: item.state == "draft")
        (snapshots | self.create(missing)).action_take()

    def action_view_lines(self):
        """The debts of these snapshots: list, pivot and graph."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_arrears_snapshot_line"
        )
        return action | {"domain": [("snapshot_id", "in", self.ids)], "context": {}}
