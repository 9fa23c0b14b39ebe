from srm_engine.errors import RuleError
from srm_engine.geometry import read as read_geometry

from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
    ok_rows,
)

from ..amounts import exact, money
from .srm_network_section import KINDS
from .srm_project_import import SERVICES

KIND_WORDS = {
    "main": ("Conduite", "Conduite AEP", "Canalisation", "قناة"),
    "sewer": ("Collecteur", "Égout", "Conduite EU", "مجرى"),
    "line": ("Ligne", "Câble", "Ligne BT", "Ligne MT", "خط"),
    "pump": ("Station de pompage", "SP", "Surpresseur", "محطة ضخ"),
    "tank": ("Réservoir", "Château d'eau", "خزان"),
    "well": ("Forage", "Puits", "بئر"),
    "transformer": ("Transformateur", "Poste", "محول"),
}
YES_NO = {"yes": ("Oui", "O", "1", "نعم"), "no": ("Non", "N", "0", "لا")}
#: Field of the file -> field of the section, for what is copied as it is.
COPIED = {
    "name": "name",
    "kind": "kind",
    "commune": "territory_id",
    "year": "year",
    "diameter": "diameter",
    "breaks": "breaks_taken_over",
    "customers": "customers",
    "critical": "critical_customers",
    "geometry": "geometry",
}
AMOUNTS = {"length": "length_m", "cost": "cost_entered"}


class SrmImport(models.Model):
    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[("sections", "Network sections and structures")],
        ondelete={"sections": "cascade"},
    )


