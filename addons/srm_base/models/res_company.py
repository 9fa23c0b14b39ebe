from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .srm_shareholder import DEFER_CHECK, DEFERRED


class ResCompany(models.Model):
    _inherit = "res.company"

    srm_name_ar = fields.Char("Name in Arabic")
    srm_legal_form = fields.Char(
        "Legal form", help="For instance: société anonyme (law 83-21)"
    )
    srm_capital = fields.Monetary("Share capital", currency_field="currency_id")
    srm_start_date = fields.Date("Start of operations")
    srm_contract_years = fields.Integer("Management contract (years)")
    srm_contract_end = fields.Date(
        "End of the management contract", compute="_compute_srm_contract_end"
    )
    srm_delegating_authority = fields.Char("Other party to the management contract")
    srm_region_id = fields.Many2one(
        "srm.territory",
        string="Region",
        domain=[("level", "=", "region")],
        index="btree_not_null",
        ondelete="restrict",
    )
    srm_population = fields.Integer(
        "Population (2024)", related="srm_region_id.population_2024"
    )
    srm_households = fields.Integer(
        "Households (2024)", related="srm_region_id.households_2024"
    )
    srm_commune_count = fields.Integer(
        "Communes covered", related="srm_region_id.commune_count"
    )
    srm_shareholder_ids = fields.One2many(
        "srm.shareholder", "company_id", string="Shareholders"
    )
    srm_agency_ids = fields.One2many("srm.agency", "company_id", string="Agencies")
    srm_share_total = fields.Float(
        "Total of the shares (%)", digits=(5, 2), compute="_compute_srm_share_total"
    )

    @api.depends("srm_start_date", "srm_contract_years")
    def _compute_srm_contract_end(self):
        for company in self:
            start = company.srm_start_date
            company.srm_contract_end = start and (
                start + relativedelta(years=company.srm_contract_years, days=-1)
            )

    @api.depends("srm_shareholder_ids.share")
    def _compute_srm_share_total(self):
        for company in self:
            company.srm_share_total = sum(company.srm_shareholder_ids.mapped("share"))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super(ResCompany, self._srm_deferring()).create(vals_list)
        companies = companies.with_env(self.env)
        companies._check_shares()
        return companies

    def write(self, vals):
        if "srm_shareholder_ids" not in vals:
            return super().write(vals)
        result = super(ResCompany, self._srm_deferring()).write(vals)
        self._check_shares()
        return result

    def _srm_deferring(self):
        """Let the lines of the form change one by one, and check once at the end."""
        return self.with_context(**{DEFER_CHECK: DEFERRED})

    def _check_shares(self):
        """Refuse companies whose shares do not sum to 100 %.

        Nothing to check without shareholders, nor while a form is being saved.
        """
        if self.env.context.get(DEFER_CHECK) is DEFERRED:
            return
        # The rule binds the company whoever edits it, hence the privileged reading.
        holders = self.env["srm.shareholder"].sudo()
        sums = holders._sums(self)
        for company in self.exists():
            total = sums.get(company.id)
            if total is not None and not holders._is_whole(total):
                holders._refuse_sum(company, total)
