from odoo import Command, api, models
from odoo.exceptions import UserError

#: Suppliers, retention and contra accounts created per origin: code prefix in the
#: Moroccan chart (4411 suppliers, 4413 retention, 3497 suspense) and label.
ACCOUNT_KINDS = {
    "payable_account_id": ("44117", "liability_payable", True),
    "retention_account_id": ("44137", "liability_payable", True),
    "contra_account_id": ("34977", "asset_current", False),
}
DEBT_JOURNAL_CODE = "DREP"
#: Chart Odoo gives to a new company before its country is known.
PLACEHOLDER_CHARTS = (False, "generic_coa")


class ResCompany(models.Model):
    """Set-up of the arrears desk on the Moroccan chart: all steps are repeatable."""

    _inherit = "res.company"

    @api.model
    def _srm_install_settlement(self):
        """Give every Moroccan company its chart and its arrears desk.

        The first company of a new database carries Odoo's placeholder chart and
        country: as long as it has no entry, it becomes a Moroccan company. Nothing is
        changed in a company that keeps books, beyond the new accounts.
        """
        morocco = self.env.ref("base.ma")
        first = self.env.ref("base.main_company", raise_if_not_found=False)
        for company in self.search([("parent_id", "=", False)]):
            unused = not company._existing_accounting()
            if (
                unused
                and company == first
                and company.chart_template in PLACEHOLDER_CHARTS
            ):
                company.country_id = morocco
            if company.country_id == morocco:
                company._srm_load_moroccan_books(unused)

    def _srm_load_moroccan_books(self, unused: bool):
        """Load the Moroccan chart on ``unused`` books; set up the arrears desk."""
        if unused and self.chart_template != "ma":
            # Loading the chart sets up the arrears desk as well.
            self._srm_load_moroccan_chart()
        elif self.chart_template == "ma":
            self._srm_setup_settlement()

    def _srm_load_moroccan_chart(self):
        """Load the chart now, although the registry may still be loading.

        Odoo picks a chart for the current company at the very end of an installation.
        That is too late for the demonstration, which certifies debts, and the pick
        would replace this chart: it is dropped.
        """
        registry = self.env.registry
        pending = getattr(registry, "_auto_install_template", None)
        registry._auto_install_template = pending
        self.env["account.chart.template"].try_loading("ma", self, install_demo=False)
        if pending is None or self == self.env.company:
            del registry._auto_install_template

    def _srm_setup_settlement(self):
        """Create the accounts, journal and payment mode that are missing.

        :raise UserError: the company has no Moroccan chart of accounts
        """
        for company in self:
            if company.chart_template != "ma":
                raise UserError(
                    self.env._(
                        "Load the Moroccan chart of accounts for %(company)s first.",
                        company=company.name,
                    )
                )
            company = company.with_company(company)
            company._srm_setup_accounts()
            company._srm_setup_journal()
            company._srm_setup_payment_mode()

    def _srm_account_labels(self) -> dict[str, str]:
        """Names of the new accounts; ``%(origin)s`` is the predecessor."""
        return {
            "payable_account_id": self.env._("Suppliers - inherited debts"),
            "retention_account_id": self.env._("Suppliers - inherited retention"),
            "contra_account_id": self.env._("Transfer of liabilities"),
        }

    def _srm_setup_accounts(self):
        done = self.env["srm.predecessor.account"]._by_origin(self)
        known = [origin for origin in done if origin]
        missing = self.env["srm.predecessor"].search(
            [("id", "not in", known)], order="id"
        )
        for predecessor in missing:
            self._srm_create_accounts(predecessor.id, predecessor.name)
        if False not in done:
            self._srm_create_accounts(False, self.name)

    def _srm_create_accounts(self, predecessor_id, origin_name):
        labels = self._srm_account_labels()
        vals = {"company_id": self.id, "predecessor_id": predecessor_id}
        for field, (prefix, account_type, reconcile) in ACCOUNT_KINDS.items():
            account = self.env["account.account"].create(
                {
                    "code": self._srm_next_account_code(prefix),
                    "name": f"{labels[field]} {origin_name}",
                    "account_type": account_type,
                    "reconcile": reconcile,
                    "company_ids": [Command.link(self.id)],
                }
            )
            vals[field] = account.id
        return self.env["srm.predecessor.account"].create(vals)

    def _srm_next_account_code(self, prefix: str) -> str:
        """First free six-digit code after ``prefix``: 441171, 441172..."""
        return self.env["account.account"]._search_new_account_code(f"{prefix}0")

    def _srm_setup_journal(self):
        if self.srm_debt_journal_id:
            return
        journals = self.env["account.journal"]
        domain = [("code", "=", DEBT_JOURNAL_CODE), ("company_id", "=", self.id)]
        journal = journals.search(domain, limit=1) or journals.create(
            {
                "name": self.env._("Inherited debts"),
                "code": DEBT_JOURNAL_CODE,
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )
        self.srm_debt_journal_id = journal

    def _srm_setup_payment_mode(self):
        if self.srm_payment_mode_id:
            return
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.id)], limit=1
        )
        method = self.env.ref(
            "account_banking_sepa_credit_transfer.sepa_credit_transfer"
        )
        journal._srm_set_transfer_method(method)
        self.srm_payment_mode_id = self.env["account.payment.mode"].create(
            {
                "name": self.env._("Bank transfer (pain.001 file)"),
                "company_id": self.id,
                "payment_method_id": method.id,
                "bank_account_link": "fixed",
                "fixed_journal_id": journal.id,
                "default_date_prefered": "due",
                "group_lines": True,
            }
        )
