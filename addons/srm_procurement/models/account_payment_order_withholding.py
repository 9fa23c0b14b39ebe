from lxml import etree

from odoo import api, fields, models

from ..amounts import ZERO, money, total


class AccountPaymentOrder(models.Model):
    """Tax withheld from the transfers of an order: the bank's file carries the net."""

    _inherit = "account.payment.order"

    srm_amount_withheld = fields.Monetary(
        string="Withheld for the Treasury",
        compute="_compute_srm_amount_net",
        currency_field="company_currency_id",
    )
    srm_amount_net = fields.Monetary(
        string="Paid by the bank",
        compute="_compute_srm_amount_net",
        currency_field="company_currency_id",
    )

    @api.depends("payment_ids.srm_amount_withheld", "total_company_currency")
    def _compute_srm_amount_net(self):
        for order in self:
            kept = total(order.payment_ids.mapped("srm_amount_withheld"))
            order.srm_amount_withheld = float(kept)
            order.srm_amount_net = float(money(order.total_company_currency) - kept)

    def draft2open(self):
        drafts = self.filtered(lambda order: order.state == "draft")
        result = super().draft2open()
        # Another order that pays the same debts waits: its share depends on this one.
        debts = drafts.payment_line_ids.srm_debt_id
        debts.lock_for_update()
        drafts.payment_ids._srm_withhold()
        drafts._srm_outbound().payment_ids._srm_seal()
        return result

    def action_srm_view_withholding(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_withholding_action"
        )
        domain = [("payment_id", "in", self.payment_ids.ids)]
        return action | {"domain": domain, "context": {}}

    # --- pain.001 ------------------------------------------------------------------
    def finalize_sepa_file_creation(self, xml_root, gen_args):
        """Write the net of each transfer, and the control sums that go with it."""
        if any(payment.srm_amount_withheld for payment in self.payment_ids):
            self._srm_write_net_amounts(xml_root)
        return super().finalize_sepa_file_creation(xml_root, gen_args)

    def _srm_write_net_amounts(self, xml_root):
        nets = {
            payment._srm_end_to_end_reference()
            or str(payment.id): payment._srm_transfer_amount()
            for payment in self.payment_ids
        }
        whole = ZERO
        for block in xml_root.iter("PmtInf"):
            paid = ZERO
            for transfer in block.iter("CdtTrfTxInf"):
                net = nets[transfer.findtext("PmtId/EndToEndId")]
                transfer.find("Amt/InstdAmt").text = f"{net:.2f}"
                paid += net
            self._srm_write_control_sum(block, paid)
            whole += paid
        for header in xml_root.iter("GrpHdr"):
            self._srm_write_control_sum(header, whole)

    @api.model
    def _srm_write_control_sum(self, block: etree._Element, amount):
        control_sum = block.find("CtrlSum")
        if control_sum is not None:
            control_sum.text = f"{amount:.2f}"
