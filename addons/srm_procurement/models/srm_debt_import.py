from decimal import Decimal

from srm_engine.tabular import fold

from odoo import models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
)

from ..amounts import money
from ..constants import STAGE_RANK
from ..register_columns import COLUMNS
from .srm_debt import CERTIFIED_FIELDS

#: Field of the file -> field of the debt that holds it as it is.
DEBT_FIELDS = {
    "reference": "origin_reference",
    "contract_reference": "contract_reference",
    "description": "description",
    "invoice_reference": "invoice_reference",
    "invoice_date": "invoice_date",
    "deposit_date": "deposit_date",
    "service_date": "service_date",
    "agreed_days": "agreed_days",
    "amount_claimed": "amount_claimed",
    "amount_paid_before": "amount_paid_before",
    "amount_retention": "amount_retention",
    "amount_contested": "amount_contested",
    "territory": "territory_id",
    "nature": "nature",
}
AMOUNTS = (
    "amount_claimed",
    "amount_paid_before",
    "amount_retention",
    "amount_contested",
)


class ArrearsImportHandler(models.AbstractModel):
    """Take-on of a predecessor's register of supplier arrears.

    One row is one debt. The creditor is found by ICE, created when unknown; a known
    ICE under another name or with another account is flagged, never merged.
    """

    _name = "srm.import.handler.arrears"
    _inherit = "srm.import.handler"
    _description = "Take-on of Supplier Arrears"
    _import_group = "srm_base.group_finance_officer"
    _target_model = "srm.debt"
    _amount_fields = AMOUNTS
    _target_amount_fields = {name: name for name in AMOUNTS}

    # What the file brings

    def _fields_spec(self) -> list[ImportField]:
        labels = self._column_labels()
        return [
            ImportField(
                column.name,
                labels[column.name],
                column.kind,
                synonyms=column.synonyms,
                **column.options,
            )
            for column in COLUMNS
        ]

    def _column_labels(self) -> dict[str, str]:
        return {
            "reference": self.env._("File number"),
            "creditor": self.env._("Creditor"),
            "ice": "ICE",
            "tax_id": self.env._("Tax identifier (IF)"),
            "trade_register": self.env._("Trade register (RC)"),
            "rib": "RIB",
            "contract_reference": self.env._("Contract"),
            "description": self.env._("Subject"),
            "predecessor": self.env._("Debtor of origin"),
            "invoice_reference": self.env._("Invoice"),
            "invoice_date": self.env._("Invoice date"),
            "deposit_date": self.env._("Deposit date"),
            "service_date": self.env._("Service acknowledged"),
            "agreed_days": self.env._("Agreed delay (days)"),
            "amount_claimed": self.env._("Claimed"),
            "amount_paid_before": self.env._("Paid before"),
            "amount_retention": self.env._("Retention"),
            "amount_contested": self.env._("Contested"),
            "block_reason": self.env._("Blocking reason"),
            "territory": self.env._("Commune"),
            "nature": self.env._("Nature"),
            "firm_size": self.env._("Size of the firm"),
        }

    def _reason_texts(self) -> dict[str, str]:
        return {
            "paid_over": self.env._(
                "Already paid %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "retention_over": self.env._(
                "The retention %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "contested_over": self.env._(
                "The contested part %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "certified": self.env._(
                "The debt is certified already: “%(field)s” can no longer change."
            ),
            "other_name": self.env._(
                "The ICE belongs to “%(known)s”: is “%(value)s” the same firm?"
            ),
            "other_account": self.env._(
                "The account %(value)s is not the one known for this creditor."
            ),
            "shared_account": self.env._(
                "The account %(value)s is the one of “%(known)s”."
            ),
            "same_invoice": self.env._(
                "The same invoice of this creditor is already claimed by the file "
                "%(known)s."
            ),
        }

    # Comparison with what is loaded

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("reference") or ""

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        wanted = {(key[0], key[1]) for key in keys}
        debts = self.env["srm.debt"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("origin_reference", "in", list({key[1] for key in wanted})),
            ]
        )
        found = {}
        for debt in debts:
            key = OriginKey(debt.predecessor_id.code or "", debt.origin_reference)
            if key in wanted:
                found[key] = Existing(debt.id, self._known_values(debt))
        return found

    def _known_values(self, debt) -> dict:
        values = {
            name: self._known_value(debt, name, field)
            for name, field in DEBT_FIELDS.items()
        }
        return values | {
            "predecessor": debt.predecessor_id.code,
            "ice": debt.partner_id.company_registry or None,
        }

    def _known_value(self, debt, name: str, field: str):
        value = debt[field]
        if name in AMOUNTS:
            return money(value)
        if name == "territory":
            return value.id or None
        return value if name == "agreed_days" else value or None

    # Rules across columns

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        partners = self._partners_by_ice(rows)
        accounts = self._accounts_by_rib(rows)
        invoices = self._invoices_by_ice(rows)
        for row in rows:
            self._check_amounts(row)
            self._check_certified(row)
            self._flag_name(row, partners, ctx)
            self._flag_account(row, partners, accounts)
            self._flag_invoice(row, invoices)

    def _check_amounts(self, row: ParsedRow) -> None:
        claimed = row.get("amount_claimed")
        if claimed is None:
            return
        rules = {
            "amount_paid_before": "paid_over",
            "amount_retention": "retention_over",
            "amount_contested": "contested_over",
        }
        for name, code in rules.items():
            if row.get(name, Decimal(0)) > claimed:
                row.add_error(name, code, claimed=claimed)

    def _check_certified(self, row: ParsedRow) -> None:
        """The certifier vouched for the figures: a file does not change them."""
        if not row.existing or not row.changes:
            return
        debt = self.env["srm.debt"].browse(row.existing.res_id)
        if STAGE_RANK[debt.stage] < STAGE_RANK["certified"]:
            return
        for name in row.changes:
            if DEBT_FIELDS.get(name, "file_id") in CERTIFIED_FIELDS:
                label = debt._fields[DEBT_FIELDS.get(name, "file_id")]
                row.add_error(
                    name, "certified", field=label._description_string(self.env)
                )

    def _flag_name(self, row: ParsedRow, partners: dict, ctx: ImportContext) -> None:
        """One ICE, one firm: another name is shown to a person."""
        ice, name = row.get("ice"), row.get("creditor")
        if not ice or not name:
            return
        partner = partners.get(ice)
        seen = ctx.cache.setdefault("names", {})
        known = partner.name if partner else seen.setdefault(ice, name)
        if fold(known) != fold(name):
            row.add_flag(
                "creditor", "other_name", partner.id if partner else 0, known=known
            )

    def _flag_account(self, row: ParsedRow, partners: dict, accounts: dict) -> None:
        """A new account for a known creditor is how money is stolen: a person looks."""
        rib, ice = row.get("rib"), row.get("ice")
        if not rib or not ice:
            return
        partner = partners.get(ice, self.env["res.partner"])
        owners = accounts.get(rib, self.env["res.partner"])
        if owners and not partner & owners:
            row.add_flag("rib", "shared_account", owners[0].id, known=owners[0].name)
        elif partner and partner.bank_ids and not owners:
            row.add_flag("rib", "other_account", partner.id)

    def _flag_invoice(self, row: ParsedRow, invoices: dict) -> None:
        key = (row.get("ice"), row.get("invoice_reference"), row.get("amount_claimed"))
        twin = invoices.get(key)
        if twin and not (row.existing and row.existing.res_id == twin.id):
            row.add_flag(
                "invoice_reference", "same_invoice", twin.id, known=twin.display_name
            )

    def _partners_by_ice(self, rows: list[ParsedRow]) -> dict:
        numbers = {row.get("ice") for row in rows} - {None}
        partners = self.env["res.partner"].search(
            [("company_registry", "in", list(numbers)), ("parent_id", "=", False)]
        )
        return {partner.company_registry: partner for partner in partners}

    def _accounts_by_rib(self, rows: list[ParsedRow]) -> dict:
        """Owners of the accounts of the file, whichever way the number was typed."""
        ribs = {row.get("rib") for row in rows} - {None}
        banks = self.env["res.partner.bank"].search([("srm_rib", "in", list(ribs))])
        return {
            rib: accounts.partner_id
            for rib, accounts in banks.grouped("srm_rib").items()
        }

    def _invoices_by_ice(self, rows: list[ParsedRow]) -> dict:
        references = {row.get("invoice_reference") for row in rows} - {None}
        debts = self.env["srm.debt"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("invoice_reference", "in", list(references)),
            ]
        )
        return {
            (
                debt.partner_id.company_registry,
                debt.invoice_reference,
                money(debt.amount_claimed),
            ): debt
            for debt in debts
        }
