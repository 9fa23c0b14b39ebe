from datetime import timedelta

from odoo import api, fields, models

from .res_partner_bank_approval import APPROVAL_TOKEN
from .srm_settlement_demo import ROUNDS
from .srm_tax_certificate import VERIFY_TOKEN

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
        quiet._register_certificates()
        super()._load()
        quiet._expire_certificates()
        quiet._prepare_statements()

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
        accounts.with_context(srm_approval=APPROVAL_TOKEN).write(
            {
                "srm_approval": "approved",
                "srm_approved_by_id": self._approver().id,
                "srm_approved_on": fields.Datetime.now(),
            }
        )

    def _register_certificates(self):
        """Certificates of different ages, all valid while the past is made up."""
        partners = self._files().partner_id
        today = fields.Date.context_today(self)
        certificates = self.env["srm.tax.certificate"].create(
            [
                {
                    "partner_id": partner.id,
                    "number": f"ARF-{today.year}-{rank:04d}",
                    "date_issue": today - timedelta(days=5 + rank * 13 % 160),
                    "file": DEMO_FILE,
                    "file_name": "attestation.txt",
                }
                for rank, partner in enumerate(partners, start=1)
            ]
        )
        certificates.with_context(srm_verify=VERIFY_TOKEN).write(
            {
                "verified_by_id": self.env.ref("srm_base.user_demo_finance_officer").id,
                "verified_on": fields.Datetime.now(),
            }
        )

    def _expire_certificates(self):
        """The creditors of the draft order wait for a new certificate: one is red."""
        waiting = self.env["account.payment.order"].search([("state", "=", "draft")])
        partners = waiting.payment_line_ids.partner_id
        certificates = self.env["srm.tax.certificate"].search(
            [("partner_id", "in", partners[:1].ids)]
        )
        issued = fields.Date.subtract(fields.Date.context_today(self), months=7)
        certificates.with_context(srm_verify=VERIFY_TOKEN).write(
            {"verified_by_id": False, "verified_on": False}
        )
        certificates.write({"date_issue": issued})
        certificates.with_context(srm_verify=VERIFY_TOKEN).write(
            {"verified_by_id": self._approver().id, "verified_on": issued}
        )
        _officer, manager = self._people()
        waiting.with_user(manager).action_srm_check()

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