class SectionImportHandler(models.AbstractModel):
    """Networks of a predecessor, with the metres as control total."""

    _name = "srm.import.handler.sections"
    _inherit = "srm.import.handler"
    _description = "Take-on of Network Sections"
    _import_group = "srm_projects.group_network_officer"
    _target_model = "srm.network.section"
    _amount_fields = ("length",)
    _target_amount_fields = {"length": "length_m"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            *self._identity_fields(),
            *self._make_fields(),
            *self._service_fields(),
        ]

    def _identity_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "reference",
                self.env._("Legacy reference"),
                required=True,
                synonyms=("Référence", "Code tronçon", "Identifiant", "ID", "الرمز"),
            ),
            self._predecessor_field(),
            ImportField(
                "service",
                self.env._("Service"),
                "choice",
                required=True,
                choices=SERVICES,
                synonyms=("Activité", "Métier", "الخدمة"),
            ),
            ImportField(
                "kind",
                self.env._("Kind"),
                "choice",
                required=True,
                choices={code: (code, *KIND_WORDS[code]) for code, _label in KINDS},
                synonyms=("Nature", "Type", "Type d'ouvrage", "النوع"),
            ),
            ImportField(
                "name",
                self.env._("Name"),
                synonyms=("Désignation", "Rue", "Libellé", "الاسم"),
            ),
            ImportField(
                "commune",
                self.env._("Commune"),
                "territory",
                synonyms=("Localité", "Ville", "الجماعة"),
            ),
        ]

    def _make_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "length",
                self.env._("Length (m)"),
                "amount",
                minimum=0,
                synonyms=("Longueur", "Linéaire", "Longueur (m)", "الطول"),
            ),
            ImportField(
                "diameter",
                self.env._("Diameter (mm)"),
                "integer",
                minimum=0,
                synonyms=("Diamètre", "DN", "القطر"),
            ),
            ImportField(
                "material",
                self.env._("Material"),
                synonyms=("Matériau", "Nature du matériau", "المادة"),
            ),
            ImportField(
                "year",
                self.env._("Laid or built in"),
                "integer",
                minimum=1850,
                maximum=2200,
                synonyms=("Année", "Année de pose", "Mise en service", "السنة"),
            ),
            ImportField(
                "sector",
                self.env._("Sector"),
                synonyms=("Secteur", "Étage", "Départ", "القطاع"),
            ),
            ImportField(
                "geometry",
                self.env._("Drawing (GeoJSON)"),
                synonyms=("Géométrie", "GeoJSON", "الشكل"),
            ),
        ]

    def _service_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "breaks",
                self.env._("Breaks in five years"),
                "integer",
                minimum=0,
                synonyms=("Casses", "Nombre de casses", "الكسور"),
            ),
            ImportField(
                "customers",
                self.env._("Customers downstream"),
                "integer",
                minimum=0,
                synonyms=("Abonnés", "Clients", "الزبناء"),
            ),
            ImportField(
                "critical",
                self.env._("Critical customers"),
                "integer",
                minimum=0,
                synonyms=("Clients sensibles", "Clients prioritaires"),
            ),
            ImportField(
                "flooding",
                self.env._("Flooding black spot"),
                "choice",
                choices=YES_NO,
                synonyms=("Point noir", "Débordement", "نقطة سوداء"),
            ),
            ImportField(
                "cost",
                self.env._("Cost of renewal"),
                "amount",
                minimum=0,
                synonyms=("Coût", "Coût de renouvellement", "التكلفة"),
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        return {
            "material_unknown": self.env._(
                "no material has this code or name: add it in the configuration"
            ),
            "sector_unknown": self.env._(
                "no sector of this service has this code: enter the sectors first"
            ),
            "geometry_invalid": self.env._(
                "is not a GeoJSON Point, LineString or MultiLineString in degrees"
            ),
            "length_missing": self.env._("a line has a length"),
            "year_future": self.env._("is in the future"),
        }

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("reference") or ""

    # What is there already

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        return self._existing_by_origin(keys, "predecessor_id", "origin_reference")

    def _values(self, section) -> dict:
        copied = {
            name: (section[field].id if name == "commune" else section[field]) or None
            for name, field in COPIED.items()
        }
        return {
            **copied,
            **{name: exact(section[field]) for name, field in AMOUNTS.items()},
            "service": section.service_id.code,
            "material": section.material_id.code or None,
            "sector": section.sector_id.code or None,
            "flooding": "yes" if section.flooding else "no",
        }

    def _same_value(self, name, old, new):
        if name in AMOUNTS:
            return money(old) == money(new)
        if name == "material":
            return self._material_ids().get(str(new).casefold()) == (
                self._material_ids().get(str(old).casefold())
            )
        if isinstance(new, int):
            return (old or 0) == new
        return super()._same_value(name, old, new)

    # Checks

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        materials = self._material_ids()
        sectors = self._sector_ids(rows)
        this_year = fields.Date.context_today(self).year
        for row in ok_rows(rows):
            material, sector = row.get("material"), row.get("sector")
            if material and material.casefold() not in materials:
                row.add_error("material", "material_unknown")
            if sector and (row.get("service"), sector.casefold()) not in sectors:
                row.add_error("sector", "sector_unknown")
            if (row.get("year") or 0) > this_year:
                row.add_error("year", "year_future")
            self._check_drawing(row)

    def _check_drawing(self, row: ParsedRow) -> None:
        if row.get("kind") in ("main", "sewer", "line") and not row.get("length"):
            row.add_error("length", "length_missing")
        try:
            if row.get("geometry"):
                read_geometry(row.get("geometry"))
        except RuleError:
            row.add_error("geometry", "geometry_invalid")

    def _material_ids(self) -> dict[str, int]:
        """``{code or name in small letters: id}``."""
        found = {}
        for material in self.env["srm.material"].search([("code", "!=", False)]):
            found[material.code.casefold()] = material.id
            found.setdefault(material.name.casefold(), material.id)
        return found

    def _sector_ids(self, rows) -> dict[tuple[str, str], int]:
        """``{(service code, sector code in small letters): id}``."""
        codes = {row.get("sector") for row in rows} - {None}
        if not codes:
            return {}
        sectors = self.env["srm.sector"].search([("code", "in", sorted(codes))])
        return {
            (sector.service_id.code, sector.code.casefold()): sector.id
            for sector in sectors
        }

    # Loading

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        ids = self._lookups(rows)
        fresh = [row for row in rows if not row.existing]
        sections = self.env["srm.network.section"].create(
            [self._section_vals(row, ids, ctx) for row in fresh]
        )
        for row, section in zip(fresh, sections, strict=True):
            row.res_id = section.id
        for row in rows:
            if row.existing:
                self._update(row, ids)

    def _lookups(self, rows) -> dict:
        services = self.env["srm.service"].search([("code", "in", list(SERVICES))])
        return {
            "service": {service.code: service.id for service in services},
            "material": self._material_ids(),
            "sector": self._sector_ids(rows),
        }

    def _section_vals(self, row, ids, ctx) -> dict:
        return {
            **{field: row.get(name) for name, field in COPIED.items()},
            **{field: float(row.get(name) or 0) for name, field in AMOUNTS.items()},
            "code": row.origin_key.reference,
            "service_id": ids["service"][row.get("service")],
            "material_id": ids["material"].get((row.get("material") or "").casefold()),
            "sector_id": self._sector(row, ids),
            "flooding": row.get("flooding") == "yes",
            "predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
            "origin_reference": row.origin_key.reference,
            "company_id": self.env.company.id,
        }

    def _sector(self, row, ids):
        sector = (row.get("sector") or "").casefold()
        return ids["sector"].get((row.get("service"), sector), False)

    def _update(self, row, ids):
        changed = {name: new for name, (_old, new) in row.changes.items()}
        vals = {COPIED[name]: changed[name] for name in changed if name in COPIED}
        vals |= {
            AMOUNTS[name]: float(changed[name]) for name in changed if name in AMOUNTS
        }
        if "service" in changed:
            vals["service_id"] = ids["service"][changed["service"]]
        if "material" in changed:
            vals["material_id"] = ids["material"][changed["material"].casefold()]
        if "sector" in changed:
            vals["sector_id"] = self._sector(row, ids)
        if "flooding" in changed:
            vals["flooding"] = changed["flooding"] == "yes"
        self.env["srm.network.section"].browse(row.existing.res_id).write(vals)
