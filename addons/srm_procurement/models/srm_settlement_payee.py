from odoo import api, fields, models
from odoo.exceptions import UserError

OPEN_STATES = ("draft", "proposed")


class SrmSettlement(models.Model):
    """Who a settlement pays: the creditor, or who its claims were assigned to."""

    _inherit = "srm.settlement"

    payee_id = fields.Many2one(
        "res.partner",
        string="Paid to",
        compute="_compute_payee_id",
        store=True,
        index=True,
        precompute=True,
        help="The creditor, or the assignee of the claims.",
    )

    @api.depends("file_id.partner_id", "line_ids.debt_id.payee_id")
    def _compute_payee_id(self):
        for settlement in self:
            if settlement.payee_id and settlement.state not in OPEN_STATES:
                settlement.payee_id = settlement.payee_id  # what was signed stays
            else:
                debts = settlement.line_ids.debt_id
                settlement.payee_id = debts[:1].payee_id or settlement.partner_id

    @api.depends("file_id", "payee_id")
    def _compute_partner_bank_id(self):
        """Proposed from the file or from the assignment; what is agreed stays."""
        for settlement in self:
            bank, payee = settlement.partner_bank_id, settlement.payee_id
            if settlement.state in OPEN_STATES and bank.partner_id != payee:
                settlement.partner_bank_id = settlement._proposed_bank()
            else:
                settlement.partner_bank_id = bank

    def _proposed_bank(self):
        if self.payee_id == self.partner_id:
            return self.file_id.partner_bank_id
        assignments = self.line_ids.debt_id.assignment_ids.filtered(
            lambda item: item.state == "notified" and item.assignee_id == self.payee_id
        )
        return assignments[:1].partner_bank_id

    def _check_complete(self):
        super()._check_complete()
        self._check_one_payee()

    def _check_one_payee(self):
        """Claims assigned to somebody else are settled apart, with their holder."""
        strangers = self.line_ids.debt_id.filtered(
            lambda debt: debt.payee_id != self.payee_id
        )
        if strangers:
            raise UserError(
                self.env._(
                    "%(name)s pays %(payee)s, but debt %(debt)s is to be paid to "
                    "%(holder)s: settle it in another agreement.",
                    name=self.name,
                    payee=self.payee_id.name,
                    debt=strangers[0].display_name,
                    holder=strangers[0].payee_id.name,
                )
            )

    def _check_payable(self):
        super()._check_payable()
        if self.partner_bank_id.partner_id != self.payee_id:
            raise UserError(
                self.env._(
                    "%(name)s: choose the bank account of %(creditor)s.",
                    name=self.name,
                    creditor=self.payee_id.name,
                )
            )
