from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """A company that gets the Moroccan chart gets the arrears accounts with it."""
        result = super()._post_load_data(template_code, company, template_data)
        if template_code == "ma":
            company._srm_setup_settlement()
        return result
