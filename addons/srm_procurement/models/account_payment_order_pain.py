from lxml import etree
from srm_engine.identifiers import check_rib, iban_from_rib

from odoo import api, models


class AccountPaymentOrder(models.Model):
    """pain.001 files with Moroccan accounts."""

    _inherit = "account.payment.order"

    @api.model
    def generate_party_acc_number(
        self, parent_node, party_type, order, partner_bank, gen_args, bank_line=None
    ):
        """Write the IBAN of a Moroccan account, even when it was entered as a RIB.

        The Odoo table of IBAN formats has no Morocco: these accounts are of type
        "normal" and would be written as an unknown identifier.
        """
        rib = bank_line and bank_line.payment_line_ids[:1].srm_paid_account
        rib = rib if rib and check_rib(rib).valid else partner_bank.srm_rib
        if not rib:
            return super().generate_party_acc_number(
                parent_node, party_type, order, partner_bank, gen_args, bank_line
            )
        account = etree.SubElement(parent_node, f"{party_type}Acct")
        identifier = etree.SubElement(account, "Id")
        etree.SubElement(identifier, "IBAN").text = iban_from_rib(rib)
        return True

    @api.model
    def generate_party_block(
        self, parent_node, party_type, order, partner_bank, gen_args, bank_line=None
    ):
        """The holder is the one the order was released with."""
        holder = bank_line and bank_line.payment_line_ids[:1].srm_paid_holder
        if holder:
            gen_args = {**gen_args, "srm_holder": holder}
        return super().generate_party_block(
            parent_node, party_type, order, partner_bank, gen_args, bank_line
        )

    @api.model
    def _prepare_field(
        self, field_name, field_value, eval_ctx, max_size=0, gen_args=None
    ):
        """Carry the number of the instalment end to end instead of a database id."""
        if field_name in ("Instruction Identification", "End to End Identification"):
            reference = eval_ctx["line"]._srm_end_to_end_reference()
            if reference:
                field_value, eval_ctx = "reference", {"reference": reference}
        holder = (gen_args or {}).get("srm_holder")
        if holder and "acc_holder_name" in field_value:
            field_value, eval_ctx = "holder", {"holder": holder}
        return super()._prepare_field(
            field_name, field_value, eval_ctx, max_size, gen_args
        )
