from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
    ok_rows,
)
from odoo.addons.srm_projects.amounts import money


class SrmImport(models.Model):
    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[("contract_links", "Contracts of the projects")],
        ondelete={"contract_links": "cascade"},
    )


class ContractLinkImportHandler(models.AbstractModel):
    """Which project each inherited contract carries out.

    Contracts and projects are already there: a row links them. The amounts, with tax,
    are the control total and must be those of the contracts.
    """

    _name = "srm.import.handler.contract_links"
    _inherit = "srm.import.handler"
    _description = "Take-on of Contract Links"
    _import_group = "srm_base.group_contract_manager"
    _target_model = "srm.contract"
    _amount_fields = ("amount",)
    _target_amount_fields = {"amount": "amount_ttc"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "contract",
                self.env._("Contract"),
                required=True,
                synonyms=("Marché", "N° marché", "Numéro de marché", "رقم الصفقة"),
            ),
            self._predecessor_field(),
            ImportField(
                "project",
                self.env._("Project"),
                required=True,
                synonyms=("Projet", "Code projet", "Référence du projet", "المشروع"),
            ),
            ImportField(
                "amount",
                self.env._("Amount with tax"),
                "amount",
                required=True,
                minimum=0,
                synonyms=("Montant TTC", "Montant du marché", "Montant", "المبلغ"),
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        return {
            "contract_unknown": self.env._(
                "no contract of this predecessor has this number: enter it first"
            ),
            "project_unknown": self.env._(
                "no project has this number or legacy reference: import the projects "
                "first"
            ),
            "amount_differs": self.env._("the contract says %(amount)s with tax"),
        }

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("contract") or ""

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        found = {}
        for contract in self._contracts([key.reference for key in keys]):
            key = OriginKey(contract.predecessor_id.code, contract.name)
            found[key] = Existing(
                contract.id,
                {
                    "project": self._reference(contract.project_id),
                    "amount": money(contract.amount_ttc),
                },
            )
        return {key: found[key] for key in keys if key in found}

    def _contracts(self, names):
        return self.env["srm.contract"].search(
            [
                ("name", "in", names),
                ("predecessor_id", "!=", False),
                ("company_id", "=", self.env.company.id),
            ]
        )

    def _reference(self, project):
        return project.srm_origin_reference or project.srm_number or None

    def _same_value(self, name, old, new):
        if name == "amount":  # checked against the contract, never written
            return True
        projects = self._project_ids([old, new])
        return bool(old) and projects.get(old) == projects.get(new)

    def _project_ids(self, references) -> dict[str, int]:
        """``{legacy reference or number: project id}``."""
        wanted = [reference for reference in references if reference]
        projects = self.env["project.project"].search(
            [
                "|",
                ("srm_origin_reference", "in", wanted),
                ("srm_number", "in", wanted),
            ]
        )
        numbers = {project.srm_number: project.id for project in projects}
        origins = {project.srm_origin_reference: project.id for project in projects}
        return {**numbers, **origins}

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        projects = self._project_ids([row.get("project") for row in rows])
        for row in ok_rows(rows):
            if not row.existing:
                row.add_error("contract", "contract_unknown")
                continue
            if row.get("project") and row.get("project") not in projects:
                row.add_error("project", "project_unknown")
            known, told = row.existing.values["amount"], row.get("amount")
            if told is not None and money(told) != known:
                row.add_error("amount", "amount_differs", amount=str(known))

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        projects = self._project_ids([row.get("project") for row in rows])
        lines = self._single_lines(list(projects.values()))
        for row in rows:
            contract = self.env["srm.contract"].browse(row.existing.res_id)
            project = projects[row.get("project")]
            contract.write(
                {"project_id": project, "budget_line_id": lines.get(project)}
            )

    def _single_lines(self, projects) -> dict[int, int]:
        """The credits of the projects that have one line of them."""
        groups = self.env["srm.budget.line"]._read_group(
            [("project_id", "in", projects)], ["project_id"], ["id:array_agg"]
        )
        return {project.id: ids[0] for project, ids in groups if len(ids) == 1}
