from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MANAGER = "srm_base.group_finance_manager"


class AccountPaymentOrder(models.Model):
    """Payment orders that pay settlements: who may release them, and when."""

    _inherit = "account.payment.order"

    srm_instalment_count = fields.Integer(
        string="Instalments", compute="_compute_srm_counts"
    )
    srm_to_record_count = fields.Integer(
        string="Outcomes to record", compute="_compute_srm_counts"
    )
    srm_confirmed_by_id = fields.Many2one(
        "res.users", string="Released by", readonly=True, copy=False
    )

    @api.depends(
        "payment_line_ids.srm_instalment_id", "payment_line_ids.srm_in_transit"
    )
    def _compute_srm_counts(self):
        for order in self:
            lines = order.payment_line_ids
            order.srm_instalment_count = len(lines.srm_instalment_id)
            order.srm_to_record_count = len(lines.filtered("srm_in_transit"))

    @api.model
    def _srm_prepare_order_vals(self, mode) -> dict:
        return {
            "payment_mode_id": mode.id,
            "date_prefered": "due",
            # The creditor must get the agreed amount in full.
            "charge_bearer": "DEBT",
            "description": self.env._("Settlement of supplier arrears"),
        }

    def _srm_lines(self):
        return self.payment_line_ids.filtered("srm_allocation_id")

    @api.depends("company_id.currency_id")
    def _compute_sepa(self):
        """A domestic transfer in dirhams is not expected to be a SEPA payment."""
        result = super()._compute_sepa()
        euro = self.env.ref("base.EUR")
        for order in self:
            if order.company_currency_id != euro:
                order.show_warning_not_sepa = False
        return result

    # --- release -------------------------------------------------------------------
    def draft2open(self):
        """Confirm: refused to who certified the debts or entered the accounts.

        A second click on a confirmed order does nothing: the original would delete
        the payments and make them again.
        """
        self.lock_for_update()
        orders = self.filtered(lambda order: order.state == "draft")
        for order in orders.filtered(lambda order: order._srm_lines()):
            order._srm_check_release()
            order.srm_confirmed_by_id = self.env.user
        return super(AccountPaymentOrder, orders).draft2open()

    def _srm_check_release(self):
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a finance manager releases payments of arrears.")
            )
        lines = self._srm_lines()
        lines.srm_instalment_id.settlement_id._srm_check_release(self.env.user)
        lines.srm_allocation_id._check_can_be_ordered()

    def open2generated(self):
        """Write the bank file; a second click opens the file already made."""
        self.ensure_one()
        self.lock_for_update()
        if self.state != "open":
            return self._srm_open_file()
        return super().open2generated()

    def _srm_open_file(self):
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)],
            order="id desc",
            limit=1,
        )
        if not attachment:
            raise UserError(
                self.env._("Confirm %(order)s before making its file.", order=self.name)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def generated2uploaded(self):
        """File handed to the bank: the payments are booked, once."""
        self.lock_for_update()
        orders = self.filtered(lambda order: order.state == "generated")
        return super(AccountPaymentOrder, orders).generated2uploaded()

    def action_cancel(self):
        sent = self.filtered(
            lambda order: order.state == "uploaded" and order._srm_lines()
        )
        if sent:
            raise UserError(
                self.env._(
                    "Payment order %(order)s is with the bank and in the books: "
                    "record the refused payments one by one instead of cancelling it.",
                    order=sent[0].name,
                )
            )
        return super().action_cancel()

    def cancel2draft(self):
        """The instalments of a cancelled order may be in another one by now."""
        shares = self._srm_lines().srm_allocation_id
        taken = shares.filtered(lambda share: share.state != "to_pay")
        if taken:
            raise UserError(
                self.env._(
                    "Instalment %(instalment)s was put in payment order %(order)s "
                    "meanwhile.",
                    instalment=taken[0].instalment_id.name,
                    order=taken[0].instalment_id.order_id.name,
                )
            )
        return super().cancel2draft()

    def unlink(self):
        # The database would remove the lines without telling their instalments.
        self._srm_lines().unlink()
        return super().unlink()

    # --- screens -------------------------------------------------------------------
    def action_srm_view_instalments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_instalment_action"
        )
        instalments = self._srm_lines().srm_instalment_id
        return action | {"domain": [("id", "in", instalments.ids)], "context": {}}

    def action_srm_record_outcome(self):
        """Say when the bank credited the creditors, or why it refused."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome of the payments"),
            "res_model": "srm.payment.outcome",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
