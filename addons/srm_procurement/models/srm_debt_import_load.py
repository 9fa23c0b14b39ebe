from decimal import Decimal

from srm_engine.tabular import fold

from odoo import models

from odoo.addons.srm_base.importer.api import ImportContext, ParsedRow
from odoo.addons.srm_kit.guard import BY_CODE

from ..amounts import money
from .srm_debt_import import DEBT_FIELDS

QUIET = {"tracking_disable": BY_CODE, "mail_create_nosubscribe": True}


class ArrearsImportHandler(models.AbstractModel):
    """Loading of the good rows of a register, batch by batch."""

    _inherit = "srm.import.handler.arrears"

    # Loading

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        handler = self.with_context(**QUIET)
        files = handler._load_files(rows)
        handler._create_debts([row for row in rows if not row.existing], files, ctx)
        handler._update_debts([row for row in rows if row.existing], files, ctx)
        handler._create_blocks(rows)

    def _load_files(self, rows: list[ParsedRow]) -> dict:
        """Creditor file of each ICE; partners, accounts and files are completed."""
        partners = self._load_partners(rows)
        self._load_accounts(rows, partners)
        found = self.env["srm.debt.file"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", [item.id for item in partners.values()]),
            ]
        )
        files = {file.partner_id: file for file in found}
        missing = [item for item in partners.values() if item not in files]
        created = self.env["srm.debt.file"].create(
            [
                {"partner_id": item.id, "company_id": self.env.company.id}
                for item in missing
            ]
        )
        files |= dict(zip(missing, created, strict=True))
        return {ice: files[partner] for ice, partner in partners.items()}

    def _load_partners(self, rows: list[ParsedRow]) -> dict:
        partners = self._partners_by_ice(rows)
        new = {
            row.values["ice"]: self._prepare_partner(row)
            for row in reversed(rows)
            if row.values["ice"] not in partners
        }
        created = self.env["res.partner"].create(list(new.values()))
        for row in rows:
            self._complete_partner(partners.get(row.values["ice"]), row)
        return partners | dict(zip(new, created, strict=True))

    def _prepare_partner(self, row: ParsedRow) -> dict:
        return {
            "name": row.values["creditor"],
            "is_company": True,
            "country_id": self.env.ref("base.ma").id,
            "company_registry": row.values["ice"],
            "vat": row.get("tax_id"),
            "srm_trade_register": row.get("trade_register"),
            "srm_firm_size": row.get("firm_size"),
            "srm_is_supplier": True,
        }

    def _complete_partner(self, partner, row: ParsedRow) -> None:
        """Fill what is unknown; what is known is never overwritten by a register."""
        if not partner:
            return
        values = self._prepare_partner(row)
        missing = {
            name: value for name, value in values.items() if value and not partner[name]
        }
        if missing:
            partner.write(missing)

    def _load_accounts(self, rows: list[ParsedRow], partners: dict) -> None:
        known = self._accounts_by_rib(rows)
        none = self.env["res.partner"]
        wanted = {
            (row.get("rib"), partners[row.values["ice"]])
            for row in rows
            if row.get("rib")
        }
        self.env["res.partner.bank"].create(
            [
                {"acc_number": rib, "partner_id": partner.id}
                for rib, partner in sorted(wanted, key=lambda item: item[0])
                if partner not in known.get(rib, none)
            ]
        )

    def _create_debts(self, rows: list[ParsedRow], files: dict, ctx) -> None:
        debts = self.env["srm.debt"].create(
            [
                self._prepare_debt(row, DEBT_FIELDS)
                | {
                    "file_id": files[row.values["ice"]].id,
                    "company_id": self.env.company.id,
                    "predecessor_id": ctx.predecessor_ids[row.values["predecessor"]],
                }
                for row in rows
            ]
        )
        for row, debt in zip(rows, debts, strict=True):
            row.res_id = debt.id

    def _update_debts(self, rows: list[ParsedRow], files: dict, ctx) -> None:
        for row in rows:
            values = self._prepare_debt(row, row.changes)
            if "ice" in row.changes:
                values["file_id"] = files[row.values["ice"]].id
            debt = self.env["srm.debt"].browse(row.existing.res_id)
            if values:
                debt.write(values)
            row.res_id = debt.id

    def _prepare_debt(self, row: ParsedRow, names) -> dict:
        """Values of the debt for the given fields of the file."""
        return {
            DEBT_FIELDS[name]: self._stored(row.values[name])
            for name in names
            if name in DEBT_FIELDS and row.get(name) is not None
        }

    def _stored(self, value):
        return float(money(value)) if isinstance(value, Decimal) else value

    def _create_blocks(self, rows: list[ParsedRow]) -> None:
        """Open the reason a row gives, once: a closed one is not opened again."""
        rows = [row for row in rows if row.get("block_reason")]
        reasons = self._block_reasons()
        other = self.env.ref("srm_procurement.block_reason_other")
        known = {
            (block.debt_id.id, block.reason_id)
            for block in self.env["srm.debt.block"].search(
                [("debt_id", "in", [row.res_id for row in rows])]
            )
        }
        vals_list = []
        for row in rows:
            reason = reasons.get(fold(row.values["block_reason"]), other)
            if (row.res_id, reason) not in known:
                vals_list.append(self._prepare_block(row, reason))
        self.env["srm.debt.block"].create(vals_list)

    def _prepare_block(self, row: ParsedRow, reason) -> dict:
        """A court case needs dates the register does not give: kept as another."""
        if reason.court:
            reason = self.env.ref("srm_procurement.block_reason_other")
        return {
            "debt_id": row.res_id,
            "reason_id": reason.id,
            "note": row.values["block_reason"],
        }

    def _block_reasons(self) -> dict:
        """Reasons by each of their names and synonyms, folded."""
        reasons = self.env["srm.debt.block.reason"].search([("active", "=", True)])
        return {
            fold(word): reason
            for reason in reasons
            for word in [reason.name, *(reason.synonyms or "").split("|")]
            if word
        }
