import base64

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.tools.pictures import PictureError, kind_of, redrawn

from ..upload_rules import MAX_BYTES, UploadRefusedError, clean_name, media_type

#: Files a creditor may have waiting for a check on one debt.
MAX_WAITING = 20
#: Pixels of the longer side of a scanned page.
PAGE_SIDE = 8_192
MIN_REASON, MAX_REASON = 10, 2000
MAX_AMOUNT = 10**12


class SrmDebt(models.Model):
    """What the creditor reads of a debt, and what it may do about it.

    The methods below are private (not callable from outside) and check the owner
    themselves, then write with the rights of the system.
    """

    _name = "srm.debt"
    _inherit = ["srm.debt", "srm.portal.shared"]
    _portal_fields = frozenset(
        {
            "file_id",
            "partner_id",
            "origin_reference",
            "date_registered",
            "contract_reference",
            "description",
            "nature",
            "invoice_reference",
            "invoice_date",
            "deposit_date",
            "service_date",
            "due_date",
            "amount_claimed",
            "amount_certified",
            "amount_contested",
            "amount_rejected",
            "amount_paid",
            "amount_retention",
            "amount_remaining",
            "stage",
            "blocked",
            "payment_ids",
            "missing_document_ids",
        }
    )

    @api.depends("document_ids.review")
    def _compute_missing_documents(self):
        """A file the creditor sent counts once it is checked."""
        required = self.env["srm.debt.document.type"]._required_by_nature()
        none = self.env["srm.debt.document.type"]
        for debt in self:
            received = debt.document_ids.filtered(lambda item: item._is_received())
            wanted = required.get(debt.nature, none)
            debt.missing_document_ids = wanted - received.type_id

    def _portal_stage(self) -> str:
        """Stage as told outside: how the desk orders its work is its own affair."""
        inner = {"classified": "certified", "scored": "certified"}
        return self._stage_label(inner.get(self.stage, self.stage))

    def _portal_checklist(self) -> list[dict]:
        """Documents asked for, and where each one stands for the creditor."""
        self.ensure_one()
        sent = self.document_ids.filtered("from_creditor")
        return [
            {
                "type": kind,
                "waiting": sent.filtered(
                    lambda item, kind=kind: (
                        item.type_id == kind and item.review == "to_check"
                    )
                )[:1],
                "refused": sent.filtered(
                    lambda item, kind=kind: (
                        item.type_id == kind and item.review == "refused"
                    )
                )[-1:],
            }
            for kind in self.missing_document_ids
        ]

    def _portal_upload(self, type_id: int, name: str, declared: str, content: bytes):
        """Take a missing document from the creditor, to be checked by the staff.

        :param declared: content type announced by the browser
        :return: the new ``srm.debt.document``
        :raise UserError: not asked for, too many waiting, or not an acceptable file
        """
        self.ensure_one()
        self._portal_check_owner()
        debt = self.sudo()
        kind = debt.missing_document_ids.filtered(lambda item: item.id == type_id)
        if not kind:
            raise UserError(self.env._("This document is not asked for any more."))
        waiting = debt.document_ids.filtered(lambda item: item.review == "to_check")
        if len(waiting) >= MAX_WAITING:
            raise UserError(
                self.env._("We are still checking your last documents: please wait.")
            )
        content = self._portal_checked_upload(name, declared, content)
        document = (
            debt.env["srm.debt.document"]
            ._by_code()
            .create(
                {
                    "debt_id": debt.id,
                    "type_id": kind.id,
                    "file": base64.b64encode(content),
                    "file_name": clean_name(name),
                    "review": "to_check",
                    "from_creditor": True,
                }
            )
        )
        env = debt.file_id._portal_staff_env()
        debt.file_id._portal_record_step(
            env._(
                "%(who)s sent “%(document)s” for %(debt)s: %(file)s",
                who=self._portal_sender(),
                document=kind.with_env(env).name,
                debt=debt.origin_reference,
                file=document.file_name,
            )
        )
        return document

    def _portal_checked_upload(self, name, declared, content) -> bytes:
        """What is kept of the file: of a picture, the picture."""
        try:
            media_type(name, declared, content)
            return redrawn(content, PAGE_SIDE) if kind_of(content) else content
        except PictureError as error:
            text = self.env._("This picture cannot be opened: send it again.")
            raise UserError(text) from error
        except UploadRefusedError as error:
            texts = {
                "empty": self.env._("Choose a file first."),
                "size": self.env._(
                    "The file is larger than %(size)s MB.", size=MAX_BYTES // 1024**2
                ),
                "kind": self.env._("Send a PDF, JPEG or PNG file."),
            }
            raise UserError(texts[error.args[0]]) from error

    def _portal_dispute(self, subject: str, amount: float, reason: str):
        """The creditor does not agree with an amount. No amount changes here.

        :param subject: a key of ``srm.debt.objection.subject``
        :param amount: what the creditor says it should be, MAD TTC
        :return: the new ``srm.debt.objection``
        :raise UserError: no reason, unknown amount, or already disputed
        """
        self.ensure_one()
        self._portal_check_owner()
        reason = (reason or "").strip()[:MAX_REASON]
        self._portal_check_dispute(subject, amount, reason)
        debt = self.sudo()
        # A second click, or a second person, must not open the same objection twice.
        debt.lock_for_update()
        debt._portal_check_not_disputed(subject)
        objection = debt.env["srm.debt.objection"].create(
            {
                "debt_id": debt.id,
                "subject": subject,
                "amount_shown": debt[f"amount_{subject}"],
                "amount_asked": amount,
                "reason": reason,
                "sent_by": self._portal_sender(),
                "sent_by_id": self.env.user.partner_id.id,
            }
        )
        debt._portal_record_dispute(objection, self._portal_sender())
        return objection

    def _portal_check_dispute(self, subject: str, amount: float, reason: str):
        subjects = self.env["srm.debt.objection"]._fields["subject"]
        if subject not in subjects.get_values(self.env):
            raise UserError(self.env._("Choose the amount you do not agree with."))
        if len(reason) < MIN_REASON:
            raise UserError(
                self.env._("Say in a few words why you do not agree with the amount.")
            )
        if not 0 <= amount <= MAX_AMOUNT:
            raise UserError(self.env._("Write the amount you expect, in dirhams."))

    def _portal_check_not_disputed(self, subject: str):
        same = [
            ("debt_id", "=", self.id),
            ("subject", "=", subject),
            ("state", "=", "open"),
        ]
        if self.env["srm.debt.objection"].search_count(same, limit=1):
            raise UserError(
                self.env._("Your objection to this amount is being examined already.")
            )

    def _portal_record_dispute(self, objection, sender: str):
        env = self.file_id._portal_staff_env()
        self.file_id._portal_record_step(
            env._(
                "%(who)s disputes “%(subject)s” of %(debt)s: %(asked)s instead of "
                "%(shown)s. Reason: %(reason)s",
                who=sender,
                subject=objection.with_env(env)._subject_label(),
                debt=self.origin_reference,
                asked=self.currency_id.format(objection.amount_asked),
                shown=self.currency_id.format(objection.amount_shown),
                reason=objection.reason,
            )
        )
