from odoo import models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
)
from odoo.addons.srm_base.models.srm_search_mixin import fold_key

from ..tools.numbers import decimal_of
from .srm_worked_hours import MAX_HOURS

#: First half of the origin key: the data are the company's own.
OWN = "srm"
DIGITS = (14, 2)
AMOUNTS = ("headcount", "hours", "overtime")


class HoursImportHandler(models.AbstractModel):
    """Hours really worked, out of payroll, time sheets or a contractor's statement.

    One row per month, site, employer and population; control totals in hours.
    Confirmed hours are never changed by a file.
    """

    _name = "srm.import.handler.hours"
    _inherit = "srm.import.handler"
    _description = "Import of Hours Worked"
    _import_group = "srm_base.group_hse_officer"
    _target_model = "srm.worked.hours"
    _group_field = "site"
    _amount_fields = ("hours", "headcount")
    _target_amount_fields = {"hours": "hours", "headcount": "headcount"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "site",
                self.env._("Site code"),
                required=True,
                synonyms=("Code site", "Site", "Code du site", "رمز الموقع"),
            ),
            ImportField(
                "month",
                self.env._("Month"),
                "date",
                required=True,
                synonyms=("Mois", "Période", "Date", "الشهر"),
            ),
            ImportField(
                "employer",
                self.env._("Employer (empty: the company)"),
                synonyms=("Employeur", "Entreprise", "Société", "المشغل"),
            ),
            ImportField(
                "headcount",
                self.env._("Persons"),
                "amount",
                required=True,
                minimum=1,
                synonyms=("Effectif", "Nombre de personnes", "عدد الأشخاص"),
            ),
            ImportField(
                "hours",
                self.env._("Hours"),
                "amount",
                required=True,
                minimum=0,
                synonyms=("Heures", "Heures travaillées", "ساعات العمل"),
            ),
            ImportField(
                "overtime",
                self.env._("Of which overtime"),
                "amount",
                minimum=0,
                synonyms=("Heures supplémentaires", "HS", "الساعات الإضافية"),
            ),
            ImportField(
                "source",
                self.env._("Source"),
                "choice",
                required=True,
                synonyms=("Origine", "Provenance", "المصدر"),
                choices={
                    "payroll": ("paie", "payroll", "الأجور"),
                    "timesheet": ("pointage", "feuilles de temps", "timesheet"),
                    "contractor": ("sous-traitant", "relevé", "contractor"),
                    "estimate": ("estimation", "estimé", "estimate", "تقدير"),
                },
            ),
            ImportField(
                "evidence",
                self.env._("Evidence"),
                synonyms=("Justificatif", "Pièce", "المستند"),
            ),
        ]

    def _origin_key(self, values: dict) -> tuple[str, str]:
        site, month = values.get("site"), values.get("month")
        if not site or not month:
            return "", ""
        employer = fold_key(values.get("employer") or "")
        return OWN, f"{site.upper()}|{month:%Y-%m}|{employer}"

    def _reference(self, line) -> str:
        own = line.employer_id == self.env.company.partner_id
        employer = "" if own else fold_key(line.employer_id.name)
        return f"{line.site_id.code.upper()}|{line.month:%Y-%m}|{employer}"

    def _lines_of(self, references) -> dict:
        """``{reference: line}`` of the hours entered already."""
        months = {f"{reference.split('|')[1]}-01" for reference in references}
        lines = self.env["srm.worked.hours"].search(
            [("company_id", "=", self.env.company.id), ("month", "in", list(months))]
        )
        return {self._reference(line): line for line in lines}

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        lines = self._lines_of([key.reference for key in keys])
        return {
            key: Existing(
                lines[key.reference].id, self._comparable(lines[key.reference])
            )
            for key in keys
            if key.reference in lines
        }

    def _comparable(self, line) -> dict:
        return {name: decimal_of(line[name], DIGITS) for name in AMOUNTS} | {
            "source": line.source,
            "evidence": line.evidence or None,
        }

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        sites, employers = self._sites(rows), self._employers(rows)
        keyed = [row.origin_key.reference for row in rows if row.origin_key]
        lines = self._lines_of(keyed)
        for row in rows:
            site, employer = row.get("site"), row.get("employer")
            if site and site.upper() not in sites:
                row.add_error("site", "site_unknown")
            if employer and fold_key(employer) not in employers:
                row.add_error("employer", "employer_unknown")
            self._check_figures(row)
            line = row.origin_key and lines.get(row.origin_key.reference)
            if line and line.state == "confirmed":
                row.add_error("month", "hours_confirmed")

    def _check_figures(self, row: ParsedRow) -> None:
        hours, heads = row.get("hours"), row.get("headcount")
        if hours and heads and hours / heads > MAX_HOURS:
            row.add_error("hours", "hours_impossible", limit=MAX_HOURS)
        if hours is not None and (row.get("overtime") or 0) > hours:
            row.add_error("overtime", "overtime_above")

    def _sites(self, rows) -> dict:
        codes = {(row.get("site") or "").upper() for row in rows}
        sites = self.env["srm.site"].search([("company_id", "=", self.env.company.id)])
        return {s.code.upper(): s.id for s in sites if s.code.upper() in codes}

    def _employers(self, rows) -> dict:
        names = {row.get("employer") for row in rows} - {None}
        partners = self.env["res.partner"].search([("is_company", "=", True)])
        wanted = {fold_key(name) for name in names}
        return {fold_key(p.name): p.id for p in partners if fold_key(p.name) in wanted}

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        sites, employers = self._sites(rows), self._employers(rows)
        new = [row for row in rows if not row.existing]
        lines = self.env["srm.worked.hours"].create(
            [self._prepare_line(row, sites, employers) for row in new]
        )
        for row, line in zip(new, lines, strict=True):
            row.res_id = line.id
        for row in rows:
            if row.existing:
                row.res_id = row.existing.res_id
                self._update(row)

    def _prepare_line(self, row, sites: dict, employers: dict) -> dict:
        employer = fold_key(row.get("employer") or "")
        own = self.env.company.partner_id.id
        return {
            "site_id": sites[row.get("site").upper()],
            "month": row.get("month").replace(day=1),
            "employer_id": employers.get(employer, own),
            "kind": "subcontractor" if employer else "employee",
            "source": row.get("source"),
            "evidence": row.get("evidence"),
            **{name: float(row.get(name) or 0) for name in AMOUNTS},
            "headcount": int(row.get("headcount")),
        }

    def _update(self, row: ParsedRow) -> None:
        vals = {
            name: float(new or 0) if name in AMOUNTS else new
            for name, (_old, new) in row.changes.items()
        }
        if vals:
            self.env["srm.worked.hours"].browse(row.res_id).write(vals)

    def _reason_texts(self) -> dict[str, str]:
        return {
            "site_unknown": self.env._("No site has the code “%(value)s”."),
            "employer_unknown": self.env._(
                "No firm is called “%(value)s”: take on the suppliers first."
            ),
            "hours_impossible": self.env._(
                "More than %(limit)s hours per person in a month is not possible."
            ),
            "overtime_above": self.env._("Overtime is part of the hours."),
            "hours_confirmed": self.env._(
                "These hours are confirmed: have them reopened first."
            ),
        }
