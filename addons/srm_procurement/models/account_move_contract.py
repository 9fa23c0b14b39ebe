from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard
from odoo.addons.srm_kit.guard.gate import by_code

_lt = LazyTranslate(__name__)


class AccountMove(models.Model):
    """Bills of a contract: advance, statements, release of the retention."""

    _inherit = "account.move"
    _guard = Guard(
        freezes=(
            # The term of the contract decides the delays that are declared.
            Freeze(
                once="srm_statement_id",
                fields=("srm_agreed_days",),
                remedy=_lt("It is that of the contract."),
            ),
        ),
    )

    srm_contract_id = fields.Many2one(
        "srm.contract",
        string="Contract",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    srm_statement_id = fields.Many2one(
        "srm.contract.statement",
        string="Statement of works",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    srm_contract_bill = fields.Selection(
        [
            ("advance", "Advance"),
            ("statement", "Statement"),
            ("retention", "Release of retention"),
        ],
        string="Contract bill",
        readonly=True,
        copy=False,
    )

    srm_contract_visible = fields.Boolean(
        compute="_compute_srm_contract_visible", compute_sudo=False
    )

    # Code that takes no lock cannot bill a statement or an advance twice.
    _srm_statement_unique = models.UniqueIndex(
        "(srm_statement_id) WHERE srm_statement_id IS NOT NULL",
        "This statement is already in the books.",
    )
    _srm_advance_unique = models.UniqueIndex(
        "(srm_contract_id) WHERE srm_contract_bill = 'advance'",
        "The advance of this contract is already in the books.",
    )

    @api.depends("srm_contract_id")
    @api.depends_context("uid")
    def _compute_srm_contract_visible(self):
        """Bills are the company's; a contract is read in its own province."""
        seen = self.srm_contract_id._filtered_access("read")
        for move in self:
            move.srm_contract_visible = move.srm_contract_id in seen

    def write(self, vals):
        if vals.get("state", "posted") != "posted":
            self._srm_check_contract_bill()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contract_bill(self):
        self._srm_check_contract_bill()

    def _srm_check_contract_bill(self):
        """A concluded statement is corrected by the next one, not in the books."""
        if by_code(self.env):
            return
        bills = self.filtered(
            lambda move: move.srm_contract_bill and move.state == "posted"
        )
        if bills:
            raise UserError(
                self.env._(
                    "Bill %(bill)s comes from contract %(contract)s and stays in the "
                    "books: correct it by a credit note or in the next statement.",
                    bill=bills[0].name,
                    contract=bills[0].srm_contract_id.name,
                )
            )

    def action_srm_view_contract(self):
        self.ensure_one()
        record = self.srm_statement_id or self.srm_contract_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
