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
QUIET = {"tracking_disable": True, "mail_create_nosubscribe": True}


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
        return [
            *self._identity_fields(),
            *self._invoice_fields(),
            *self._money_fields(),
            *self._class_fields(),
        ]

    def _identity_fields(self) -> list[ImportField]:
        _ = self.env._
        return [
            ImportField(
                "reference",
                _("File number"),
                required=True,
                synonyms=(
                    "N° dossier",
                    "Numéro de dossier",
                    "Réf. dossier",
                    "Dossier",
                    "File number",
                    "File reference",
                    "رقم الملف",
                ),
            ),
            ImportField(
                "creditor",
                _("Creditor"),
                required=True,
                synonyms=(
                    "Créancier",
                    "Fournisseur",
                    "Entreprise",
                    "Raison sociale",
                    "Supplier",
                    "Contractor",
                    "الدائن",
                    "المورد",
                    "المقاولة",
                ),
            ),
            ImportField(
                "ice",
                "ICE",
                "ice",
                required=True,
                synonyms=(
                    "N° ICE",
                    "Identifiant commun de l'entreprise",
                    "Common company identifier",
                    "التعريف الموحد للمقاولة",
                ),
            ),
            ImportField(
                "tax_id",
                _("Tax identifier (IF)"),
                synonyms=(
                    "IF",
                    "Identifiant fiscal",
                    "Tax ID",
                    "التعريف الضريبي",
                    "رقم التعريف الضريبي",
                ),
            ),
            ImportField(
                "trade_register",
                _("Trade register (RC)"),
                synonyms=(
                    "RC",
                    "Registre de commerce",
                    "Registre du commerce",
                    "Trade register",
                    "السجل التجاري",
                ),
            ),
            ImportField(
                "rib",
                "RIB",
                "rib",
                synonyms=(
                    "N° de compte",
                    "Compte bancaire",
                    "Relevé d'identité bancaire",
                    "Bank account",
                    "رقم الحساب البنكي",
                    "التعريف البنكي",
                ),
            ),
        ]

    def _invoice_fields(self) -> list[ImportField]:
        _ = self.env._
        return [
            ImportField(
                "contract_reference",
                _("Contract"),
                synonyms=(
                    "N° marché",
                    "Marché",
                    "N° de marché",
                    "Bon de commande",
                    "Contract number",
                    "رقم الصفقة",
                    "الصفقة",
                ),
            ),
            ImportField(
                "description",
                _("Subject"),
                synonyms=("Objet", "Désignation", "Libellé", "Description", "الموضوع"),
            ),
            ImportField(
                "predecessor",
                _("Debtor of origin"),
                "predecessor",
                required=True,
                synonyms=(
                    "Origine",
                    "Débiteur d'origine",
                    "Prédécesseur",
                    "Organisme",
                    "Origin",
                    "الأصل",
                    "المدين الأصلي",
                ),
            ),
            ImportField(
                "invoice_reference",
                _("Invoice"),
                synonyms=(
                    "N° facture",
                    "Facture",
                    "Réf. facture",
                    "N° décompte",
                    "Invoice number",
                    "رقم الفاتورة",
                    "الفاتورة",
                ),
            ),
            ImportField(
                "invoice_date",
                _("Invoice date"),
                "date",
                required=True,
                synonyms=(
                    "Date facture",
                    "Date de facture",
                    "Date d'émission",
                    "تاريخ الفاتورة",
                ),
            ),
            ImportField(
                "deposit_date",
                _("Deposit date"),
                "date",
                synonyms=(
                    "Date dépôt",
                    "Date de dépôt",
                    "Date bureau d'ordre",
                    "تاريخ الإيداع",
                ),
            ),
            ImportField(
                "service_date",
                _("Service acknowledged"),
                "date",
                synonyms=(
                    "Date service fait",
                    "Date du service fait",
                    "Service fait",
                    "Date constatation",
                    "Service date",
                    "تاريخ إنجاز الخدمة",
                ),
            ),
            ImportField(
                "agreed_days",
                _("Agreed delay (days)"),
                "integer",
                minimum=0,
                maximum=3650,
                synonyms=(
                    "Délai convenu (j)",
                    "Délai convenu",
                    "Délai de paiement",
                    "Agreed days",
                    "Payment term",
                    "أجل الأداء",
                ),
            ),
        ]

    def _money_fields(self) -> list[ImportField]:
        _ = self.env._
        return [
            ImportField(
                "amount_claimed",
                _("Claimed"),
                "amount",
                required=True,
                minimum=0,
                synonyms=(
                    "Montant TTC",
                    "Montant",
                    "Montant de la créance",
                    "Montant réclamé",
                    "Amount",
                    "Amount claimed",
                    "المبلغ",
                    "المبلغ مع احتساب الرسوم",
                ),
            ),
            ImportField(
                "amount_paid_before",
                _("Paid before"),
                "amount",
                minimum=0,
                synonyms=(
                    "Déjà payé",
                    "Montant payé",
                    "Acomptes versés",
                    "Already paid",
                    "Paid",
                    "المبلغ المؤدى",
                    "المؤدى",
                ),
            ),
            ImportField(
                "amount_retention",
                _("Retention"),
                "amount",
                minimum=0,
                synonyms=(
                    "Retenue de garantie",
                    "RG",
                    "Retenue",
                    "Retention money",
                    "اقتطاع الضمان",
                ),
            ),
            ImportField(
                "amount_contested",
                _("Contested"),
                "amount",
                minimum=0,
                synonyms=(
                    "Montant contesté",
                    "Contesté",
                    "Litige",
                    "Disputed amount",
                    "المبلغ المتنازع عليه",
                ),
            ),
        ]

    def _class_fields(self) -> list[ImportField]:
        _ = self.env._
        return [
            ImportField(
                "block_reason",
                _("Blocking reason"),
                synonyms=(
                    "Motif de blocage",
                    "Motif blocage",
                    "Blocage",
                    "Block reason",
                    "سبب التوقيف",
                    "سبب التعثر",
                ),
            ),
            ImportField(
                "territory",
                _("Commune"),
                "territory",
                synonyms=("Commune", "Ville", "Localité", "City", "الجماعة"),
            ),
            ImportField(
                "nature",
                _("Nature"),
                "choice",
                synonyms=("Nature", "Type", "Nature de la prestation", "النوع"),
                choices={
                    "works": ("Travaux", "Travail", "Works", "أشغال"),
                    "supplies": ("Fournitures", "Fourniture", "Supplies", "توريدات"),
                    "services": ("Services", "Service", "Prestations", "خدمات"),
                    "studies": ("Études", "Étude", "Studies", "دراسات"),
                },
            ),
            ImportField(
                "firm_size",
                _("Size of the firm"),
                "choice",
                synonyms=("Taille", "Taille entreprise", "Firm size", "الحجم"),
                choices={
                    "micro": ("TPE", "Micro", "Très petite entreprise"),
                    "small": ("PE", "Petite entreprise", "Small"),
                    "medium": ("PME", "ME", "Moyenne entreprise", "Medium"),
                    "large": ("GE", "Grande entreprise", "Large"),
                },
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        _ = self.env._
        return {
            "paid_over": _(
                "Already paid %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "retention_over": _(
                "The retention %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "contested_over": _(
                "The contested part %(value)s exceeds the amount claimed %(claimed)s."
            ),
            "certified": _(
                "The debt is certified already: “%(field)s” can no longer change."
            ),
            "other_name": _(
                "The ICE belongs to “%(known)s”: is “%(value)s” the same firm?"
            ),
            "other_account": _(
                "The account %(value)s is not the one known for this creditor."
            ),
            "shared_account": _("The account %(value)s is the one of “%(known)s”."),
            "same_invoice": _(
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
        reasons = self.env["srm.debt.block.reason"].search([])
        return {
            fold(word): reason
            for reason in reasons
            for word in [reason.name, *(reason.synonyms or "").split("|")]
            if word
        }
