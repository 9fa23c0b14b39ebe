from datetime import timedelta

from odoo import api, fields, models

from .srm_settlement_demo import ROUNDS

DEMO_FILE = "QXR0ZXN0YXRpb24gZGUgZMOpbW9uc3RyYXRpb24="


class SrmPaymentDemo(models.AbstractModel):
    """Demonstration: what has to be right before the payments are released."""

    _inherit = "srm.settlement.demo"

    @api.model
    def _load(self):
        if self.env["srm.settlement"].search_count([], limit=1):
            return
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        # The demonstration company is a public enterprise; a real one decides.
        quiet.env.company.srm_payer_status = "public_enterprise"
        quiet._approve_accounts()
        super()._load()
        quiet._prepare_statements()

    def _create_agreements(self):
        agreements = super()._create_agreements()
        waiting = [item for plan, item in agreements if plan.next == "order"]
        self._register_certificates(waiting[0].file_id.partner_id)
        return agreements

    def _prepare_current_orders(self, agreements):
        """The creditors of the draft order wait for a certificate: one is red."""
        result = super()._prepare_current_orders(agreements)
        waiting = self.env["account.payment.order"].search([("state", "=", "draft")])
        _officer, manager = self._people()
        waiting.with_user(manager).action_srm_check()
        return result

    def _approver(self):
        return self.env.ref("srm_base.user_demo_finance_manager")

    def _files(self):
        company = self.env.company
        return self.env["srm.debt.file"].search([("company_id", "=", company.id)])

    def _approve_accounts(self):
        """All but two accounts, entered by the take-on, approved by a manager."""
        files = self._files()
        accounts = files.partner_id.bank_ids
        left = files.filtered(lambda item: not item.amount_payable)[:2]
        accounts -= left.partner_id.bank_ids
        accounts.with_user(self._approver()).action_srm_approve()

    def _register_certificates(self, expired):
        """Certificates of different ages; that of one creditor serves no more."""
        today = fields.Date.context_today(self)
        old = fields.Date.subtract(today, months=7)
        vals_list = []
        for rank, partner in enumerate(self._files().partner_id, start=1):
            issued = today - timedelta(days=5 + rank * 13 % 160)
            vals_list.append(
                {
                    "partner_id": partner.id,
                    "number": f"ARF-{today.year}-{rank:04d}",
                    "date_issue": old if partner == expired else issued,
                    "file": DEMO_FILE,
                    "file_name": "attestation.txt",
                    "verified_by_id": self._people()[0].id,
                    "verified_on": fields.Datetime.now(),
                }
            )
        self.env["srm.tax.certificate"]._by_code().create(vals_list)

    def _prepare_statements(self):
        """Statement of each past month; the oldest ones are remitted."""
        today = fields.Date.context_today(self)
        statements = self.env["srm.withholding.statement"].create(
            [
                {"month": fields.Date.subtract(today.replace(day=1), months=back)}
                for back in range(max(ROUNDS) + 1, 0, -1)
            ]
        )
        for statement in statements:
            statement.action_collect()
        empty = statements.filtered(lambda item: not item.line_ids)
        empty.unlink()
        statements -= empty
        for statement in statements.filtered(lambda item: item.date_due < today):
            statement.write(
                {
                    "date_remitted": statement.date_due - timedelta(days=4),
                    "remittance_reference": f"QUIT-{statement.month:%Y%m}",
                }
            )
            statement.action_remit()
