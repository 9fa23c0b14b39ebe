from odoo import Command, fields, models
from odoo.exceptions import UserError

PAYER_STATUSES = [
    ("public_body", "Public body bound to public-procurement rules"),
    ("public_enterprise", "Public enterprise"),
    ("private", "Private company"),
]
CERTIFICATE_RULES = [
    ("refuse", "Refuse the payment"),
    ("withhold", "Pay, and withhold the VAT the law says"),
]
#: Code of a withheld tax -> (percent kept, engine kind, account key).
WITHHELD_TAXES = {
    "vat_75": (75.0, "vat", "vat"),
    "vat_100": (100.0, "vat", "vat"),
    "is_5": (5.0, "income", "is"),
    "ir_10": (10.0, "income", "ir"),
    "nr_10": (10.0, "income", "nr"),
}
#: Names of the taxes, as every accountant of the country writes them.
TAX_NAMES = {
    "vat_75": "RAS TVA 75 %",
    "vat_100": "RAS TVA 100 %",
    "is_5": "RAS IS 5 %",
    "ir_10": "RAS IR 10 %",
    "nr_10": "RAS non-résidents 10 %",
}
#: Sub-accounts of 4458 (État, autres comptes créditeurs); IR has an account of its own
#: in the Moroccan chart, 44525.
ACCOUNT_PREFIX = "44588"
CHART_ACCOUNTS = {"ir": "pcg_44525"}


class ResCompany(models.Model):
    """Taxes the company keeps from its suppliers' payments.

    Whether the company counts as a public body is the decision of its tax department:
    nothing is chosen for it, and no payment is made before it is.
    """

    _inherit = "res.company"

    srm_payer_status = fields.Selection(
        PAYER_STATUSES,
        string="Status as a payer",
        help="Decides the taxes withheld from suppliers (tax code articles 117-IV and "
        "117-V, 15 bis and 45 bis). Decided by the tax department.",
    )
    srm_certificate_rule = fields.Selection(
        CERTIFICATE_RULES,
        string="Without a valid tax certificate",
        default="refuse",
        required=True,
    )

    def _srm_payer_status(self) -> str:
        """:raise UserError: the tax department has not decided yet"""
        self.ensure_one()
        if not self.srm_payer_status:
            raise UserError(
                self.env._(
                    "The status of %(company)s as a payer of taxes is not decided. Ask "
                    "the tax department, and have an administrator set it in Settings "
                    "> Arrears > Tax withheld at payment.",
                    company=self.name,
                )
            )
        return self.srm_payer_status

    # --- set-up --------------------------------------------------------------------
    def _srm_setup_settlement(self):
        result = super()._srm_setup_settlement()
        self._srm_setup_withholding()
        return result

    def _srm_setup_withholding(self):
        """Create the withheld taxes and their accounts that are missing."""
        for company in self.filtered(lambda item: item.chart_template == "ma"):
            company = company.with_company(company)
            company._srm_setup_withheld_taxes()
            if not company.withholding_tax_base_account_id:
                company.withholding_tax_base_account_id = company._srm_new_tax_account(
                    self.env._("Base of withheld taxes (memo, always nil)")
                )

    def _srm_setup_withheld_taxes(self):
        known = self.env["account.tax"].with_context(active_test=False)
        known = known.search(
            [("company_id", "=", self.id), ("srm_withheld", "!=", False)]
        )
        missing = [
            code for code in WITHHELD_TAXES if code not in known.mapped("srm_withheld")
        ]
        if not missing:
            return
        accounts = self._srm_withholding_accounts(known)
        group = self._srm_withholding_tax_group()
        self.env["account.tax"]._by_code().create(
            [self._srm_prepare_tax(code, accounts, group) for code in missing]
        )

    def _srm_prepare_tax(self, code: str, accounts: dict, group) -> dict:
        rate, _kind, key = WITHHELD_TAXES[code]
        label = TAX_NAMES[code]
        repartition = [
            Command.create({"repartition_type": "base", "factor_percent": 100}),
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": 100,
                    "account_id": accounts[key].id,
                }
            ),
        ]
        return {
            "name": label,
            "srm_withheld": code,
            "amount": -rate,
            "amount_type": "percent",
            "type_tax_use": "purchase",
            "is_withholding_tax_on_payment": True,
            "tax_exigibility": "on_invoice",
            "price_include_override": "tax_excluded",
            "company_id": self.id,
            "country_id": self.env.ref("base.ma").id,
            "tax_group_id": group.id,
            "withholding_sequence_id": self._srm_withholding_sequence(code, label).id,
            "invoice_repartition_line_ids": repartition,
            "refund_repartition_line_ids": repartition,
        }

    def _srm_withholding_sequence(self, code: str, label: str):
        prefix = f"RAS-{code.partition('_')[0].upper()}{code.partition('_')[2]}"
        return self.env["ir.sequence"].create(
            {
                "name": label,
                "prefix": f"{prefix}/%(range_year)s/",
                "padding": 5,
                "use_date_range": True,
                "company_id": self.id,
            }
        )

    def _srm_withholding_tax_group(self):
        groups = self.env["account.tax.group"]
        name = self.env._("Withheld at payment")
        country = self.env.ref("base.ma")
        domain = [("company_id", "=", self.id), ("name", "=", name)]
        return groups.search(domain, limit=1) or groups.create(
            {"name": name, "company_id": self.id, "country_id": country.id}
        )

    def _srm_withholding_accounts(self, known) -> dict:
        """Account of each tax: of the taxes there, of the chart, or a new one."""
        accounts = {}
        for tax in known:
            lines = tax.invoice_repartition_line_ids
            accounts[WITHHELD_TAXES[tax.srm_withheld][2]] = lines.account_id[:1]
        template = self.env["account.chart.template"].with_company(self)
        for key, reference in CHART_ACCOUNTS.items():
            if found := template.ref(reference, raise_if_not_found=False):
                accounts.setdefault(key, found)
        labels = {
            "vat": self.env._("State - VAT withheld from suppliers"),
            "is": self.env._("State - corporate tax withheld from suppliers"),
            "ir": self.env._("State - income tax withheld from suppliers"),
            "nr": self.env._("State - tax withheld from non-residents"),
        }
        for key, label in labels.items():
            if not accounts.get(key):
                accounts[key] = self._srm_new_tax_account(label)
        return accounts

    def _srm_new_tax_account(self, label: str):
        return self.env["account.account"].create(
            {
                "code": self._srm_next_account_code(ACCOUNT_PREFIX),
                "name": label,
                "account_type": "liability_current",
                "company_ids": [Command.link(self.id)],
            }
        )
