from odoo import models

from ..importer.api import Existing, ImportField, OriginKey

#: Field of the file -> field of the partner, for what is copied as it is.
COPIED = {
    "name": "name",
    "ice": "company_registry",
    "tax_id": "vat",
    "trade_register": "srm_trade_register",
    "business_tax": "srm_business_tax",
    "cnss": "srm_cnss",
    "firm_size": "srm_firm_size",
    "street": "street",
    "phone": "phone",
    "email": "email",
}


class SrmImportHandlerSuppliers(models.AbstractModel):
    """Suppliers of a predecessor, with their identifiers and bank account.

    One firm usually has a code at each predecessor: the second file finds it by its ICE
    and flags the row, and a person attaches the new code to the known supplier.
    """

    _name = "srm.import.handler.suppliers"
    _inherit = "srm.import.handler"
    _description = "Take-on of Suppliers"
    _import_group = "srm_base.group_finance_officer"
    _target_model = "res.partner"
    _can_link = True

    def _fields_spec(self):
        return [
            *self._identity_fields(),
            *self._identifier_fields(),
            *self._contact_fields(),
        ]

    def _identity_fields(self):
        return [
            ImportField(
                "reference",
                self.env._("Supplier code"),
                required=True,
                synonyms=(
                    "Code fournisseur",
                    "N° fournisseur",
                    "Code tiers",
                    "Code créancier",
                    "Référence",
                    "Code",
                    "Vendor code",
                    "رمز المورد",
                    "رقم المورد",
                ),
            ),
            self._predecessor_field(),
            ImportField(
                "name",
                self.env._("Name"),
                required=True,
                synonyms=(
                    "Raison sociale",
                    "Fournisseur",
                    "Dénomination",
                    "Nom",
                    "Créancier",
                    "Company",
                    "Supplier",
                    "المورد",
                    "الاسم",
                    "الاسم التجاري",
                ),
            ),
            ImportField(
                "firm_size",
                self.env._("Size of the firm"),
                kind="choice",
                choices={
                    "micro": ("TPE", "Très petite", "Micro", "صغيرة جدا"),
                    "small": ("PE", "Petite", "Small", "صغيرة"),
                    "medium": ("PME", "Moyenne", "ME", "متوسطة"),
                    "large": ("GE", "Grande", "Large", "كبيرة"),
                },
                synonyms=("Taille", "Catégorie d'entreprise", "Size", "الحجم"),
            ),
        ]

    def _identifier_fields(self):
        return [
            ImportField(
                "ice",
                self.env._("ICE"),
                kind="ice",
                synonyms=(
                    "Identifiant commun de l'entreprise",
                    "N° ICE",
                    "التعريف الموحد للمقاولة",
                ),
            ),
            ImportField(
                "tax_id",
                self.env._("IF (tax number)"),
                synonyms=("IF", "Identifiant fiscal", "N° IF", "التعريف الضريبي"),
            ),
            ImportField(
                "trade_register",
                self.env._("Trade register (RC)"),
                synonyms=("RC", "Registre de commerce", "N° RC", "السجل التجاري"),
            ),
            ImportField(
                "business_tax",
                self.env._("Business tax number (TP)"),
                synonyms=("TP", "Patente", "Taxe professionnelle", "الضريبة المهنية"),
            ),
            ImportField(
                "cnss",
                self.env._("CNSS number"),
                synonyms=("CNSS", "N° CNSS", "Affiliation CNSS", "الضمان الاجتماعي"),
            ),
            ImportField(
                "rib",
                self.env._("Bank account (RIB)"),
                kind="rib",
                synonyms=(
                    "RIB",
                    "Compte bancaire",
                    "N° compte",
                    "Coordonnées bancaires",
                    "Bank account",
                    "الحساب البنكي",
                ),
            ),
        ]

    def _contact_fields(self):
        return [
            ImportField(
                "commune",
                self.env._("Commune"),
                kind="territory",
                synonyms=("Ville", "Localité", "City", "Town", "الجماعة", "المدينة"),
            ),
            ImportField(
                "street",
                self.env._("Address"),
                synonyms=("Adresse", "Siège", "Siège social", "Street", "العنوان"),
            ),
            ImportField(
                "phone",
                self.env._("Phone"),
                synonyms=("Téléphone", "Tél", "GSM", "Portable", "Mobile", "الهاتف"),
            ),
            ImportField(
                "email",
                self.env._("E-mail"),
                synonyms=(
                    "Courriel",
                    "Mail",
                    "Adresse électronique",
                    "البريد الإلكتروني",
                ),
            ),
        ]

    def _reason_texts(self):
        return {
            "known_ice": self.env._(
                "%(supplier)s already has this ICE: attach this code to that supplier, "
                "or reject the row"
            ),
            "known_rib": self.env._(
                "%(supplier)s already has this bank account: the same firm under "
                "another code?"
            ),
        }

    def _origin_key(self, values):
        return (values.get("predecessor") or "", values.get("reference") or "")

    def _twin_key(self, values):
        return values.get("ice") or values.get("rib") or ""

    # What is known

    def _existing(self, keys):
        known = self.env["srm.origin"]._find("res.partner", keys, self.env.company)
        partners = self.env["res.partner"].browse(set(known.values())).exists()
        values = self._partner_values(partners)
        return {
            OriginKey(*key): Existing(res_id, values[res_id])
            for key, res_id in known.items()
            if res_id in values
        }

    def _partner_values(self, partners):
        """``{partner id: comparable values}``; ``rib`` holds every account."""
        territories = self.env["srm.territory"]
        cities = territories._match([city for city in partners.mapped("city") if city])
        return {
            partner.id: {
                **{name: partner[field] or None for name, field in COPIED.items()},
                "commune": cities.get(territories._match_key(partner.city or "")),
                "rib": tuple(rib for rib in partner.bank_ids.mapped("srm_rib") if rib),
            }
            for partner in partners
        }

    def _same_value(self, name, old, new):
        return new in old if name == "rib" else super()._same_value(name, old, new)

    def _shown_value(self, name, value):
        if name == "commune" and value:
            return self.env["srm.territory"].browse(value).name
        return super()._shown_value(name, value)

    def _check_rows(self, rows, ctx):
        """Flag the firms that the database knows by another code, or without one."""
        fresh = [row for row in rows if not row.existing]
        by_ice = self._partners_by("company_registry", fresh, "ice")
        by_rib = self._partners_by("bank_ids.srm_rib", fresh, "rib")
        for row in fresh:
            if partner := by_ice.get(row.get("ice")):
                self._flag(row, "ice", "known_ice", partner)
            elif partner := by_rib.get(row.get("rib")):
                self._flag(row, "rib", "known_rib", partner)

    def _flag(self, row, name, code, partner):
        row.add_flag(name, code, res_id=partner.id, supplier=partner.display_name)

    def _partners_by(self, path, rows, name):
        """``{value: partner}`` of the values of a batch, in one query."""
        values = list({value for row in rows if (value := row.get(name))})
        if not values:
            return {}
        partners = self.env["res.partner"].search(
            [(path, "in", values)], order="id desc"
        )
        return {
            value: partner for partner in partners for value in partner.mapped(path)
        }

    # Loading

    def _load_rows(self, rows, ctx):
        linked = [row for row in rows if not row.existing and row.decision == "link"]
        created = [row for row in rows if not row.existing and row.decision != "link"]
        self._create_partners(created)
        for row in linked:
            row.res_id = row.link_id
        for row in rows:
            if row.existing:
                self._update_partner(row)
        self._remember_origins([*created, *linked], ctx)
        self._add_accounts(rows)

    def _create_partners(self, rows):
        communes = self._commune_names(rows)
        partners = self.env["res.partner"].create(
            [self._partner_vals(row.values, communes) for row in rows]
        )
        for row, partner in zip(rows, partners, strict=True):
            row.res_id = partner.id

    def _partner_vals(self, values, communes):
        vals = {
            field: values[name] for name, field in COPIED.items() if values.get(name)
        }
        if values.get("commune"):
            vals["city"] = communes[values["commune"]]
        return {
            **vals,
            "is_company": True,
            "srm_is_supplier": True,
            "country_id": self.env.ref("base.ma").id,
        }

    def _commune_names(self, rows):
        ids = {row.get("commune") for row in rows} - {None}
        return {place.id: place.name for place in self.env["srm.territory"].browse(ids)}

    def _update_partner(self, row):
        changed = {name: new for name, (_old, new) in row.changes.items()}
        vals = {
            field: changed[name] for name, field in COPIED.items() if name in changed
        }
        if "commune" in changed:
            vals["city"] = self._commune_names([row])[changed["commune"]]
        if vals:
            self.env["res.partner"].browse(row.existing.res_id).write(vals)

    def _remember_origins(self, rows, ctx):
        self.env["srm.origin"]._by_code().create(
            [
                {
                    "model": "res.partner",
                    "res_id": row.res_id,
                    "predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
                    "reference": row.origin_key.reference,
                    "company_id": self.env.company.id,
                }
                for row in rows
            ]
        )

    def _add_accounts(self, rows):
        """Add the accounts the supplier does not have yet; none is ever replaced."""
        wanted = {(row.res_id, row.get("rib")) for row in rows if row.get("rib")}
        partners = self.env["res.partner"].browse({res_id for res_id, _rib in wanted})
        known = {
            (account.partner_id.id, account.srm_rib) for account in partners.bank_ids
        }
        self.env["res.partner.bank"].create(
            [
                {"partner_id": partner_id, "acc_number": rib}
                for partner_id, rib in sorted(wanted - known)
            ]
        )
