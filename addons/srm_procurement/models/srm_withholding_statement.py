from srm_engine.dates import add_months, month_end

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money, total
from .srm_withholding import NOT_POSTED

CODES = ("vat_75", "vat_100", "is_5", "ir_10", "nr_10")


class SrmWithholdingStatement(models.Model):
    """Taxes withheld in a month, to remit before the end of the following one.

    Printed, it is the schedule by supplier that goes with the remittance
    (bordereau-avis). Once remitted its lines do not change; what comes late into its
    month is taken by the next statement.
    """

    _name = "srm.withholding.statement"
    _description = "Withholding Statement"
    _inherit = ["mail.thread", "srm.typst.mixin"]
    _order = "month desc"
    _check_company_auto = True
    _guard = Guard(
        steps={"remit": Step(("draft",), "remitted", check="_check_remittable")},
        freezes=(
            Freeze(("remitted",), children=("line_ids",), files=True, database=True),
        ),
        deletable=("draft",),
    )

    name = fields.Char(compute="_compute_name", store=True)
    month = fields.Date(
        required=True, index=True, help="Any day of the month; kept as its first day."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_due = fields.Date(
        string="To remit before",
        compute="_compute_name",
        store=True,
        help="Last day of the following month.",
    )
    state = fields.Selection(
        [("draft", "To remit"), ("remitted", "Remitted")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    line_ids = fields.One2many("srm.withholding", "statement_id", readonly=True)
    amount_vat = fields.Monetary(
        string="VAT withheld", compute="_compute_amounts", store=True
    )
    amount_is = fields.Monetary(
        string="Corporate tax withheld", compute="_compute_amounts", store=True
    )
    amount_ir = fields.Monetary(
        string="Income tax withheld", compute="_compute_amounts", store=True
    )
    amount_non_resident = fields.Monetary(
        string="Withheld from non-residents", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="To remit", compute="_compute_amounts", store=True
    )
    supplier_count = fields.Integer(
        string="Suppliers", compute="_compute_amounts", store=True
    )
    date_remitted = fields.Date(string="Remitted on", copy=False, tracking=True)
    remittance_reference = fields.Char(
        string="Receipt of the remittance", copy=False, tracking=True
    )

    _month_unique = models.UniqueIndex(
        "(company_id, month)", "This month has its statement already."
    )
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month starts on its first day."
    )

    @api.depends("month")
    def _compute_name(self):
        for statement in self:
            month = statement.month
            statement.name = f"RAS {month:%Y-%m}" if month else False
            statement.date_due = month and month_end(add_months(month, 1))

    @api.depends("date_due", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for statement in self:
            due = statement.date_due
            statement.late = statement.state == "draft" and bool(due and due < today)

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("state", "=", "draft"),
            ("date_due", "<", fields.Date.context_today(self)),
        ]
        return late if True in value else ["!", "&", *late]

    @api.depends("line_ids.amount", "line_ids.code")
    def _compute_amounts(self):
        for statement in self:
            sums = statement._sums(statement.line_ids)
            vat = sums["vat_75"] + sums["vat_100"]
            statement.amount_vat = float(vat)
            statement.amount_is = float(sums["is_5"])
            statement.amount_ir = float(sums["ir_10"])
            statement.amount_non_resident = float(sums["nr_10"])
            statement.amount_total = float(total(sums.values()))
            kept = statement.line_ids.filtered("amount")
            statement.supplier_count = len(kept.partner_id)

    def _sums(self, lines) -> dict:
        return {
            code: total(
                lines.filtered(lambda line, code=code: line.code == code).mapped(
                    "amount"
                )
            )
            for code in CODES
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                month = fields.Date.to_date(vals["month"])
                vals["month"] = month.replace(day=1)
        return super().create(vals_list)

    # --- buttons -------------------------------------------------------------------
    def action_collect(self):
        """Take every tax withheld up to the end of the month and not yet remitted."""
        self.check_access("write")
        self.lock_for_update()
        for statement in self.filtered(lambda item: item.state == "draft"):
            statement._collect()
        return True

    def _collect(self):
        # sudo: the lines belong to the withholding, which nobody writes by hand.
        ledger = self.env["srm.withholding"].sudo()
        self.sudo().line_ids.filtered(
            lambda line: line.payment_state in NOT_POSTED
        ).statement_id = False
        lines = ledger.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", "<=", month_end(self.month)),
                ("payment_state", "not in", NOT_POSTED),
                ("statement_id", "=", False),
            ]
        )
        lines.statement_id = self.id

    def action_remit(self):
        """The tax is paid to the Treasury: the lines are frozen. Safe to repeat."""
        self._take_step("remit")
        return True

    def _check_remittable(self):
        for statement in self:
            statement._collect()
            statement._check_receipt()

    def _check_receipt(self):
        if not (self.date_remitted and self.remittance_reference):
            raise ValidationError(
                self.env._(
                    "%(name)s: give the date and the receipt of the remittance.",
                    name=self.name,
                )
            )
        if self.date_remitted < self.month:
            raise UserError(
                self.env._(
                    "%(name)s cannot be remitted before its month.", name=self.name
                )
            )

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_withholding_action"
        )
        return action | {"domain": [("statement_id", "=", self.id)], "context": {}}

    @api.model
    def _cron_prepare(self):
        """Statement of last month for every company that withheld something."""
        ahead = self._made_ahead().filtered(lambda item: item.state == "draft")
        # sudo: the lines belong to the withholding, which nobody writes by hand.
        ahead.sudo().line_ids.statement_id = False
        ahead._by_code().unlink()
        last = add_months(fields.Date.context_today(self).replace(day=1), -1)
        groups = self.env["srm.withholding"]._read_group(
            [
                ("date", "<=", month_end(last)),
                ("payment_state", "not in", NOT_POSTED),
                ("statement_id", "=", False),
            ],
            ["company_id"],
        )
        companies = self.env["res.company"].union(*(company for (company,) in groups))
        known = self.search([("company_id", "in", companies.ids), ("month", "=", last)])
        created = self.create(
            [
                {"company_id": company.id, "month": last}
                for company in companies - known.company_id
            ]
        )
        (known | created).action_collect()

    # --- spreadsheet ---------------------------------------------------------------
    def action_export(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/xlsx/{self._name}/schedule?ids={self.id}",
            "target": "self",
        }

    def _xlsx_report_schedule(self) -> Report:
        self.ensure_one()
        columns = [
            Column(self.env._("Date"), 12, "date"),
            Column(self.env._("Supplier"), 36),
            Column(self.env._("ICE"), 18),
            Column(self.env._("IF (tax number)"), 14),
            Column(self.env._("Bill or debt"), 28),
            Column(self.env._("Payment"), 20),
            Column(self.env._("Tax"), 26),
            Column(self.env._("Paid (TTC)"), 16, "money"),
            Column(self.env._("Base"), 16, "money"),
            Column(self.env._("Rate (%)"), 9, "decimal"),
            Column(self.env._("Withheld"), 16, "money"),
            Column(self.env._("Tax certificate"), 18),
        ]
        return Report(self.name, [Sheet(self.name, columns, self._schedule_rows())])

    def _schedule_rows(self) -> list[list]:
        lines = self.line_ids.sorted(lambda line: (line.partner_id.name, line.date))
        labels = dict(lines._fields["code"]._description_selection(self.env))
        return [
            [
                line.date,
                line.partner_id.name,
                line.partner_id.company_registry,
                line.partner_id.vat,
                line.debt_id.display_name or line.move_id.display_name or "",
                line.payment_id.display_name,
                labels[line.code],
                money(line.gross),
                money(line.base),
                line.rate,
                money(line.amount),
                line.certificate_id.number or "",
            ]
            for line in lines
        ]

    # --- print ---------------------------------------------------------------------
    def _print_title(self):
        return self.env._("Remittance schedule of withheld taxes %s", self.name)

    def _print_subtitle(self):
        return self.env._(
            "To remit before %(date)s", date=self.date_due.strftime("%d/%m/%Y")
        )

    def _non_resident_figure(self) -> list[tuple]:
        """Rare: shown in the months that have it."""
        if not self.amount_non_resident:
            return []
        amount = self._money(self.amount_non_resident)
        return [(self.env._("Non-residents"), amount, "", "")]

    def _print_blocks(self):
        return [
            self._block_figures(
                [
                    (self.env._("VAT"), self._money(self.amount_vat), "", ""),
                    (self.env._("Corporate tax"), self._money(self.amount_is), "", ""),
                    (self.env._("Income tax"), self._money(self.amount_ir), "", ""),
                    *self._non_resident_figure(),
                    (self.env._("Total"), self._money(self.amount_total), "", ""),
                ]
            ),
            self._block_table(
                self.env._("By supplier"),
                [
                    (self.env._("Supplier"), 4, "text"),
                    (self.env._("ICE"), 3, "text"),
                    (self.env._("IF"), 2, "text"),
                    (self.env._("Tax"), 3, "text"),
                    (self.env._("Base"), 2, "number"),
                    (self.env._("Withheld"), 2, "number"),
                ],
                self._print_rows(),
            ),
            self._block_signatures(
                [self.env._("The withholding agent"), self.env._("The tax collector")]
            ),
        ]

    def _print_rows(self) -> list[list]:
        lines = self.line_ids.filtered("amount")
        labels = dict(lines._fields["code"]._description_selection(self.env))
        groups = lines.grouped(lambda line: (line.partner_id, line.code))
        return [
            [
                partner.name,
                partner.company_registry or "",
                partner.vat or "",
                labels[code],
                self._money(total(found.mapped("base"))),
                self._money(total(found.mapped("amount"))),
            ]
            for (partner, code), found in sorted(
                groups.items(), key=lambda item: (item[0][0].name or "", item[0][1])
            )
        ]

    def _money(self, amount) -> str:
        return self._number(money(amount), 2)
