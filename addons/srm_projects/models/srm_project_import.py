from decimal import Decimal

from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
    ok_rows,
)

from ..amounts import money
from .project_project import KINDS

#: Field of the file -> field of the project, for what is copied as it is.
COPIED = {
    "name": "name",
    "kind": "srm_kind",
    "commune": "territory_id",
    "start": "date_start",
    "finish": "date",
}
#: Code of the one item that carries the budget until the breakdown is entered.
TAKEN_OVER = "0"
SERVICES = {
    "water": ("Eau", "Eau potable", "AEP", "Water", "الماء"),
    "sanitation": ("Assainissement", "Assainissement liquide", "Sewer", "التطهير"),
    "electricity": ("Électricité", "Electricité", "Electricity", "الكهرباء"),
}
KIND_WORDS = {
    "extension": ("Extension", "Neuf", "توسيع"),
    "renewal": ("Renouvellement", "Réhabilitation", "تجديد"),
    "plant": ("STEP", "Station d'épuration", "محطة"),
    "leaks": ("Recherche de fuites", "Fuites"),
    "pressure": ("Pression", "Modulation de pression"),
    "telecontrol": ("Télégestion", "Télécontrôle"),
    "reuse": ("Réutilisation", "REUSE"),
    "study": ("Étude", "Etude"),
    "other": ("Autre", "Divers"),
}


class SrmImport(models.Model):
    """The kinds of files this add-on takes on."""

    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[("projects", "Projects")], ondelete={"projects": "cascade"}
    )


class ProjectImportHandler(models.AbstractModel):
    """Projects under way at a predecessor, with their budget as control total."""

    _name = "srm.import.handler.projects"
    _inherit = "srm.import.handler"
    _description = "Take-on of Projects"
    _import_group = "srm_base.group_project_manager"
    _target_model = "project.project"
    _amount_fields = ("budget",)
    _target_amount_fields = {"budget": "srm_budget"}

    def _fields_spec(self) -> list[ImportField]:
        return [*self._identity_fields(), *self._content_fields()]

    def _identity_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "reference",
                self.env._("Legacy reference"),
                required=True,
                synonyms=("Référence", "Code projet", "N° projet", "رقم المشروع"),
            ),
            self._predecessor_field(),
            ImportField(
                "name",
                self.env._("Name"),
                required=True,
                synonyms=("Intitulé", "Projet", "Objet", "Désignation", "المشروع"),
            ),
        ]

    def _content_fields(self) -> list[ImportField]:
        return [
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
                self.env._("Kind of works"),
                "choice",
                choices={code: (code, *KIND_WORDS[code]) for code, _label in KINDS},
                synonyms=("Nature", "Type", "Nature des travaux", "النوع"),
            ),
            ImportField(
                "commune",
                self.env._("Commune"),
                "territory",
                synonyms=("Localité", "Ville", "الجماعة"),
            ),
            ImportField(
                "budget",
                self.env._("Budget"),
                "amount",
                required=True,
                minimum=0,
                synonyms=("Montant", "Coût", "Montant TTC", "Budget", "الميزانية"),
            ),
            ImportField(
                "start",
                self.env._("Start"),
                "date",
                synonyms=("Date de début", "Début", "تاريخ البداية"),
            ),
            ImportField(
                "finish",
                self.env._("End"),
                "date",
                synonyms=("Date de fin", "Fin", "تاريخ النهاية"),
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        return {
            "dates_reversed": self.env._("The project ends before it starts"),
            "budget_broken_down": self.env._(
                "The project has a breakdown: change the budgets of its items"
            ),
        }

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("reference") or ""

    # What is there already

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        return self._existing_by_origin(
            keys, "srm_predecessor_id", "srm_origin_reference"
        )

    def _values(self, project) -> dict:
        return {
            "name": project.name,
            "service": project.srm_service_id.code,
            "kind": project.srm_kind or None,
            "commune": project.territory_id.id or None,
            "budget": money(project.srm_budget),
            "start": project.date_start or None,
            "finish": project.date or None,
        }

    def _same_value(self, name, old, new):
        if name == "budget":
            return money(old) == money(new)
        return super()._same_value(name, old, new)

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        for row in ok_rows(rows):
            start, finish = row.get("start"), row.get("finish")
            if start and finish and finish < start:
                row.add_error("finish", "dates_reversed")
            if row.existing and "budget" in row.changes:
                project = self.env["project.project"].browse(row.existing.res_id)
                if not self._carrier(project):
                    row.add_error("budget", "budget_broken_down")

    def _carrier(self, project):
        """The item made by the take-on, while it is alone."""
        items = project.srm_item_ids
        return items if items.mapped("code") == [TAKEN_OVER] else items.browse()

    # Loading

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        services = {
            service.code: service.id
            for service in self.env["srm.service"].search(
                [("code", "in", list(SERVICES))]
            )
        }
        fresh = [row for row in rows if not row.existing]
        projects = self.env["project.project"].create(
            [self._project_vals(row, services, ctx) for row in fresh]
        )
        for row, project in zip(fresh, projects, strict=True):
            row.res_id = project.id
        for row in rows:
            if row.existing:
                self._update(row, services)

    def _project_vals(self, row, services, ctx) -> dict:
        item = {
            "code": TAKEN_OVER,
            "name": self.env._("Works taken over"),
            "budget": float(row.get("budget") or Decimal(0)),
            "quantity": 100,
            "unit": "%",
            "planned_start": row.get("start"),
            "planned_finish": row.get("finish"),
        }
        return {
            **{field: row.get(name) for name, field in COPIED.items()},
            "srm_kind": row.get("kind") or "other",
            "srm_service_id": services[row.get("service")],
            "srm_territory_ids": [
                fields.Command.set([row.get("commune")] if row.get("commune") else [])
            ],
            "srm_predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
            "srm_origin_reference": row.origin_key.reference,
            "company_id": self.env.company.id,
            "srm_item_ids": [fields.Command.create(item)],
        }

    def _update(self, row, services):
        project = self.env["project.project"].browse(row.existing.res_id)
        changed = {name: new for name, (_old, new) in row.changes.items()}
        vals = {
            field: changed[name] for name, field in COPIED.items() if name in changed
        }
        if "service" in changed:
            vals["srm_service_id"] = services[changed["service"]]
        project.write(vals)
        if "budget" in changed:
            self._carrier(project).budget = float(changed["budget"])
