from odoo import fields, models
from odoo.tools import SQL

#: Stages from which a debt is in the books.
BOOKED_STAGES = ("certified", "classified", "scored", "proposed", "agreed") + (
    "scheduled",
    "paid",
    "closed",
)

#: One row per accounts line: what its debts owe, what is with the bank, the ledger.
QUERY = """
WITH debt AS (
    SELECT company_id, COALESCE(predecessor_id, 0) AS origin,
           COUNT(*) FILTER (WHERE amount_open > 0) AS debts,
           SUM(amount_open) AS amount
      FROM srm_debt
     WHERE stage IN %(stages)s
     GROUP BY 1, 2
), transit AS (
    SELECT debt.company_id, COALESCE(debt.predecessor_id, 0) AS origin,
           SUM(line.amount_currency) AS amount
      FROM account_payment_line line
      JOIN srm_debt debt ON debt.id = line.srm_debt_id
     WHERE line.srm_in_transit
     GROUP BY 1, 2
), ledger AS (
    SELECT mapping.id,
           -SUM(item.balance) FILTER (
               WHERE item.parent_state = 'posted'
                 AND item.account_id = mapping.payable_account_id
           ) AS payable,
           -SUM(item.balance) FILTER (
               WHERE item.parent_state = 'posted'
                 AND item.account_id = mapping.retention_account_id
           ) AS retention,
           -SUM(item.balance) FILTER (
               WHERE item.parent_state = 'draft'
           ) AS unposted
      FROM srm_predecessor_account mapping
      JOIN account_move_line item
        ON item.account_id IN (
               mapping.payable_account_id, mapping.retention_account_id
           )
       AND item.company_id = mapping.company_id
     GROUP BY mapping.id
)
SELECT mapping.id,
       mapping.id AS mapping_id,
       mapping.company_id,
       mapping.predecessor_id,
       COALESCE(debt.debts, 0) AS debt_count,
       COALESCE(debt.amount, 0) AS amount_debts,
       COALESCE(transit.amount, 0) AS amount_transit,
       COALESCE(debt.amount, 0) - COALESCE(transit.amount, 0)
           AS amount_expected,
       COALESCE(ledger.payable, 0) AS balance_payable,
       COALESCE(ledger.retention, 0) AS balance_retention,
       COALESCE(ledger.payable, 0) + COALESCE(ledger.retention, 0)
           AS balance_books,
       COALESCE(ledger.unposted, 0) AS amount_unposted,
       COALESCE(debt.amount, 0) - COALESCE(transit.amount, 0)
           - COALESCE(ledger.payable, 0) - COALESCE(ledger.retention, 0)
           AS difference
  FROM srm_predecessor_account mapping
  LEFT JOIN ledger ON ledger.id = mapping.id
  LEFT JOIN debt
    ON debt.company_id = mapping.company_id
   AND debt.origin = COALESCE(mapping.predecessor_id, 0)
  LEFT JOIN transit
    ON transit.company_id = mapping.company_id
   AND transit.origin = COALESCE(mapping.predecessor_id, 0)
"""


class SrmArrearsControl(models.Model):
    """Open debts against control accounts, one line per predecessor.

    Both sides are summed from their own tables: what the debts say is still owed less
    what is on its way at the bank, and the posted balance of the suppliers and
    retention accounts. They must be equal at any moment.
    """

    _name = "srm.arrears.control"
    _description = "Control of the Arrears Accounts"
    _auto = False
    _order = "company_id, predecessor_id"
    _rec_name = "mapping_id"
    _depends = {
        "srm.debt": [
            "company_id",
            "predecessor_id",
            "stage",
            "amount_open",
            "amount_payable",
        ],
        "account.payment.line": ["srm_in_transit", "srm_debt_id", "amount_currency"],
        "account.move.line": ["account_id", "balance", "parent_state", "company_id"],
        "srm.predecessor.account": [
            "company_id",
            "predecessor_id",
            "payable_account_id",
            "retention_account_id",
        ],
    }

    mapping_id = fields.Many2one(
        "srm.predecessor.account", string="Debts", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    predecessor_id = fields.Many2one(
        "srm.predecessor", string="Debtor of origin", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debt_count = fields.Integer(string="Open debts", readonly=True)
    amount_debts = fields.Monetary(
        string="Certified unpaid", readonly=True, help="What the debts say is owed."
    )
    amount_transit = fields.Monetary(
        string="With the bank",
        readonly=True,
        help="Sent to the bank and booked, not yet credited to the creditors.",
    )
    amount_expected = fields.Monetary(
        string="Expected in the books",
        readonly=True,
        help="Certified unpaid, less what is with the bank.",
    )
    balance_payable = fields.Monetary(string="Suppliers account", readonly=True)
    balance_retention = fields.Monetary(string="Retention account", readonly=True)
    balance_books = fields.Monetary(string="In the books", readonly=True)
    amount_unposted = fields.Monetary(
        string="Not posted",
        readonly=True,
        help="Draft entries on these accounts: they do not count until posted.",
    )
    difference = fields.Monetary(readonly=True, help="Must be zero.")

    @property
    def _table_query(self):
        return SQL(QUERY, stages=BOOKED_STAGES)

    def _differences(self):
        """Lines of the allowed companies whose two sides differ; empty is right.

        :return: ``srm.arrears.control`` records with a difference of a centime or more
        """
        # The figures are a query: nothing else tells the cache that they moved.
        self.invalidate_model()
        lines = self.search([("company_id", "in", self.env.companies.ids)])
        return lines.filtered(
            lambda line: not line.currency_id.is_zero(line.difference)
        )

    def action_view_debts(self):
        """Debts behind the left side."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Open debts: %(name)s", name=self.mapping_id.display_name
            ),
            "res_model": "srm.debt",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("predecessor_id", "=", self.predecessor_id.id),
                ("stage", "in", BOOKED_STAGES),
                ("amount_open", ">", 0),
            ],
        }

    def action_view_transit(self):
        """Payments that are with the bank."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "With the bank: %(name)s", name=self.mapping_id.display_name
            ),
            "res_model": "account.payment.line",
            "view_mode": "list",
            "views": [
                (self.env.ref("srm_procurement.account_payment_line_list").id, "list")
            ],
            "domain": [
                ("srm_in_transit", "=", True),
                ("company_id", "=", self.company_id.id),
                ("srm_debt_id.predecessor_id", "=", self.predecessor_id.id),
            ],
            "context": {"create": False},
        }

    def action_view_book_items(self):
        """Journal items behind the right side, drafts included."""
        self.ensure_one()
        accounts = (
            self.mapping_id.payable_account_id | self.mapping_id.retention_account_id
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Journal items: %(name)s", name=self.mapping_id.display_name
            ),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,form",
            "domain": [
                ("account_id", "in", accounts.ids),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "!=", "cancel"),
            ],
            "context": {"create": False, "search_default_group_by_account": 1},
        }
