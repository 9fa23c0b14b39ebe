from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

_lt = LazyTranslate(__name__)


class SrmPredecessorAccount(models.Model):
    """Accounts that carry the debts inherited from one predecessor.

    One line per company and predecessor; the line without predecessor is for the
    company's own arrears. Payable and retention accounts are the *control accounts*:
    nothing else may be booked on them.
    """

    _name = "srm.predecessor.account"
    _description = "Accounts of Inherited Debts"
    _order = "company_id, predecessor_id"
    _check_company_auto = True
    _guard = Guard(
        freezes=(
            Freeze(
                once="used_since",
                database=True,
                remedy=_lt("Move balances by a journal entry."),
            ),
        ),
    )

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor",
        string="Debtor of origin",
        ondelete="restrict",
        help="Empty: arrears of the company itself.",
    )
    payable_account_id = fields.Many2one(
        "account.account",
        string="Suppliers account",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('account_type', '=', 'liability_payable'), ('reconcile', '=', True)]",
    )
    retention_account_id = fields.Many2one(
        "account.account",
        string="Retention account",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('account_type', '=', 'liability_payable'), ('reconcile', '=', True)]",
    )
    contra_account_id = fields.Many2one(
        "account.account",
        string="Contra account",
        required=True,
        ondelete="restrict",
        check_company=True,
        help="Debited when an inherited debt enters the books: the claim on the "
        "predecessor, or the transfer of liabilities to be regularised.",
    )

    used_since = fields.Date(
        readonly=True,
        copy=False,
        help="First entry on these accounts: from then on they do not change.",
    )

    _predecessor_unique = models.UniqueIndex(
        "(company_id, COALESCE(predecessor_id, 0))",
        "The accounts of this predecessor are already defined for this company.",
    )
    _payable_unique = models.UniqueIndex(
        "(company_id, payable_account_id)",
        "This suppliers account already belongs to another predecessor.",
    )
    _retention_unique = models.UniqueIndex(
        "(company_id, retention_account_id)",
        "This retention account already belongs to another predecessor.",
    )

    @api.constrains("payable_account_id", "retention_account_id", "contra_account_id")
    def _check_accounts(self):
        for mapping in self:
            accounts = (
                mapping.payable_account_id
                | mapping.retention_account_id
                | mapping.contra_account_id
            )
            if len(accounts) < 3:
                raise ValidationError(
                    self.env._(
                        "%(name)s needs three different accounts: suppliers, "
                        "retention and contra.",
                        name=mapping.display_name,
                    )
                )

    @api.depends("predecessor_id", "company_id")
    def _compute_display_name(self):
        for mapping in self:
            origin = mapping.predecessor_id.name or mapping.company_id.name
            mapping.display_name = self.env._("Debts of %(origin)s", origin=origin)

    @api.model
    def _by_origin(self, company):
        """:return: ``{predecessor id or False: accounts line}`` of ``company``"""
        mappings = self.search([("company_id", "=", company.id)])
        return {mapping.predecessor_id.id: mapping for mapping in mappings}

    @api.model
    def _for_origin(self, company, predecessor):
        """Accounts of one origin.

        :raise UserError: the accounts are not set up
        """
        mapping = self._by_origin(company).get(predecessor.id)
        if not mapping:
            raise UserError(
                self.env._(
                    "No accounts are set up for the debts of %(origin)s in "
                    "%(company)s. Open Configuration > Accounts of inherited debts.",
                    origin=predecessor.name or company.name,
                    company=company.name,
                )
            )
        return mapping

    def _hold(self, date):
        """The accounts carry entries from now on."""
        # sudo: who certifies a debt only reads the accounts it enters.
        free = self.sudo().filtered(lambda item: not item.used_since)
        free._by_code().write({"used_since": date})
