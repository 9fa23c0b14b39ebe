from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..amounts import money
from ..models.res_partner_withholding import SUPPLIES
from ..models.srm_withholding import Claim


class AccountPaymentRegister(models.TransientModel):
    """Odoo's payment of bills, with the taxes the Moroccan rules withhold.

    The lines are proposed by rule from the payer's status, the supplier's legal status
    and certificate, and what is paid: they follow the amount and the date.
    """

    _inherit = "account.payment.register"

    srm_ruled = fields.Boolean(compute="_compute_srm_ruled")
    srm_status_missing = fields.Boolean(compute="_compute_srm_ruled")
    srm_supply = fields.Selection(
        SUPPLIES,
        string="What is paid",
        compute="_compute_srm_supply",
        store=True,
        readonly=False,
    )

    @api.depends("line_ids", "company_id", "currency_id")
    def _compute_srm_ruled(self):
        for wizard in self:
            bills = wizard._srm_bills()
            wizard.srm_ruled = bool(
                bills
                and wizard.company_id.chart_template == "ma"
                and wizard.currency_id == wizard.company_id.currency_id
            )
            wizard.srm_status_missing = (
                wizard.srm_ruled and not wizard.company_id.srm_payer_status
            )

    def _srm_bills(self):
        """Bills of suppliers residing in Morocco; foreign ones follow other rules."""
        return self.line_ids.move_id.filtered(
            lambda move: (
                move.move_type == "in_invoice"
                and move.currency_id == move.company_id.currency_id
                and move.commercial_partner_id.country_id.code in ("MA", False)
            )
        )

    @api.depends("line_ids")
    def _compute_srm_supply(self):
        for wizard in self:
            supplies = {bill._srm_supply() for bill in wizard._srm_bills()}
            wizard.srm_supply = supplies.pop() if len(supplies) == 1 else False

    @api.depends("amount", "payment_date", "srm_supply", "srm_ruled")
    def _compute_withholding_line_ids(self):
        ruled = self.filtered("srm_ruled")
        result = super(
            AccountPaymentRegister, self - ruled
        )._compute_withholding_line_ids()
        for wizard in ruled:
            lines = wizard._srm_proposal() if wizard._srm_can_propose() else []
            flat = [vals for found in lines for vals in found]
            payment = self.env["account.payment"]
            wizard.withholding_line_ids = [
                Command.clear(),
                *payment._srm_withholding_commands(flat),
            ]
        return result

    def _srm_can_propose(self) -> bool:
        return bool(
            self.srm_supply
            and not self.srm_status_missing
            and self.can_edit_wizard
            and self.display_withholding
            and money(self.amount) > 0
            and self.payment_date
        )

    @api.depends("srm_ruled")
    def _compute_withholding_outstanding_account_id(self):
        """Odoo asks for an account in transit: the chart has one."""
        result = super()._compute_withholding_outstanding_account_id()
        for wizard in self.filtered(
            lambda item: (
                item.srm_ruled
                and not item.withholding_payment_account_id
                and not item.withholding_outstanding_account_id
            )
        ):
            template = self.env["account.chart.template"].with_company(
                wizard.company_id
            )
            wizard.withholding_outstanding_account_id = template.ref(
                "account_journal_payment_credit_account_id", raise_if_not_found=False
            )
        return result

    def _srm_proposal(self) -> list[list[dict]]:
        """Taxes to keep from each bill of the wizard, the oldest paid first."""
        return self.env["srm.withholding"]._propose(
            self.company_id, self._srm_claims(), self.payment_date
        )

    def _srm_claims(self) -> list[Claim]:
        left = money(self.amount)
        claims = []
        lines = self.line_ids.filtered(lambda line: line.move_id in self._srm_bills())
        # Odoo reconciles them in this order.
        ordered = lines.sorted(lambda item: (item.date_maturity or item.date, item.id))
        for line in ordered:
            paid = min(left, -money(line.amount_residual))
            if paid > 0:
                claims.append(line.move_id._srm_claim(paid, self.srm_supply or ""))
                left -= paid
        return claims

    def _init_payments(self, to_process, edit_mode=False):
        """Each payment remembers what it is to settle, before it is posted."""
        payments = super()._init_payments(to_process, edit_mode=edit_mode)
        for vals in to_process:
            vals["payment"]._by_code().srm_settled_line_ids = vals["to_reconcile"]
        return payments

    def _create_payments(self):
        self.ensure_one()
        if not self.srm_ruled:
            return super()._create_payments()
        self._srm_bills().lock_for_update()
        self._srm_check_grouped()
        proposal = self._srm_proposal()
        # The taxes are due whatever was unticked on the screen.
        self.should_withhold_tax = bool(self.withholding_line_ids)
        payments = super()._create_payments()
        flat = [vals for lines in proposal for vals in lines]
        if flat:
            self.env["srm.withholding"]._record([(payments[:1], flat)])
        return payments

    def _srm_check_grouped(self):
        """Several payments at once: Odoo has no withholding there."""
        lines = self.batches[0]["lines"] if self.batches else self.line_ids
        single = self.can_edit_wizard and (len(lines) == 1 or self.group_payment)
        if single:
            return
        bills = self._srm_bills()
        claims = [
            bill._srm_claim(money(bill.amount_residual), bill._srm_supply())
            for bill in bills.filtered("amount_residual")
        ]
        ledger = self.env["srm.withholding"]
        proposal = ledger._propose(self.company_id, claims, self.payment_date)
        for claim, found in zip(claims, proposal, strict=True):
            if found:
                raise UserError(
                    self.env._(
                        "Tax is withheld from %(bill)s of %(supplier)s: pay one "
                        "supplier at a time, in one grouped payment.",
                        bill=claim.source.name,
                        supplier=claim.partner.name,
                    )
                )
