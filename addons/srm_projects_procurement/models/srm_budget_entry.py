from odoo import fields, models


class SrmBudgetEntry(models.Model):
    """Where an entry made by a contract comes from: one entry per document."""

    _inherit = "srm.budget.entry"

    contract_id = fields.Many2one(
        "srm.contract", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    statement_id = fields.Many2one(
        "srm.contract.statement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _contract_uidx = models.UniqueIndex(
        "(contract_id) WHERE contract_id IS NOT NULL AND kind = 'commitment'"
        " AND state != 'cancelled'",
        "This contract is already committed on the budget.",
    )
    _statement_uidx = models.UniqueIndex(
        "(statement_id) WHERE statement_id IS NOT NULL AND kind = 'emission'"
        " AND state != 'cancelled'",
        "This statement already has its order to pay on the budget.",
    )

    def _check_nothing_rests(self):
        """Who spends the credits does not free those of a contract that runs."""
        if self.contract_id or self.statement_id:
            self._require_group("srm_projects.group_programme_manager")
        return super()._check_nothing_rests()
