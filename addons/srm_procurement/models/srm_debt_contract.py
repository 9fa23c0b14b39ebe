from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


def normalized(reference: str) -> str:
    """A contract number without case, spaces and punctuation.

    >>> normalized(" 40/T/2023 "), normalized("40-t 2023")
    ('40T2023', '40T2023')
    """
    return "".join(char for char in reference or "" if char.isalnum()).upper()


class SrmDebt(models.Model):
    """Debts and the contract they rest on."""

    _inherit = "srm.debt"

    contract_id = fields.Many2one(
        "srm.contract",
        string="Contract in the register",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id)]",
        help="Contract of the register the debt rests on; its number stays as claimed.",
    )

    @api.constrains("contract_id", "file_id")
    def _check_contract_partner(self):
        for debt in self.filtered("contract_id"):
            holder = debt.contract_id.partner_id.commercial_partner_id
            if holder != debt.file_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s is held by %(holder)s, not by the "
                        "creditor of debt %(debt)s.",
                        contract=debt.contract_id.name,
                        holder=holder.name,
                        debt=debt.display_name,
                    )
                )

    def action_match_contract(self):
        """Link the debts to the contract of their creditor that bears their number.

        A number that fits no contract, or several, is left alone; the answer says how
        many were linked. What a person linked is never changed.
        """
        self.check_access("write")
        debts = self.filtered(lambda debt: not debt.contract_id)
        found = debts._contracts_by_number()
        linked = 0
        for debt in debts:
            contracts = found.get(debt._contract_key(), [])
            if len(contracts) == 1:
                debt.contract_id = contracts[0]
                linked += 1
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if linked else "warning",
                "message": self.env._(
                    "%(linked)d of %(total)d debts linked to a contract of the "
                    "register.",
                    linked=linked,
                    total=len(debts),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _contract_key(self):
        partner = self.file_id.partner_id.commercial_partner_id
        return partner.id, self.company_id.id, normalized(self.contract_reference)

    def _contracts_by_number(self) -> dict:
        partners = self.file_id.partner_id.commercial_partner_id
        contracts = self.env["srm.contract"].search(
            [("partner_id.commercial_partner_id", "in", partners.ids)]
        )
        found = defaultdict(list)
        for contract in contracts:
            key = (
                contract.partner_id.commercial_partner_id.id,
                contract.company_id.id,
                normalized(contract.name),
            )
            found[key].append(contract)
        return found

    def action_view_contract(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.contract",
            "res_id": self.contract_id.id,
            "view_mode": "form",
        }

    def _check_not_pledged(self, bank):
        """No payment of a pledged contract to anybody but the lender.

        :raise UserError: names the pledge and who must be paid
        """
        self.contract_id._check_not_pledged(bank)
