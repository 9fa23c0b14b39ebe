from odoo import api, fields, models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    srm_entered_by_id = fields.Many2one(
        "res.users",
        string="Number entered by",
        readonly=True,
        copy=False,
        help="Person who entered the account number, or changed it last. This person "
        "does not approve payments to it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["srm_entered_by_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        # Nobody chooses who is recorded as the author of a number.
        vals = {key: vals[key] for key in vals if key != "srm_entered_by_id"}
        if "acc_number" in vals and any(
            account.acc_number != vals["acc_number"] for account in self
        ):
            vals["srm_entered_by_id"] = self.env.uid
        return super().write(vals)
