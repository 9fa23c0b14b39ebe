from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
    ok_rows,
)
from odoo.addons.srm_base.models.srm_search_mixin import fold_key

from .srm_worker import normal_identifier

#: Field of the file -> field of the worker, for what is copied as it is.
COPIED = {
    "name": "name",
    "name_ar": "name_ar",
    "kind": "kind",
    "cin": "cin",
    "badge": "badge",
    "birth_date": "birth_date",
    "start_date": "start_date",
    "end_date": "end_date",
    "phone": "phone",
    "email": "email",
    "commune": "territory_id",
}
IDENTIFIERS = ("cin", "badge")


class WorkerImportHandler(models.AbstractModel):
    """Workers of a predecessor or of a contractor, one row per person and employer.

    The same person listed by two employers is recognised by identity card or badge:
    the second row is flagged, and a person attaches it to the known worker, who gets a
    further assignment and still counts once.
    """

    _name = "srm.import.handler.workers"
    _inherit = "srm.import.handler"
    _description = "Take-on of Workers"
    _import_group = "srm_base.group_hr_officer"
    _target_model = "srm.worker"
    _can_link = True

    def _fields_spec(self) -> list[ImportField]:
        return [*self._person_fields(), *self._work_fields()]

    def _person_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "reference",
                self.env._("Former number"),
                required=True,
                synonyms=(
                    "Matricule",
                    "N° matricule",
                    "Numéro",
                    "رقم التأجير",
                    "الرقم",
                ),
            ),
            self._predecessor_field(),
            ImportField(
                "name",
                self.env._("Name"),
                required=True,
                synonyms=(
                    "Nom et prénom",
                    "Nom complet",
                    "Nom",
                    "Agent",
                    "الاسم الكامل",
                ),
            ),
            ImportField(
                "name_ar",
                self.env._("Name in Arabic"),
                synonyms=("Nom en arabe", "الاسم بالعربية"),
            ),
            ImportField(
                "cin",
                self.env._("Identity card (CIN)"),
                synonyms=("CIN", "CNIE", "N° CIN", "رقم البطاقة الوطنية"),
            ),
            ImportField(
                "badge",
                self.env._("Badge"),
                synonyms=("N° badge", "Numéro de badge", "رقم الشارة"),
            ),
            ImportField(
                "birth_date",
                self.env._("Date of birth"),
                "date",
                synonyms=("Date de naissance", "Né le", "تاريخ الازدياد"),
            ),
            ImportField(
                "phone",
                self.env._("Phone"),
                synonyms=("Téléphone", "GSM", "Tél", "الهاتف"),
            ),
            ImportField(
                "email",
                self.env._("Email"),
                synonyms=("Courriel", "E-mail", "البريد الإلكتروني"),
            ),
        ]

    def _work_fields(self) -> list[ImportField]:
        return [
            ImportField(
                "kind",
                self.env._("Population"),
                "choice",
                synonyms=("Type", "Catégorie", "الفئة"),
                choices={
                    "employee": ("Salarié", "Agent", "Employé", "Employee", "مستخدم"),
                    "subcontractor": (
                        "Sous-traitant",
                        "Externe",
                        "Prestataire",
                        "Subcontractor",
                        "مقاول من الباطن",
                    ),
                },
            ),
            ImportField(
                "employer",
                self.env._("Employer"),
                synonyms=("Employeur", "Société", "Entreprise", "المشغل", "الشركة"),
            ),
            ImportField(
                "contract",
                self.env._("Contract"),
                synonyms=("N° marché", "Marché", "Contrat", "رقم الصفقة"),
            ),
            ImportField(
                "job",
                self.env._("Job"),
                synonyms=("Fonction", "Poste", "Emploi", "Métier", "الوظيفة"),
            ),
            ImportField(
                "commune",
                self.env._("Commune"),
                "territory",
                synonyms=("Localité", "Lieu de travail", "Affectation", "الجماعة"),
            ),
            ImportField(
                "start_date",
                self.env._("First day of work"),
                "date",
                synonyms=("Date d'entrée", "Date de recrutement", "تاريخ التوظيف"),
            ),
            ImportField(
                "end_date",
                self.env._("Left on"),
                "date",
                synonyms=("Date de sortie", "Date de départ", "تاريخ المغادرة"),
            ),
        ]

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("reference") or ""

    # What is there already

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        known = self.env["srm.origin"]._find("srm.worker", keys, self.env.company)
        workers = {
            worker.id: worker
            for worker in self.env["srm.worker"].browse(set(known.values()))
        }
        return {
            OriginKey(*key): Existing(res_id, self._comparable(workers[res_id]))
            for key, res_id in known.items()
        }

    def _comparable(self, worker) -> dict:
        """Identifiers are left out: files write them with separators, and a card that
        really changes is a matter for a person."""
        values = {
            name: worker[field] or None
            for name, field in COPIED.items()
            if name not in IDENTIFIERS
        }
        return values | {"commune": worker.territory_id.id or None}

    # Checks

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        for row in rows:
            for name in IDENTIFIERS:
                if row.values.get(name):
                    row.values[name] = normal_identifier(row.values[name]) or None
            self._check_dates(row)
        self._check_names(rows, ctx)
        self._flag_twins(rows, ctx)

    def _check_dates(self, row: ParsedRow) -> None:
        start, end, birth = map(row.get, ("start_date", "end_date", "birth_date"))
        if start and end and end < start:
            row.add_error("end_date", "left_before_start", start=start)
        if birth and birth > fields.Date.context_today(self):
            row.add_error("birth_date", "born_later")

    def _check_names(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        employers, jobs = self._employers(rows), self._jobs(rows)
        for row in rows:
            employer, job = row.get("employer"), row.get("job")
            if row.get("kind") == "subcontractor" and not employer:
                row.add_error("employer", "employer_missing")
            if employer and fold_key(employer) not in employers:
                row.add_error("employer", "employer_unknown")
            if job and fold_key(job) not in jobs:
                row.add_error("job", "job_unknown")

    def _employers(self, rows: list[ParsedRow]) -> dict[str, int]:
        """``{folded name: partner id}`` of the firms the rows name, in one query."""
        names = {row.get("employer") for row in rows} - {None}
        firms = self.env["res.partner"].search_fetch(
            [("is_company", "=", True), ("name", "in", self._spellings(names))],
            ["name"],
        )
        found = {fold_key(firm.name): firm.id for firm in firms}
        missing = {fold_key(name) for name in names} - set(found)
        if missing:
            others = self.env["res.partner"].search_fetch(
                [("is_company", "=", True)], ["name"]
            )
            found |= {
                fold_key(firm.name): firm.id
                for firm in others
                if fold_key(firm.name) in missing
            }
        return found

    def _spellings(self, names) -> list[str]:
        return [*names, *(name.upper() for name in names)]

    def _jobs(self, rows: list[ParsedRow]) -> dict[str, int]:
        if not any(row.get("job") for row in rows):
            return {}
        jobs = self.env["hr.job"].search_fetch([], ["name"])
        return {fold_key(job.name): job.id for job in jobs}

    def _flag_twins(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        """Same card or badge as another worker, or as an earlier row of the file."""
        twins = self._workers_by_identifier(rows)
        seen = ctx.cache.setdefault("identifiers", {})
        for row in ok_rows(rows):
            for name in IDENTIFIERS:
                value = row.get(name)
                twin = twins.get((name, value))
                if twin and (not row.existing or row.existing.res_id != twin):
                    row.add_flag(name, f"{name}_known", res_id=twin)
                line = seen.setdefault((name, value), row.line_number) if value else 0
                if line and line != row.line_number:
                    row.add_error(name, f"{name}_twice", line=line)

    def _workers_by_identifier(self, rows: list[ParsedRow]) -> dict:
        found = {}
        for name in IDENTIFIERS:
            values = [row.get(name) for row in rows if row.get(name)]
            workers = (
                self.env["srm.worker"]
                .with_context(active_test=False)
                .search_fetch([(name, "in", values)], [name])
            )
            found |= {(name, worker[name]): worker.id for worker in workers}
        return found

    # Loading

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        employers, jobs = self._employers(rows), self._jobs(rows)
        new = [row for row in rows if not row.existing and row.decision != "link"]
        linked = [row for row in rows if not row.existing and row.decision == "link"]
        workers = self.env["srm.worker"].create(
            [self._prepare_worker(row, ctx, jobs) for row in new]
        )
        for row, worker in zip(new, workers, strict=True):
            row.res_id = worker.id
        for row in linked:
            row.res_id = row.link_id
        for row in rows:
            if row.existing:
                self._update(row, jobs)
        self._assign([*new, *linked], employers)
        self._remember(new + linked, ctx)

    def _prepare_worker(self, row: ParsedRow, ctx: ImportContext, jobs: dict) -> dict:
        vals = {
            field: row.values[name] for name, field in COPIED.items() if row.get(name)
        }
        return {
            "kind": "employee",
            **vals,
            "job_id": jobs.get(fold_key(row.get("job") or "")),
            "company_id": self.env.company.id,
            "predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
            "origin_reference": row.origin_key.reference,
        }

    def _update(self, row: ParsedRow, jobs: dict) -> None:
        vals = {
            COPIED[name]: new
            for name, (_old, new) in row.changes.items()
            if name in COPIED
        }
        if vals:
            self.env["srm.worker"].browse(row.existing.res_id).write(vals)
        row.res_id = row.existing.res_id

    def _assign(self, rows: list[ParsedRow], employers: dict) -> None:
        self.env["srm.worker.assignment"].create(
            [
                {
                    "worker_id": row.res_id,
                    "employer_id": employers[fold_key(row.get("employer"))],
                    "contract_reference": row.get("contract"),
                    "date_from": row.get("start_date"),
                    "date_to": row.get("end_date"),
                }
                for row in rows
                if row.get("kind") == "subcontractor" and row.get("employer")
            ]
        )

    def _remember(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        self.env["srm.origin"]._by_code().create(
            [
                {
                    "model": "srm.worker",
                    "res_id": row.res_id,
                    "predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
                    "reference": row.origin_key.reference,
                    "company_id": self.env.company.id,
                }
                for row in rows
            ]
        )

    def _reason_texts(self) -> dict[str, str]:
        return {
            "left_before_start": self.env._("Before the first day of work, %(start)s."),
            "born_later": self.env._("A date of birth cannot be in the future."),
            "employer_missing": self.env._("A subcontractor's worker has an employer."),
            "employer_unknown": self.env._(
                "No firm is called “%(value)s”: take on the suppliers first."
            ),
            "job_unknown": self.env._(
                "There is no job “%(value)s”: create it, or correct the cell."
            ),
            "cin_known": self.env._("A worker has the identity card %(value)s."),
            "badge_known": self.env._("A worker has the badge %(value)s."),
            "cin_twice": self.env._("Same identity card as line %(line)s."),
            "badge_twice": self.env._("Same badge as line %(line)s."),
        }
