from srm_engine.contract import retention_release
from srm_engine.statement import Contract

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..amounts import ZERO, money, rate, total

FINANCE_MANAGER = "srm_base.group_finance_manager"


class SrmContract(models.Model):
    """What was executed, billed, kept and given back on the contract."""

    _inherit = "srm.contract"

    statement_ids = fields.One2many(
        "srm.contract.statement", "contract_id", string="Statements"
    )
    bill_ids = fields.One2many("account.move", "srm_contract_id", string="Bills")
    account_id = fields.Many2one(
        "account.account",
        string="Account of the works",
        check_company=True,
        domain="[('account_type', 'in', ('asset_fixed', 'asset_non_current',"
        " 'expense', 'expense_direct_cost'))]",
        help="Debited by the statements; empty: the account of the nature.",
    )
    executed_ht = fields.Monetary(
        string="Executed HT", compute="_compute_executed", store=True
    )
    executed_ttc = fields.Monetary(
        string="Executed TTC", compute="_compute_executed", store=True
    )
    progress = fields.Float(
        string="Executed (%)", compute="_compute_executed", store=True, aggregator="avg"
    )
    retention_held = fields.Monetary(
        string="Retention taken", compute="_compute_executed", store=True
    )
    advance_repaid = fields.Monetary(compute="_compute_executed", store=True)
    penalty_total = fields.Monetary(
        string="Penalties", compute="_compute_executed", store=True
    )
    advance_paid = fields.Monetary(
        string="Advance granted", compute="_compute_billed", store=True
    )
    retention_released = fields.Monetary(compute="_compute_billed", store=True)
    retention_balance = fields.Monetary(
        string="Retention held", compute="_compute_billed", store=True
    )
    retention_releasable = fields.Monetary(
        string="Retention to release", compute="_compute_releasable"
    )
    contested_ht = fields.Monetary(
        string="Contested HT", compute="_compute_contested_ht"
    )
    statement_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    guarantee_count = fields.Integer(compute="_compute_counts")
    amendment_count = fields.Integer(compute="_compute_counts")
    bill_count = fields.Integer(compute="_compute_counts")
    debt_count = fields.Integer(compute="_compute_counts")

    _released_within_held = models.Constraint(
        "CHECK (COALESCE(retention_released, 0) <= COALESCE(retention_held, 0))",
        "No more retention is released than was taken.",
    )

    @api.depends("statement_ids.state", "amount_ht")
    def _compute_executed(self):
        groups = self.env["srm.contract.statement"]._read_group(
            [("contract_id", "in", self.ids), ("state", "=", "posted")],
            ["contract_id"],
            [
                "works_period:sum",
                "ht_period:sum",
                "ttc_period:sum",
                "retention_period:sum",
                "advance_period:sum",
                "penalty_period:sum",
                "special_penalty_period:sum",
            ],
        )
        found = {contract.id: sums for contract, *sums in groups}
        inherited = self._opening_sums("retention_period")
        for contract in self:
            sums = [money(item) for item in found.get(contract._origin.id, [0] * 7)]
            works, ht, ttc, retention, advance, penalty, special = sums
            amount = money(contract.amount_ht)
            contract.executed_ht = float(ht)
            contract.executed_ttc = float(ttc)
            contract.progress = float(100 * works / amount) if amount else 0.0
            # What the predecessor held is released on its debt, in the register.
            before = inherited.get(contract._origin.id, ZERO)
            contract.retention_held = float(retention - before)
            contract.advance_repaid = float(advance)
            contract.penalty_total = float(penalty + special)

    @api.depends(
        "bill_ids.state",
        "bill_ids.srm_contract_bill",
        "bill_ids.amount_total",
        "retention_held",
        "statement_ids.advance_opening",
    )
    def _compute_billed(self):
        groups = self.env["account.move"]._read_group(
            [
                ("srm_contract_id", "in", self.ids),
                ("state", "=", "posted"),
                ("srm_contract_bill", "in", ("advance", "retention")),
            ],
            ["srm_contract_id", "srm_contract_bill"],
            ["amount_total:sum"],
        )
        sums = {(contract.id, kind): amount for contract, kind, amount in groups}
        before = self._opening_sums("advance_opening")
        for contract in self:
            key = contract._origin.id
            released = money(sums.get((key, "retention")))
            paid = money(sums.get((key, "advance"))) + before.get(key, ZERO)
            contract.advance_paid = float(paid)
            contract.retention_released = float(released)
            contract.retention_balance = float(
                money(contract.retention_held) - released
            )

    def _retention_settled(self):
        """Of the retention to date, what no statement gives back any more."""
        before = self._opening_sums("retention_period").get(self._origin.id, ZERO)
        return before + money(self.retention_released)

    def _opening_sums(self, name: str) -> dict:
        """``{contract id: amount}`` of the positions taken over."""
        groups = self.env["srm.contract.statement"]._read_group(
            [
                ("contract_id", "in", self.ids),
                ("kind", "=", "opening"),
                ("state", "=", "posted"),
            ],
            ["contract_id"],
            [f"{name}:sum"],
        )
        return {contract.id: money(amount) for contract, amount in groups}

    @api.depends("retention_held", "retention_released", "state", "guarantee_ids.state")
    def _compute_releasable(self):
        for contract in self:
            contract.retention_releasable = float(contract._retention_releasable())

    def _retention_releasable(self):
        guarantees = self.guarantee_ids.filtered(
            lambda item: item.kind == "retention" and item.state == "held"
        )
        return retention_release(
            money(self.retention_held),
            money(self.retention_released),
            total(guarantees.mapped("amount")),
            self.state == "closed",
        )

    @api.depends("statement_ids.line_ids.contest", "statement_ids.state")
    def _compute_contested_ht(self):
        for contract in self:
            amounts = contract._contested_lines().mapped("contested_ht")
            contract.contested_ht = float(total(amounts))

    def _contested_lines(self):
        """Contested quantities of concluded statements, not settled yet."""
        return self.env["srm.contract.statement.line"].search(
            [
                ("contract_id", "in", self.ids),
                ("statement_id.state", "=", "posted"),
                ("contest", "=", "open"),
            ]
        )

    def _granted_lines(self):
        """Granted quantities that no statement pays yet."""
        lines = self.env["srm.contract.statement.line"].search(
            [("contract_id", "in", self.ids), ("contest", "=", "granted")]
        )
        paid = lines.search(
            [("origin_line_id", "in", lines.ids), ("state", "!=", "cancelled")]
        )
        return lines - paid.origin_line_id

    def _compute_counts(self):
        models = {
            "statement_count": ("srm.contract.statement", "contract_id"),
            "order_count": ("srm.contract.order", "contract_id"),
            "guarantee_count": ("srm.contract.guarantee", "contract_id"),
            "amendment_count": ("srm.contract.amendment", "contract_id"),
            "bill_count": ("account.move", "srm_contract_id"),
            "debt_count": ("srm.debt", "contract_id"),
        }
        for name, (model, link) in models.items():
            counts = {}
            if self.env[model].has_access("read"):
                groups = self.env[model]._read_group(
                    [(link, "in", self.ids)], [link], ["__count"]
                )
                counts = {contract.id: count for contract, count in groups}
            for contract in self:
                contract[name] = counts.get(contract._origin.id, 0)

    # --- engine ----------------------------------------------------------------
    def _engine_terms(self) -> Contract:
        """The contract as the engine wants it: rates as fractions."""
        self.ensure_one()
        return Contract(
            amount_ht=money(self.amount_ht),
            vat_rate=rate(self.vat_rate),
            retention_rate=rate(self.retention_rate),
            retention_cap_rate=rate(self.retention_cap_rate),
            advance=money(self.advance_paid),
            advance_repayment_rate=rate(self.advance_repayment_rate),
            penalty_rate_per_day=rate(self.penalty_rate),
            penalty_cap_rate=rate(self.penalty_cap_rate),
            retention_on_ttc=self.retention_basis != "ht",
            penalty_on_ttc=self.penalty_basis != "ht",
            special_penalty_cap_rate=rate(self.special_penalty_cap_rate),
            advance_full_rate=rate(self.advance_full_rate),
        )

    # --- accounts ------------------------------------------------------------------
    def _works_account(self):
        self.ensure_one()
        return self.account_id or self.company_id._srm_works_account(self.nature)

    def _prepare_contract_bill(self, kind: str, label: str, amount, account) -> dict:
        today = fields.Date.context_today(self)
        return {
            "move_type": "in_invoice",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "invoice_date": today,
            "invoice_payment_term_id": False,
            "invoice_date_due": fields.Date.add(today, days=self.payment_days),
            "ref": f"{label} {self.name}",
            "invoice_origin": self.name,
            "srm_contract_id": self.id,
            "srm_contract_bill": kind,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"{label} - {self.name}",
                        "quantity": 1,
                        "price_unit": float(amount),
                        "account_id": account.id,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _post_contract_bill(self, kind: str, label: str, amount):
        company = self.company_id
        account = company._srm_contract_account(kind)
        bill = (
            self.env["account.move"]
            .with_company(company)
            ._by_code()
            .create(self._prepare_contract_bill(kind, label, amount, account))
        )
        bill.action_post()
        return bill

    # --- buttons -------------------------------------------------------------------
    def action_bill_advance(self):
        """Bill of the advance, once, against its guarantee (decree 2-14-272)."""
        self.ensure_one()
        self._require_group(FINANCE_MANAGER)
        self.lock_for_update()
        self.invalidate_recordset(["state", "advance_paid"])
        if not money(self.advance_paid):
            self._check_advance()
            label = self.env._("Advance on contract")
            self._post_contract_bill("advance", label, money(self.advance_amount))
        return self.action_view_bills()

    def _check_advance(self):
        if self.state not in ("notified", "running") or not money(self.advance_amount):
            raise UserError(
                self.env._(
                    "Contract %(contract)s has no advance to pay: it is paid on a "
                    "contract under way that grants one.",
                    contract=self.name,
                )
            )
        deeds = self.guarantee_ids.filtered(
            lambda item: item.kind == "advance" and item.state == "held"
        )
        if total(deeds.mapped("amount")) < money(self.advance_amount):
            raise UserError(
                self.env._(
                    "Contract %(contract)s: receive a guarantee of %(amount)s before "
                    "paying the advance.",
                    contract=self.name,
                    amount=self.currency_id.format(self.advance_amount),
                )
            )

    def action_release_retention(self):
        """Bill that moves the retention from 4413 to the supplier, never twice."""
        self.ensure_one()
        self._require_group(FINANCE_MANAGER)
        self.lock_for_update()
        self.invalidate_recordset(["state", "retention_held", "retention_released"])
        amount = self._retention_releasable()
        if amount <= 0:
            raise UserError(
                self.env._(
                    "Contract %(contract)s has no retention to release: it is released "
                    "at the final acceptance, or against a guarantee held.",
                    contract=self.name,
                )
            )
        label = self.env._("Release of retention")
        bill = self._post_contract_bill("retention", label, amount)
        return {
            "type": "ir.actions.act_window",
            "name": label,
            "res_model": "account.move",
            "res_id": bill.id,
            "view_mode": "form",
            "context": {"create": False},
        }

    def action_prepare_statement(self):
        """Open the statement under way, or start the next one."""
        self.ensure_one()
        statements = self.env["srm.contract.statement"]
        statement = statements.search(
            [
                ("contract_id", "=", self.id),
                ("state", "in", ("draft", "drawn", "approved")),
            ],
            limit=1,
        )
        if not statement:
            statement = statements.create({"contract_id": self.id})
            statement.action_take_settled()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement"),
            "res_model": "srm.contract.statement",
            "res_id": statement.id,
            "view_mode": "form",
        }

    def action_view_statements(self):
        return self._action_of("action_srm_contract_statement")

    def action_view_contested(self):
        self.ensure_one()
        action = self._action_of("action_srm_contract_statement_line")
        return action | {"domain": [("id", "in", self._contested_lines().ids)]}

    def action_view_bills(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bills of the contract"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("srm_contract_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_view_retention(self):
        """Journal items of the retention account for this contract."""
        self.ensure_one()
        account = self.company_id._srm_contract_account("retention")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Retention in the books"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("move_id.srm_contract_id", "=", self.id),
                ("account_id", "=", account.id),
            ],
            "context": {"create": False},
        }
