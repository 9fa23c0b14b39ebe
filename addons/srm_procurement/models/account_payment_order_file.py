from srm_engine.bank_file import Batch
from srm_engine.identifiers import check_rib, iban_from_rib

from odoo import api, fields, models
from odoo.exceptions import UserError

from .srm_bank_format import rib_parts


class AccountPaymentOrder(models.Model):
    """Transfer file in the bank's own format, when one was chosen."""

    _inherit = "account.payment.order"

    srm_bank_format_id = fields.Many2one(
        "srm.bank.format",
        string="Bank file format",
        compute="_compute_srm_bank_format_id",
        store=True,
        readonly=False,
        entered="proposed from the payment mode or the journal, chosen by the officer",
        help="Empty: the payment method's own file (pain.001).",
    )

    @api.depends("payment_mode_id", "journal_id", "payment_type")
    def _compute_srm_bank_format_id(self):
        for order in self:
            order.srm_bank_format_id = order.payment_type == "outbound" and (
                order.payment_mode_id.srm_bank_format_id
                or order.journal_id.srm_bank_format_id
            )

    def generate_payment_file(self):
        self.ensure_one()
        self._srm_refuse_by_hand()
        if not self.srm_bank_format_id:
            return super().generate_payment_file()
        batch = self._srm_bank_batch()
        rendered = self.srm_bank_format_id._render(batch)
        return rendered.data, self.srm_bank_format_id._filename(batch.order)

    def _srm_bank_batch(self) -> Batch:
        """Order and transfers as plain values; amounts are net of the taxes."""
        self.ensure_one()
        account = self.company_partner_bank_id
        payments = self.payment_ids.sorted("id")
        order = {
            "order_reference": self.name,
            "order_date": self.date_generated or fields.Date.context_today(self),
            "execution_date": min(payments.mapped("payment_line_date"), default=None),
            "company_name": self.company_id.name,
            "company_rib": account.srm_rib or account.acc_number,
            "company_iban": self._srm_iban(account),
            "currency": self.company_currency_id.name,
        }
        return Batch(order, tuple(self._srm_bank_line(item) for item in payments))

    def _srm_bank_line(self, payment) -> dict:
        """One transfer; account, holder and amount are those that were released."""
        account, kept = payment.partner_bank_id, payment.payment_line_ids[:1]
        rib = kept.srm_paid_account or ""
        if not check_rib(rib).valid:
            raise UserError(
                self.env._(
                    "The account %(number)s of %(supplier)s is not a RIB: the bank's "
                    "file needs its 24 digits.",
                    number=rib,
                    supplier=payment.partner_id.name,
                )
            )
        reference = payment._srm_end_to_end_reference() or str(payment.id)
        return {
            "reference": reference,
            "beneficiary_name": kept.srm_paid_holder,
            "beneficiary_rib": rib,
            "beneficiary_iban": iban_from_rib(rib),
            "bank_name": account.bank_id.name or "",
            "city": payment.partner_id.city or "",
            "amount": payment._srm_transfer_amount(),
            "execution_date": payment.payment_line_date,
            "communication": payment.payment_reference or reference,
            **rib_parts(rib),
        }

    def _srm_iban(self, account) -> str:
        return iban_from_rib(account.srm_rib) if account.srm_rib else ""

    def action_srm_preview_file(self):
        """Show the file before it is made."""
        self.ensure_one()
        preview = self.env["srm.bank.file.preview"].create({"order_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview of the bank file"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }
