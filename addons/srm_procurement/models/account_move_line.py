from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    srm_debt_id = fields.Many2one(
        "srm.debt",
        string="Supplier debt",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Inherited debt this line brings into, or takes out of, the books.",
    )
    srm_debt_entry = fields.Selection(
        [("opening", "Opening"), ("adjustment", "Adjustment")],
        string="Debt entry",
        readonly=True,
        copy=False,
    )

    # Two certifications of the same debt at once cannot both enter the books.
    _srm_opening_unique = models.UniqueIndex(
        "(srm_debt_id, account_id) WHERE srm_debt_entry = 'opening'",
        "This debt is already in the books.",
    )
