from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: Account of the Moroccan chart debited by the statements of each nature.
NATURE_ACCOUNTS = {
    "works": "pcg_2393",
    "supplies": "pcg_61221",
    "services": "pcg_61263",
    "studies": "pcg_61262",
}
RETENTION_PREFIX = "44131"


class ResCompany(models.Model):
    """Accounts of the contracts on the Moroccan chart."""

    _inherit = "res.company"

    srm_contract_retention_account_id = fields.Many2one(
        "account.account",
        string="Retention on contracts",
        check_company=True,
        domain="[('account_type', '=', 'liability_current')]",
        help="Retention taken by the statements (4413). A bill cannot carry a line on "
        "the chart's own 4413, which holds due dates: this account is below it.",
    )
    srm_contract_advance_account_id = fields.Many2one(
        "account.account",
        string="Advances paid on contracts",
        check_company=True,
        help="Advances and their repayment (3411).",
    )
    srm_contract_penalty_account_id = fields.Many2one(
        "account.account",
        string="Penalties on contracts",
        check_company=True,
        help="Delay and special penalties (75811).",
    )

    def _srm_setup_settlement(self):
        result = super()._srm_setup_settlement()
        for company in self:
            company.with_company(company)._srm_setup_contract_accounts()
        return result

    @api.model
    def _srm_install_contracts(self):
        """Give the Moroccan companies already set up the accounts of the contracts."""
        for company in self.search([("chart_template", "=", "ma")]):
            company.with_company(company)._srm_setup_contract_accounts()

    def _srm_setup_contract_accounts(self):
        """Create or choose the accounts that are missing; repeatable."""
        self.ensure_one()
        chart = self.env["account.chart.template"].with_company(self)
        if not self.srm_contract_retention_account_id:
            self.srm_contract_retention_account_id = self._srm_create_retention()
        if not self.srm_contract_advance_account_id:
            self.srm_contract_advance_account_id = chart.ref(
                "pcg_3411", raise_if_not_found=False
            )
        if not self.srm_contract_penalty_account_id:
            self.srm_contract_penalty_account_id = chart.ref(
                "pcg_75811", raise_if_not_found=False
            )

    def _srm_create_retention(self):
        return self.env["account.account"].create(
            {
                "code": self._srm_next_account_code(RETENTION_PREFIX),
                "name": self.env._("Suppliers - retention on contracts"),
                "account_type": "liability_current",
                "reconcile": True,
                "company_ids": [Command.link(self.id)],
            }
        )

    def _srm_contract_account(self, kind: str):
        """Account of a deduction.

        :param kind: "retention", "advance" or "penalty"
        :raise UserError: not set up
        """
        self.ensure_one()
        name = f"srm_contract_{kind}_account_id"
        if not self[name]:
            raise UserError(
                self.env._(
                    'Choose the account "%(account)s" of %(company)s in Settings > '
                    "Arrears > Contracts.",
                    account=self._fields[name]._description_string(self.env),
                    company=self.name,
                )
            )
        return self[name]

    def _srm_works_account(self, nature: str):
        """Account of the works of a nature.

        :raise UserError: the chart has no such account
        """
        self.ensure_one()
        chart = self.env["account.chart.template"].with_company(self)
        account = chart.ref(NATURE_ACCOUNTS[nature], raise_if_not_found=False)
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account for this nature of works: choose one "
                    "on the contract.",
                    company=self.name,
                )
            )
        return account
