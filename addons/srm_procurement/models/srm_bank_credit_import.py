from srm_engine.tabular import fold

from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
)

from ..amounts import money

#: The importer keys its rows by predecessor and reference; a bank is none of them.
BANK = "bank"
OUTCOMES = {
    "credited": (
        "Crédité",
        "Exécuté",
        "Payé",
        "OK",
        "Credited",
        "Paid",
        "Executed",
        "ACSC",
        "مقيد",
        "منفذ",
    ),
    "refused": (
        "Rejeté",
        "Refusé",
        "Retourné",
        "Impayé",
        "Rejected",
        "Refused",
        "Returned",
        "RJCT",
        "مرفوض",
        "مرتجع",
    ),
}


class BankCreditsImportHandler(models.AbstractModel):
    """What the bank did with the transfers, from its report (XLSX or CSV).

    A row is one transfer, found by the reference carried end to end. Credits and
    refusals are recorded by the payment order itself; a row already recorded changes
    nothing, and one that matches no transfer stays in the import with its reason.
    """

    _name = "srm.import.handler.bank_credits"
    _inherit = "srm.import.handler"
    _description = "Import of Bank Credit Dates"
    _import_group = "srm_base.group_finance_officer"
    _target_model = "account.payment"
    _group_field = ""
    _amount_fields = ("amount",)

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "reference",
                self.env._("Transfer reference"),
                required=True,
                synonyms=(
                    "Référence",
                    "Référence de bout en bout",
                    "Référence virement",
                    "Référence client",
                    "End to end id",
                    "EndToEndId",
                    "مرجع التحويل",
                    "المرجع",
                ),
            ),
            ImportField(
                "date",
                self.env._("Bank's date"),
                kind="date",
                required=True,
                synonyms=(
                    "Date de crédit",
                    "Date d'exécution",
                    "Date de règlement",
                    "Date valeur",
                    "Date",
                    "Credit date",
                    "Value date",
                    "تاريخ القيد",
                    "التاريخ",
                ),
            ),
            ImportField(
                "outcome",
                self.env._("Outcome"),
                kind="choice",
                choices=OUTCOMES,
                synonyms=("Statut", "Sort", "Résultat", "Status", "الحالة"),
            ),
            ImportField(
                "reason",
                self.env._("Reason of the refusal"),
                synonyms=("Motif", "Motif de rejet", "Reason", "سبب الرفض", "السبب"),
            ),
            ImportField(
                "amount",
                self.env._("Amount"),
                kind="amount",
                synonyms=("Montant", "Montant net", "المبلغ"),
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        return {
            "transfer_unknown": self.env._(
                "no transfer sent by this company carries the reference %(value)s"
            ),
            "not_sent": self.env._(
                "the file of order %(order)s was not handed to the bank yet"
            ),
            "amount_differs": self.env._(
                "the transfer is of %(expected)s: the bank says %(value)s"
            ),
            "date_out": self.env._(
                "the order was sent on %(sent)s: the bank's date lies between that "
                "day and today"
            ),
            "no_reason": self.env._("a refusal needs the reason the bank gives"),
            "other_outcome": self.env._(
                "this transfer is recorded already as credited on %(date)s: record "
                "its return from the payment order if the bank took it back"
            ),
            "refused_before": self.env._(
                "this transfer was recorded as refused on %(date)s"
            ),
        }

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return BANK, values.get("reference") or ""

    # --- what is known -------------------------------------------------------------
    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        """Transfers whose outcome is recorded, with what was recorded."""
        found = {}
        for reference, payment in self._payments([key[1] for key in keys]).items():
            recorded = self._recorded(payment)
            if recorded:
                key = OriginKey(BANK, reference)
                found[key] = Existing(payment.id, recorded)
        return found

    def _recorded(self, payment) -> dict:
        line = payment.payment_line_ids[:1]
        if line.srm_refusal_date:
            return {
                "outcome": "refused",
                "date": line.srm_refusal_date,
                "reason": line.srm_refusal_reason or None,
            }
        if line.srm_credit_date:
            return {"outcome": "credited", "date": line.srm_credit_date}
        return {}

    def _same_value(self, name: str, old, new) -> bool:
        if name == "reason":
            return fold(old or "") == fold(new or "")
        return super()._same_value(name, old, new)

    def _payments(self, references: list[str]) -> dict:
        """``{reference: payment}`` of the orders of this company, in one query."""
        ids = {}
        for reference in references:
            tail = reference.rpartition("-")[2]
            if tail.isdecimal() and len(tail) < 10:
                ids[int(tail)] = reference
        payments = self.env["account.payment"].search(
            [
                ("id", "in", list(ids)),
                ("company_id", "=", self.env.company.id),
                ("payment_order_id", "!=", False),
            ]
        )
        return {
            ids[payment.id]: payment
            for payment in payments
            if fold(payment._srm_end_to_end_reference()) == fold(ids[payment.id])
        }

    # --- checks --------------------------------------------------------------------
    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        payments = self._payments([row.get("reference", "") for row in rows])
        for row in rows:
            payment = payments.get(row.get("reference"))
            if not payment:
                row.add_error("reference", "transfer_unknown")
            elif row.existing:
                self._check_recorded(row)
            else:
                self._check_transfer(row, payment)

    def _check_recorded(self, row: ParsedRow) -> None:
        """A recorded outcome is not changed by a file."""
        known = row.existing.values
        if not set(row.changes) & {"outcome", "date"} and (
            row.get("outcome", "credited") == known["outcome"]
        ):
            return
        code = "other_outcome" if known["outcome"] == "credited" else "refused_before"
        row.add_error("outcome", code, date=known["date"])

    def _check_transfer(self, row: ParsedRow, payment) -> None:
        order = payment.payment_order_id
        if order.state != "uploaded":
            row.add_error("reference", "not_sent", order=order.name)
            return
        amount = row.get("amount")
        if amount is not None and money(amount) != money(payment.srm_amount_net):
            row.add_error(
                "amount", "amount_differs", expected=money(payment.srm_amount_net)
            )
        today = fields.Date.context_today(self)
        date = row.get("date")
        if date and not order.date_uploaded <= date <= today:
            row.add_error("date", "date_out", sent=order.date_uploaded)
        if row.get("outcome") == "refused" and not row.get("reason"):
            row.add_error("reason", "no_reason")

    # --- loading -------------------------------------------------------------------
    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        """Record credits together by order and date; refusals one by one."""
        payments = self._payments([row.values["reference"] for row in rows])
        credits = {}
        for row in rows:
            payment = payments[row.values["reference"]]
            row.res_id = payment.id
            if row.get("outcome") == "refused":
                self._refuse(payment, row)
            else:
                key = (payment.payment_order_id, row.values["date"])
                credits.setdefault(key, payment.browse())
                credits[key] |= payment
        for (order, date), found in credits.items():
            order._srm_register_credit(found.payment_line_ids, date)

    def _refuse(self, payment, row: ParsedRow) -> None:
        payment.payment_order_id._srm_register_refusal(
            payment.payment_line_ids, row.values["date"], row.values["reason"]
        )
