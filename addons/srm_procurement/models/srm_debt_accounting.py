from collections import defaultdict
from decimal import Decimal

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..amounts import ZERO, money

#: A change of one of these fields on a debt moves the books.
BOOKED_FIELDS = {
    "stage",
    "amount_certified",
    "amount_paid_before",
    "amount_retention",
    "retention_released",
}
#: Link to the open journal item -> field of the accounts table.
BOOK_LINES = {
    "opening_line_id": "payable_account_id",
    "retention_line_id": "retention_account_id",
}


class SrmDebt(models.Model):
    """The debt in the general ledger.

    From certification on, a debt is carried by at most two open journal items: one on
    the suppliers account of its predecessor (what can be settled) and one on the
    retention account (what is held back). ``_sync_books`` brings the ledger to what
    the debt says; called twice, the second call finds nothing to do.
    """

    _inherit = "srm.debt"

    opening_line_id = fields.Many2one(
        "account.move.line",
        string="Entry in the books",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    retention_line_id = fields.Many2one(
        "account.move.line",
        string="Retention in the books",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    booked_date = fields.Date(string="In the books since", readonly=True, copy=False)
    settlement_line_ids = fields.One2many(
        "srm.settlement.line", "debt_id", string="Settlement lines"
    )

    _opening_line_unique = models.UniqueIndex(
        "(opening_line_id) WHERE opening_line_id IS NOT NULL",
        "A journal item carries one debt only.",
    )
    _retention_line_unique = models.UniqueIndex(
        "(retention_line_id) WHERE retention_line_id IS NOT NULL",
        "A journal item carries one debt only.",
    )

    def write(self, vals):
        result = super().write(vals)
        if BOOKED_FIELDS & set(vals):
            self._sync_books()
        return result

    def _sync_books(self):
        """Post what separates the ledger from the debts: one entry per predecessor.

        The entry has one item per debt and account, however many debts are given.

        :raise UserError: accounts not set up, or a debt is in a payment order
        """
        # The row lock and the rewritten links below make a second transaction that
        # certifies the same debts fail instead of booking them twice.
        changes = self._book_changes()
        debts = self.browse(changes)
        if not debts:
            return
        debts.lock_for_update()
        debts._check_no_payment_under_way()
        for (company, predecessor), group in debts._grouped_by_origin():
            group._post_book_entry(company, predecessor, changes)

    def _grouped_by_origin(self):
        return self.grouped(lambda debt: (debt.company_id, debt.predecessor_id)).items()

    def _book_changes(self) -> dict[int, dict[str, tuple[Decimal, Decimal]]]:
        """Debts whose open journal items differ from what they should be.

        :return: ``{debt id: {link field: (open in the ledger, wanted)}}``, MAD
        """
        concerned = self.filtered(lambda debt: debt.booked_date or debt._is_certified())
        if not concerned:
            return {}
        transit = concerned._amounts_in_transit()
        changes = {}
        for debt in concerned:
            wanted = debt._book_targets(transit[debt.id])
            found = {name: -money(debt[name].amount_residual) for name in BOOK_LINES}
            change = {
                name: (found[name], wanted[name])
                for name in BOOK_LINES
                if found[name] != wanted[name]
            }
            if change:
                changes[debt.id] = change
        return changes

    def _book_targets(self, transit: Decimal) -> dict[str, Decimal]:
        """Open amounts the ledger must show for one debt, in MAD.

        :param transit: sent to the bank and not yet credited: it has left the
            suppliers account although the debt is not settled
        """
        if not self._is_certified():
            return dict.fromkeys(BOOK_LINES, ZERO)
        payable = money(self.amount_payable)
        return {
            "opening_line_id": payable - transit,
            "retention_line_id": money(self.amount_open) - payable,
        }

    def _amounts_in_transit(self) -> dict[int, Decimal]:
        """Sent to the bank and not yet credited to the creditor, per debt id (MAD)."""
        groups = self.env["account.payment.line"]._read_group(
            [("srm_debt_id", "in", self.ids), ("srm_in_transit", "=", True)],
            ["srm_debt_id"],
            ["amount_currency:sum"],
        )
        found = {debt.id: money(amount) for debt, amount in groups}
        return defaultdict(lambda: ZERO, found)

    def _check_no_payment_under_way(self):
        """A journal item that a payment order is paying must not be replaced."""
        line = self.env["account.payment.line"].search(
            [
                ("srm_debt_id", "in", self.ids),
                ("srm_live", "=", True),
                ("srm_credit_date", "=", False),
            ],
            limit=1,
        )
        if line:
            raise UserError(
                self.env._(
                    "Debt %(debt)s is being paid by order %(order)s: record the "
                    "outcome of the payment, or cancel it, before changing the debt.",
                    debt=line.srm_debt_id.display_name,
                    order=line.order_id.name,
                )
            )

    # --- entry ---------------------------------------------------------------------
    def _post_book_entry(self, company, predecessor, changes):
        accounts = self.env["srm.predecessor.account"]._for_origin(company, predecessor)
        items, opened, closed = [], [], []
        for debt in self:
            for name, (found, wanted) in changes[debt.id].items():
                if found:
                    closed.append((len(items), debt[name]))
                    items.append(debt._prepare_book_item(accounts, name, -found))
                if wanted:
                    opened.append((len(items), debt, name))
                    items.append(debt._prepare_book_item(accounts, name, wanted))
        items += self._prepare_contra_items(accounts, changes)
        move = self._create_book_move(company, accounts, items)
        self._reconcile_replaced(move, closed)
        self._link_book_items(move, opened, changes)

    def _prepare_book_item(self, accounts, name, amount: Decimal) -> dict:
        """Journal item of one debt; ``amount`` is a credit when positive."""
        return {
            "account_id": accounts[BOOK_LINES[name]].id,
            "partner_id": self.partner_id.id,
            "name": self._book_label(),
            "date_maturity": self.due_date or self.invoice_date,
            "debit": float(max(-amount, ZERO)),
            "credit": float(max(amount, ZERO)),
            # Liabilities have no analytic part: do not look for one line by line.
            "analytic_distribution": False,
            "srm_debt_id": self.id,
            "srm_debt_entry": "adjustment" if self.booked_date else "opening",
        }

    def _book_label(self) -> str:
        self.ensure_one()
        parts = (self.origin_reference, self.invoice_reference)
        return " - ".join(part for part in parts if part)

    def _prepare_contra_items(self, accounts, changes) -> list[dict]:
        net = sum(
            (
                wanted - found
                for debt in self
                for found, wanted in changes[debt.id].values()
            ),
            ZERO,
        )
        if not net:
            return []
        return [
            {
                "account_id": accounts.contra_account_id.id,
                "name": accounts.display_name,
                "debit": float(max(net, ZERO)),
                "credit": float(max(-net, ZERO)),
            }
        ]

    def _create_book_move(self, company, accounts, items, date=None, ref=""):
        """Posted entry; its items keep the order of ``items``."""
        move = (
            self.env["account.move"]
            .with_company(company)
            ._by_code()
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company._srm_get_debt_journal().id,
                    "date": date or fields.Date.context_today(self),
                    "ref": ref or accounts.display_name,
                    "line_ids": [
                        Command.create(dict(item, sequence=rank))
                        for rank, item in enumerate(items)
                    ],
                }
            )
        )
        move._post(soft=False)
        accounts._hold(move.date)
        return move

    def _reconcile_replaced(self, move, closed):
        items = move.line_ids.sorted("sequence")
        pairs = [items[rank] | old for rank, old in closed]
        if pairs:
            self.env["account.move.line"]._reconcile_plan(pairs)

    def _link_book_items(self, move, opened, changes):
        """Point every debt to its open items: one write per debt, flushed together."""
        items = move.line_ids.sorted("sequence")
        links = {
            debt.id: dict.fromkeys(changes[debt.id], False) | {"booked_date": move.date}
            for debt in self
        }
        for rank, debt, name in opened:
            links[debt.id][name] = items[rank].id
        for debt in self:
            debt._by_code().write(links[debt.id])

    # --- screens -------------------------------------------------------------------
    def action_view_book_items(self):
        """Every journal item of these debts: openings, adjustments, payments."""
        items = self.env["account.move.line"].search([("srm_debt_id", "in", self.ids)])
        payments = items.matched_debit_ids.debit_move_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [("id", "in", (items | payments).ids)],
            "context": {"create": False},
        }
