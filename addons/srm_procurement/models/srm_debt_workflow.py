from decimal import Decimal

from srm_engine.identifiers import check_ice
from srm_engine.money import round_centime

from odoo import models
from odoo.exceptions import UserError

from ..amounts import money
from ..constants import (
    DONE,
    FIRST_SETTLEMENT_STAGE,
    LAST_STAGE_WHEN_BLOCKED,
    STAGE_CODES,
    STAGE_RANK,
)
from .srm_debt import MANAGER

SHOWN_REFUSALS = 10


class SrmDebt(models.Model):
    """The buttons of a debt: each says in one sentence why it refuses."""

    _inherit = "srm.debt"

    # Buttons

    def action_documents_complete(self):
        """registered -> documents: every mandatory document of the nature is here."""
        return self._advance("documents")

    def action_reconcile(self):
        """documents -> reconciled: the entry in the ledger of origin is identified."""
        debts = self._to_advance("reconciled")
        debts._check_advance("reconciled")
        debts._set_stage("reconciled")
        debts._sync_automatic_blocks()
        return True

    def action_certify(self):
        """reconciled -> certified, by a finance manager who is recorded."""
        self._require_group(MANAGER)
        debts = self._to_advance("certified")
        debts._sync_automatic_blocks()
        debts._check_advance("certified")
        for debt in debts:
            debt._by_code().write({"amount_certified": debt.amount_to_certify})
        debts._set_stage("certified")
        debts._follow_payments()
        return True

    def action_classify(self):
        """certified -> classified: age, nature, debtor of origin, regime are set."""
        return self._advance("classified")

    def action_score(self):
        """classified -> scored: the file of the debt gets its explained score."""
        debts = self._to_advance("scored")
        debts._check_advance("scored")
        debts.file_id._compute_scores(self.env._("Debt scored"))
        debts._set_stage("scored")
        return True

    def action_next(self):
        """The one obvious next step, whatever the stage before the settlement."""
        self.ensure_one()
        return getattr(self, self._next_action_name())()

    def _next_action_name(self) -> str:
        actions = {
            "registered": "action_documents_complete",
            "documents": "action_reconcile",
            "reconciled": "action_certify",
            "certified": "action_classify",
            "classified": "action_score",
        }
        if self.stage not in actions:
            raise UserError(
                self.env._(
                    "The debt %(debt)s now advances by its settlement.",
                    debt=self.display_name,
                )
            )
        return actions[self.stage]

    def action_send_back(self):
        """Ask a finance manager for the stage to go back to, and why."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send back"),
            "res_model": "srm.debt.send.back",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_debt_ids": self.ids},
        }

    def action_receive_documents(self):
        """Tick the documents that have arrived."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents received"),
            "res_model": "srm.debt.receive.documents",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_debt_id": self.id},
        }

    def action_resolve_dispute(self):
        """Decide on the contested part."""
        self.ensure_one()
        self._require_group(MANAGER)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on the contested amount"),
            "res_model": "srm.debt.resolve.dispute",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_debt_id": self.id},
        }

    def action_block(self):
        """Open a blocking reason on this debt."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block the debt"),
            "res_model": "srm.debt.block",
            "views": [
                [self.env.ref("srm_procurement.view_srm_debt_block_form").id, "form"]
            ],
            "target": "new",
            "context": {
                "default_debt_id": self.id,
                "default_file_id": self.file_id.id,
            },
        }

    def action_release_retention(self):
        """The final acceptance is pronounced: the retention becomes payable."""
        self._require_group(MANAGER)
        debts = self.filtered(
            lambda item: item.amount_retention and not item.retention_released
        )
        for debt in debts:
            if not debt._is_certified():
                raise UserError(
                    self.env._(
                        "Certify %(debt)s before releasing its retention.",
                        debt=debt.display_name,
                    )
                )
        debts._by_code().write({"retention_released": True})
        debts._log(self.env._("Retention released"))
        debts._reopen_payable(self.env._("Retention released"))
        return True

    # Moves

    def _advance(self, stage: str) -> bool:
        debts = self._to_advance(stage)
        debts._check_advance(stage)
        debts._set_stage(stage)
        return True

    def _to_advance(self, stage: str):
        """Debts the button still has to move; the others have it done already.

        The rows are locked first: a colleague pressing the same button at the same
        time is refused, or retried by the server on a fresh snapshot, where nothing
        is left to do.
        """
        self.check_access("write")
        self.lock_for_update()
        return self.filtered(lambda item: STAGE_RANK[item.stage] < STAGE_RANK[stage])

    def _check_advance(self, stage: str) -> None:
        """Refuse with every reason of every debt, named.

        :param stage: target stage; its rules are in ``_refusals_<stage>``
        """
        rules = getattr(self, f"_refusals_{stage}")
        refusals = [
            f"{debt.display_name}: {reason}"
            for debt in self
            for reason in [*debt._refusals_order(stage), *rules(debt)]
        ]
        if refusals:
            raise UserError(self._list_refusals(refusals))

    def _list_refusals(self, refusals: list[str]) -> str:
        lines = refusals[:SHOWN_REFUSALS]
        if len(refusals) > SHOWN_REFUSALS:
            lines.append(
                self.env._(
                    "... and %(count)s more", count=len(refusals) - SHOWN_REFUSALS
                )
            )
        return "\n".join(lines)

    def _refusals_order(self, stage: str) -> list[str]:
        previous = STAGE_CODES[STAGE_RANK[stage] - 1]
        if self.stage == previous:
            return []
        return [
            self.env._(
                "is at the stage “%(stage)s”; it must be “%(previous)s” first",
                stage=self._stage_label(self.stage),
                previous=self._stage_label(previous),
            )
        ]

    def _refusals_documents(self, debt) -> list[str]:
        if not debt.nature:
            return [self.env._("choose its nature: it tells which documents are due")]
        if debt.missing_document_ids:
            return [
                self.env._(
                    "missing documents: %(names)s",
                    names=", ".join(debt.missing_document_ids.mapped("name")),
                )
            ]
        return []

    def _refusals_reconciled(self, debt) -> list[str]:
        if not debt.ledger_reference or not debt.ledger_date:
            return [self.env._("give the entry in the ledger of origin and its date")]
        if money(debt.ledger_gap) and not debt.ledger_note:
            return [
                self.env._(
                    "the ledger of origin differs by %(gap)s: say why",
                    gap=debt.currency_id.format(debt.ledger_gap),
                )
            ]
        return []

    def _refusals_certified(self, debt) -> list[str]:
        return [
            *debt._refusals_split(),
            *debt._refusals_bearer(),
            *debt._refusals_identifiers(),
            *[
                self.env._("blocked: %(reason)s", reason=block.reason_id.name)
                for block in debt._open_blocks()
                if block.reason_id.stops_certification and not block.automatic
            ],
        ]

    def _refusals_split(self) -> list[str]:
        certified, paid = money(self.amount_to_certify), money(self.amount_paid)
        if certified < paid:
            return [
                self.env._(
                    "%(paid)s is paid already, more than the part to be certified",
                    paid=self.currency_id.format(self.amount_paid),
                )
            ]
        if certified == paid and money(self.amount_contested):
            return [
                self.env._(
                    "everything unpaid is contested: decide on the dispute first"
                )
            ]
        return []

    def _refusals_bearer(self) -> list[str]:
        if self.bearer and self.transfer_act:
            return []
        return [self.env._("say who bears the debt and by which transfer act")]

    def _refusals_identifiers(self) -> list[str]:
        refusals = []
        if not check_ice(self.partner_id.company_registry or "").valid:
            refusals.append(self.env._("the ICE of the creditor is missing or invalid"))
        if not self.file_id._has_valid_bank():
            refusals.append(self.env._("the RIB of the creditor is missing or invalid"))
        return refusals

    def _refusals_classified(self, debt) -> list[str]:
        wanted = {
            "age_bucket": debt.age_bucket,
            "nature": debt.nature,
            "regime": debt.regime,
        }
        return [
            self.env._(
                "“%(field)s” is missing",
                field=self._fields[name]._description_string(self.env),
            )
            for name, value in wanted.items()
            if not value
        ]

    def _refusals_scored(self, debt) -> list[str]:
        return []

    def _set_stage(self, stage: str, reason: str = "", step: str = "", **vals) -> None:
        """Move debts to a stage, in one write, and log it on their files.

        Forward one step at a time before the settlement; from "scored" on, the
        settlement may move several steps at once. Backward needs ``reason``. A debt
        already there is left alone, so that a repeated click changes nothing.

        :param step: the declared step, where it has not the name of the stage
        :param vals: what the step records
        :raises UserError: for a forbidden move or a blocked debt
        """
        debts = self.filtered(lambda item: item.stage != stage)
        if not debts:
            return
        debts.lock_for_update()
        refusals = [
            f"{debt.display_name}: {refusal}"
            for debt in debts
            for refusal in debt._refusals_move(stage, reason)
        ]
        if refusals:
            raise UserError(self._list_refusals(refusals))
        labels = dict(self._fields["stage"]._description_selection(self.env))
        debts._log(labels[stage], reason)
        debts._take_step(step or stage, **vals)

    def _refusals_move(self, stage: str, reason: str) -> list[str]:
        step = STAGE_RANK[stage] - STAGE_RANK[self.stage]
        if stage in DONE and self._is_certified() and step > 0:
            return []  # the money is there, whatever happened meanwhile
        if step < 0:
            return [] if reason else [self.env._("say why it goes back")]
        first = STAGE_RANK[FIRST_SETTLEMENT_STAGE]
        if step > 1 and STAGE_RANK[self.stage] < first:
            return self._refusals_order(stage)
        return self._refusals_blocked(stage)

    def _refusals_blocked(self, stage: str) -> list[str]:
        """Money already credited is recorded whatever happened meanwhile."""
        limit = STAGE_RANK[LAST_STAGE_WHEN_BLOCKED]
        if (
            not self.blocked
            or STAGE_RANK[stage] <= limit
            or stage in ("paid", "closed")
        ):
            return []
        return [
            self.env._(
                "blocked: %(reasons)s",
                reasons=", ".join(self._open_blocks().reason_id.mapped("name")),
            )
        ]

    def _stage_label(self, stage: str) -> str:
        return dict(self._fields["stage"]._description_selection(self.env))[stage]

    def _log(self, text: str, reason: str = "") -> None:
        """One message per file, whatever the number of its debts."""
        for file, debts in self.grouped("file_id").items():
            names = ", ".join(debts[:SHOWN_REFUSALS].mapped("origin_reference"))
            rest = len(debts) - SHOWN_REFUSALS
            file.message_post(
                body=" — ".join(
                    part
                    for part in (
                        text,
                        names + (f" (+{rest})" if rest > 0 else ""),
                        reason,
                    )
                    if part
                )
            )

    # Disputes, blocks

    def _resolve_dispute(
        self, accepted: Decimal, rejected: Decimal, note: str, dispute=None
    ) -> None:
        """Decide on (part of) the contested amount of a debt.

        Who decided what, when and why is kept on its disputes.

        :param accepted: dirhams that are no longer contested; on a certified debt they
            become certified
        :param rejected: dirhams refused for good
        :param dispute: the open dispute decided on; None: all those of the debt
        """
        self.ensure_one()
        self._require_group(MANAGER)
        self.lock_for_update()
        accepted, rejected = round_centime(accepted), round_centime(rejected)
        contested = money(self.amount_contested)
        limit = money(dispute.amount) if dispute else contested
        if min(accepted, rejected) < 0 or not 0 < accepted + rejected <= limit:
            raise UserError(
                self.env._(
                    "%(debt)s: only %(contested)s is contested.",
                    debt=self.display_name,
                    contested=self.currency_id.format(float(limit)),
                )
            )
        disputes = dispute or self._open_disputes()
        rest = disputes._decide(accepted, rejected, note)
        self.env["srm.debt.dispute"]._record_unexplained(self, *rest, note)
        certified = accepted if self._is_certified() else 0
        self._by_code().write(
            {
                "decision_count": self.decision_count + 1,
                "amount_certified": float(money(self.amount_certified) + certified),
                "amount_rejected": float(money(self.amount_rejected) + rejected),
                "amount_contested": float(contested - accepted - rejected),
            }
        )
        self._log(self.env._("Dispute decided"), note)
        self._reopen_payable(note)
        self._follow_payments()

    def _reopen_payable(self, reason: str) -> None:
        """A paid debt of which more is now payable goes back to the queue."""
        self.filtered(
            lambda item: item.stage == "paid" and money(item.amount_payable) > 0
        )._set_stage("scored", reason)

    def _open_blocks(self):
        """Open reasons of these debts, those of their whole file included."""
        return self.file_id.block_ids.filtered(
            lambda item: (
                not item.date_closed and (not item.debt_id or item.debt_id in self)
            )
        )

    def _sync_automatic_blocks(self) -> None:
        """Open and close the reasons the system can see by itself.

        They start once the debt is reconciled: before, the facts are still coming in.
        """
        rank = STAGE_RANK["reconciled"]
        debts = self.filtered(
            lambda item: STAGE_RANK[item.stage] >= rank and item.stage != "closed"
        )
        faults = {
            "ownership": debts.filtered(lambda item: item._refusals_bearer()),
            "bank_identifier": debts.filtered(
                lambda item: item._refusals_identifiers()
            ),
        }
        self.env["srm.debt.block"]._sync_automatic(debts, faults)
