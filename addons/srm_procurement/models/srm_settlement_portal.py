import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.srm_kit.guard import Guard

#: What the creditor's decision rests on: nobody writes it by hand.
DECISION_FIELDS = (
    "portal_decision",
    "portal_decision_date",
    "portal_decision_name",
    "portal_decision_user_id",
    "portal_decision_ip",
    "portal_decision_hash",
    "portal_decision_reason",
    "portal_document",
    "portal_document_hash",
)


class SrmSettlement(models.Model):
    """The creditor's answer to a proposal, given on the portal.

    The proposal is frozen as a PDF when it is made. Accepting records who, when, from
    which address and the SHA-256 of that PDF; the signed paper and the approval by a
    finance manager stay what they were.
    """

    _name = "srm.settlement"
    _inherit = ["srm.portal.thread", "srm.settlement"]
    _guard = Guard(proofs={"portal_document": "portal_document_hash"})
    _portal_fields = frozenset(
        {
            "name",
            "display_name",
            "file_id",
            "partner_id",
            "mode",
            "state",
            "line_ids",
            "instalment_ids",
            "amount_total",
            "amount_planned",
            "amount_paid",
            "amount_due",
            "next_date",
            "instalment_count",
            "date_proposed",
            "portal_decision",
            "portal_decision_date",
            "portal_decision_name",
            "portal_decision_reason",
        }
    )

    portal_decision = fields.Selection(
        [("accepted", "Accepted by the creditor"), ("refused", "Refused")],
        string="Creditor's answer",
        readonly=True,
        copy=False,
        tracking=True,
    )
    portal_decision_date = fields.Datetime(
        string="Answered on", readonly=True, copy=False
    )
    portal_decision_name = fields.Char(
        string="Answered by (name)", readonly=True, copy=False
    )
    portal_decision_user_id = fields.Many2one(
        "res.users", string="Portal login", readonly=True, copy=False
    )
    portal_decision_ip = fields.Char(
        string="Internet address", readonly=True, copy=False
    )
    portal_decision_hash = fields.Char(
        string="SHA-256 of the document accepted", readonly=True, copy=False
    )
    portal_decision_reason = fields.Text(
        string="Reason of the refusal", readonly=True, copy=False
    )
    portal_document = fields.Binary(
        string="Proposal shown to the creditor",
        attachment=True,
        readonly=True,
        copy=False,
    )
    portal_document_name = fields.Char(compute="_compute_portal_document_name")
    portal_document_hash = fields.Char(
        string="SHA-256 of the proposal", readonly=True, copy=False
    )

    def _compute_portal_document_name(self):
        for settlement in self:
            settlement.portal_document_name = f"{settlement.name.replace('/', '-')}.pdf"

    def action_propose(self):
        """The terms are frozen: so is the document the creditor answers to."""
        todo = self.filtered(lambda item: item.state == "draft")
        result = super().action_propose()
        todo._freeze_proposal()
        return result

    def action_back_to_draft(self):
        """Other terms: the answer to the former ones is history, in the dialogue."""
        todo = self.filtered(lambda item: item.state == "proposed")
        result = super().action_back_to_draft()
        todo._by_code().write(dict.fromkeys(DECISION_FIELDS, False))
        return result

    def _freeze_proposal(self) -> None:
        for settlement in self:
            content = settlement._letter_pdf("agreement", settlement._letter_lang())
            settlement._by_code().portal_document = base64.b64encode(content)

    def action_publish_proposal(self):
        """Put the document on the portal for a proposal made without it."""
        todo = self.filtered(
            lambda item: item.state == "proposed" and not item.portal_document_hash
        )
        todo.check_access("write")
        todo._freeze_proposal()
        return True

    # --- the creditor's side -------------------------------------------------------
    def _portal_domain(self):
        known = [("date_proposed", "!=", False), ("state", "!=", "draft")]
        return super()._portal_domain() & Domain(known)

    def _portal_can_answer(self) -> bool:
        return bool(
            self.state == "proposed"
            and not self.portal_decision
            and self.portal_document_hash
        )

    def _portal_pdf(self) -> bytes:
        """The frozen document; its digest is checked at each reading.

        :raise UserError: the stored file is not the one that was proposed
        """
        return self._proof("portal_document")

    def _portal_accept(self, name: str, seen_hash: str, address: str) -> None:
        """The creditor accepts the proposal it has read.

        :param name: who accepts, as written by the person
        :param seen_hash: digest of the document the page showed
        :param address: internet address of the request
        :raise UserError: no longer open, another document, or no name
        """
        settlement = self._portal_lock_proposal()
        name = (name or "").strip()[:120]
        if len(name) < 3:
            raise UserError(self.env._("Write your full name to accept."))
        settlement._portal_pdf()
        if seen_hash != settlement.portal_document_hash:
            raise UserError(
                self.env._("The proposal has changed: read it again before answering.")
            )
        settlement._by_code().write(
            self._prepare_decision("accepted", name, address)
            | {"portal_decision_hash": seen_hash}
        )
        file = settlement.file_id
        file._portal_record_step(
            file._portal_staff_env()._(
                "%(name)s (%(who)s) accepted the proposal %(settlement)s of %(amount)s "
                "from the address %(address)s; SHA-256 of the document: %(hash)s",
                name=name,
                who=self._portal_sender(),
                settlement=settlement.name,
                amount=settlement.currency_id.format(settlement.amount_total),
                address=address,
                hash=seen_hash,
            )
        )

    def _portal_refuse(self, name: str, reason: str, address: str) -> None:
        """The creditor refuses the proposal and says why.

        :raise UserError: no longer open, no name or no reason
        """
        settlement = self._portal_lock_proposal()
        name, reason = (name or "").strip()[:120], (reason or "").strip()[:2000]
        if len(name) < 3 or len(reason) < 10:
            raise UserError(
                self.env._("Write your full name and, in a few words, why you refuse.")
            )
        settlement._by_code().write(
            self._prepare_decision("refused", name, address)
            | {"portal_decision_reason": reason}
        )
        file = settlement.file_id
        file._portal_record_step(
            file._portal_staff_env()._(
                "%(name)s (%(who)s) refused the proposal %(settlement)s. "
                "Reason: %(reason)s",
                name=name,
                who=self._portal_sender(),
                settlement=settlement.name,
                reason=reason,
            )
        )

    def _portal_lock_proposal(self):
        """The proposal, owned, locked and still open, with the system's rights."""
        self.ensure_one()
        self._portal_check_owner()
        settlement = self.sudo()
        # Two people of the creditor answering at once: the second one is refused.
        settlement.lock_for_update()
        settlement.invalidate_recordset(["state", "portal_decision"])
        if not settlement._portal_can_answer():
            raise UserError(
                self.env._(
                    "The proposal %(name)s does not wait for an answer any more.",
                    name=settlement.name,
                )
            )
        return settlement

    def _prepare_decision(self, decision: str, name: str, address: str) -> dict:
        return {
            "portal_decision": decision,
            "portal_decision_date": fields.Datetime.now(),
            "portal_decision_name": name,
            "portal_decision_user_id": self.env.uid,
            "portal_decision_ip": address,
        }
