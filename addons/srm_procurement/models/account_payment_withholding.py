from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import money, total
from .srm_withholding import Claim

_lt = LazyTranslate(__name__)


class AccountPayment(models.Model):
    """Payments of which a part goes to the Treasury instead of the supplier.

    ``amount`` stays gross: it is what the payment extinguishes. The bank pays
    ``srm_amount_net``.
    """

    _inherit = "account.payment"
    _guard = Guard(
        freezes=(
            # The withheld taxes were computed from it: it does not move under them.
            Freeze(
                once="srm_withholding_ids",
                fields=("amount", "partner_id", "should_withhold_tax"),
                children=("withholding_line_ids",),
                remedy=_lt("Cancel the payment and pay again."),
            ),
        ),
    )

    srm_withholding_ids = fields.One2many(
        "srm.withholding", "payment_id", string="Withheld taxes"
    )
    srm_amount_withheld = fields.Monetary(
        string="Withheld", compute="_compute_srm_amount_net"
    )
    srm_amount_net = fields.Monetary(
        string="Paid to the supplier", compute="_compute_srm_amount_net"
    )

    @api.depends("amount", "should_withhold_tax", "withholding_line_ids.amount")
    def _compute_srm_amount_net(self):
        for payment in self:
            lines = payment.withholding_line_ids
            kept = total(lines.mapped("amount") if payment.should_withhold_tax else [])
            payment.srm_amount_withheld = float(kept)
            payment.srm_amount_net = float(money(payment.amount) - kept)

    def action_draft(self):
        self._srm_check_not_remitted()
        return super().action_draft()

    def action_cancel(self):
        self._srm_check_not_remitted()
        return super().action_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_srm_remitted(self):
        self._srm_check_not_remitted()

    def _srm_check_not_remitted(self):
        """What was paid to the Treasury for a payment stays with it."""
        remitted = self.srm_withholding_ids.filtered(
            lambda line: line.statement_id.state == "remitted"
        )
        if remitted:
            raise UserError(
                self.env._(
                    "The tax withheld from payment %(payment)s is remitted "
                    "(%(statement)s): have it rejected, the tax is then deducted from "
                    "the next statement.",
                    payment=remitted[0].payment_id.display_name,
                    statement=remitted[0].statement_id.name,
                )
            )

    def _srm_withhold(self):
        """Withhold from draft payments of debts what the rules say.

        Both the journal entry and the bank's file follow from the lines made here.
        """
        claims, owners = [], []
        for payment in self:
            for claim in payment._srm_debt_claims():
                claims.append(claim)
                owners.append(payment)
        ledger = self.env["srm.withholding"]
        today = fields.Date.context_today(self)
        pairs = []
        for company, ranks in self._srm_ranks_by_company(owners).items():
            found = ledger._propose(company, [claims[rank] for rank in ranks], today)
            pairs += [
                (owners[rank], lines)
                for rank, lines in zip(ranks, found, strict=True)
                if lines
            ]
        ledger._record(pairs)
        self._srm_create_withholding_lines(pairs)

    def _srm_ranks_by_company(self, owners) -> dict:
        ranks = {}
        for rank, payment in enumerate(owners):
            ranks.setdefault(payment.company_id, []).append(rank)
        return ranks

    def _srm_debt_claims(self) -> list[Claim]:
        lines = self.payment_line_ids.filtered("srm_debt_id")
        return [
            Claim(
                debt,
                debt.partner_id._srm_commercial(),
                *debt._split_ttc(),
                money(debt.amount_claimed),
                debt._srm_supply(),
                money(line.amount_currency),
            )
            for line in lines
            if (debt := line.srm_debt_id)
        ]

    def _srm_create_withholding_lines(self, pairs):
        sums = {}
        for payment, lines in pairs:
            for vals in lines:
                if money(vals["amount"]):
                    sums.setdefault((payment.id, vals["tax_id"]), []).append(vals)
        self.env["account.payment.withholding.line"]._by_code().create(
            [
                {"payment_id": payment_id, "tax_id": tax_id}
                | self._srm_line_sums(found)
                for (payment_id, tax_id), found in sums.items()
            ]
        )

    @api.model
    def _srm_line_sums(self, found: list[dict]) -> dict:
        return {
            "base_amount": float(total(vals["base"] for vals in found)),
            "amount": float(total(vals["amount"] for vals in found)),
        }

    def action_reject(self):
        """What a refused payment withheld is not owed to the Treasury any more."""
        result = super().action_reject()
        date = self.env.context.get("srm_refusal_date")
        self.srm_withholding_ids._reverse(date or fields.Date.context_today(self))
        return result

    def action_srm_view_withholding(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_withholding_action"
        )
        return action | {"domain": [("payment_id", "=", self.id)], "context": {}}

    def _srm_withholding_commands(self, lines: list[dict]) -> list:
        """Lines of Odoo's payment wizard for proposed taxes, one per tax."""
        sums = {}
        for vals in lines:
            if money(vals["amount"]):
                sums.setdefault(vals["tax_id"], []).append(vals)
        return [
            Command.create({"tax_id": tax_id} | self._srm_line_sums(found))
            for tax_id, found in sums.items()
        ]
