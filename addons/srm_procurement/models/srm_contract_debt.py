from odoo import api, fields, models
from odoo.exceptions import UserError


class SrmContract(models.Model):
    """Debts that rest on the contract, and who may be paid while it is pledged."""

    _inherit = "srm.contract"

    debt_ids = fields.One2many("srm.debt", "contract_id", string="Debts")
    pledged = fields.Boolean(compute="_compute_pledged", search="_search_pledged")

    @api.depends("pledge_ids.state")
    def _compute_pledged(self):
        for contract in self:
            contract.pledged = bool(contract._active_pledges())

    def _search_pledged(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [("pledge_ids.state", "=", "active")]
        return domain if True in value else ["!", *domain]

    def _active_pledges(self):
        return self.pledge_ids.filtered(lambda pledge: pledge.state == "active")

    def _check_not_pledged(self, bank):
        # Who pays must know of a pledge even without the right to read contracts.
        for pledge in self.sudo()._active_pledges():
            holder = bank.partner_id.commercial_partner_id
            if holder != pledge.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s is pledged to %(lender)s (deed "
                        "%(deed)s): it cannot be paid to the account of %(holder)s. "
                        "Pay the lender, or lift the pledge.",
                        contract=pledge.contract_id.name,
                        lender=pledge.partner_id.name,
                        deed=pledge.reference,
                        holder=holder.name or "-",
                    )
                )

    def action_view_debts(self):
        return self._action_of("action_srm_debt")
