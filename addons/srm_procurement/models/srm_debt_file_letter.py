from urllib.parse import urljoin

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ..constants import DONE


class SrmDebtFile(models.Model):
    """Letters of the creditor's file, and the mails that carry them."""

    _name = "srm.debt.file"
    _inherit = ["srm.debt.file", "srm.letter.mixin"]

    def _letter_file(self):
        return self

    def action_letter_missing(self):
        """Reminder of the documents the creditor has not sent."""
        self.ensure_one()
        if not self._debts_with_missing():
            raise UserError(
                self.env._(
                    "No document is missing in the open debts of %(file)s.",
                    file=self.display_name,
                )
            )
        return self._open_letter_wizard("missing")

    def _debts_with_missing(self):
        return self.debt_ids.filtered(
            lambda debt: debt.stage not in DONE and debt.missing_document_ids
        )

    def _letter_missing(self) -> list[dict]:
        rows = [
            [
                debt.origin_reference,
                debt.invoice_reference,
                self._amount(debt.amount_claimed),
                ", ".join(debt.missing_document_ids.mapped("name")),
            ]
            for debt in self._debts_with_missing()
        ]
        columns = [
            (self.env._("Reference"), 2, "text"),
            (self.env._("Invoice"), 2, "text"),
            (self.env._("Claimed (DH)"), 2, "number"),
            (self.env._("Documents to send"), 5, "text"),
        ]
        return [
            self._letter_text(
                self.env._(
                    "Your debts listed below cannot be certified, hence paid, before "
                    "we receive the following documents."
                )
            ),
            self._letter_table("", columns, rows),
            self._letter_boxed(
                self.env._("How to send them"),
                self.env._(
                    "On the supplier portal, %(address)s, or at our mail registry with "
                    "the reference of the file, %(file)s.",
                    address=urljoin(self.get_base_url(), "/my/arrears"),
                    file=self.name,
                ),
            ),
            self._letter_text(
                self.env._(
                    "If you have sent them already, please give us the date of your "
                    "deposit and its registry number."
                )
            ),
            self._letter_signatures(self.env._("For the company")),
        ]

    # --- mail ----------------------------------------------------------------------
    def _link_body(self) -> Markup:
        """Body of a mail with the link that expires."""
        days = max(self.company_id.srm_portal_link_days, 1)
        url = urljoin(self.get_base_url(), self.get_portal_url())
        return Markup("<p>%s</p><p><a href='%s'>%s</a></p><p>%s</p>") % (
            self.env._(
                "You can follow your debts with us, send documents and answer "
                "proposals on the supplier portal."
            ),
            url,
            self.env._("Open my file"),
            self.env._(
                "This link works for %(days)s days at most; after that, log in.",
                days=days,
            ),
        )

    def _open_composer(self, subject: str, body: Markup, attachments=None) -> dict:
        """Mail composer addressed to the creditor."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send by e-mail"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
                "default_subject": subject,
                "default_body": body,
                "default_attachment_ids": attachments.ids if attachments else [],
                "default_email_layout_xmlid": "mail.mail_notification_light",
            },
        }
