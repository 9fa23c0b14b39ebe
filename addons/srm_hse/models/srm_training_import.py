from decimal import Decimal

from odoo import fields, models
from odoo.fields import Command

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
)
from odoo.addons.srm_base.models.srm_search_mixin import fold_key

from .srm_worker import normal_identifier

COPIED = {
    "title": "title",
    "date": "date",
    "valid_until": "valid_until",
    "organiser": "organiser",
}
HOURS = Decimal("0.01")


class TrainingImportHandler(models.AbstractModel):
    """Past trainings, one row per person and training; control totals in hours.

    The person is named by the former number at the same predecessor, or else by the
    badge or the identity card. Past trainings are proofs of competence: they count in
    no campaign of ours.
    """

    _name = "srm.import.handler.trainings"
    _inherit = "srm.import.handler"
    _description = "Take-on of Past Trainings"
    _import_group = "srm_base.group_hr_officer"
    _target_model = "srm.certificate"
    _amount_fields = ("hours",)
    _target_amount_fields = {"hours": "hours"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "reference",
                self.env._("Training record number"),
                required=True,
                synonyms=("N° attestation", "N° formation", "Référence", "رقم الشهادة"),
            ),
            self._predecessor_field(),
            ImportField(
                "person",
                self.env._("Person (former number, badge or CIN)"),
                required=True,
                synonyms=("Matricule", "Badge", "CIN", "Agent", "رقم التأجير"),
            ),
            ImportField(
                "title",
                self.env._("Training"),
                required=True,
                synonyms=("Formation", "Intitulé", "Thème de formation", "التكوين"),
            ),
            ImportField(
                "theme", self.env._("Theme"), synonyms=("Thème", "Domaine", "الموضوع")
            ),
            ImportField(
                "date",
                self.env._("Date"),
                "date",
                required=True,
                synonyms=("Date de formation", "Date de fin", "التاريخ"),
            ),
            ImportField(
                "hours",
                self.env._("Hours"),
                "amount",
                required=True,
                minimum=0,
                maximum=2000,
                synonyms=("Heures", "Durée (h)", "Durée", "عدد الساعات"),
            ),
            ImportField(
                "valid_until",
                self.env._("Valid until"),
                "date",
                synonyms=("Validité", "Date d'expiration", "صالح إلى غاية"),
            ),
            ImportField(
                "organiser",
                self.env._("Organiser"),
                synonyms=("Organisme", "Formateur", "Cabinet", "المنظم"),
            ),
        ]

    def _origin_key(self, values: dict) -> tuple[str, str]:
        return values.get("predecessor") or "", values.get("reference") or ""

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        certificates = self.env["srm.certificate"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("origin_reference", "in", list({key.reference for key in keys})),
            ]
        )
        found = {
            OriginKey(item.predecessor_id.code, item.origin_reference): Existing(
                item.id, self._comparable(item)
            )
            for item in certificates
        }
        return {key: found[key] for key in keys if key in found}

    def _comparable(self, certificate) -> dict:
        values = {name: certificate[field] or None for name, field in COPIED.items()}
        return values | {"hours": Decimal(str(certificate.hours)).quantize(HOURS)}

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        people = self._people(rows)
        themes = self._themes()
        today = fields.Date.context_today(self)
        for row in rows:
            day, until = row.get("date"), row.get("valid_until")
            if row.get("person") and not self._person(row, people):
                row.add_error("person", "person_unknown")
            if row.get("theme") and fold_key(row.get("theme")) not in themes:
                row.add_error("theme", "theme_unknown")
            if day and day > today:
                row.add_error("date", "date_future")
            if day and until and until < day:
                row.add_error("valid_until", "expired_before", date=day)

    def _people(self, rows: list[ParsedRow]) -> dict:
        """``{(predecessor code, former number) | identifier: worker id}``."""
        texts = {row.get("person") for row in rows} - {None}
        keys = [
            (row.get("predecessor"), row.get("person"))
            for row in rows
            if row.get("predecessor") and row.get("person")
        ]
        found = dict(self.env["srm.origin"]._find("srm.worker", keys, self.env.company))
        identifiers = list({normal_identifier(text) for text in texts} - {False})
        workers = self.env["srm.worker"].search_fetch(
            ["|", ("badge", "in", identifiers), ("cin", "in", identifiers)],
            ["badge", "cin"],
        )
        for worker in workers:
            found |= {value: worker.id for value in (worker.cin, worker.badge) if value}
        return found

    def _person(self, row: ParsedRow, people: dict) -> int:
        text = row.get("person")
        return (
            people.get((row.get("predecessor"), text))
            or people.get(normal_identifier(text))
            or 0
        )

    def _themes(self) -> dict[str, int]:
        """Themes by folded name in the languages of the files, and by code."""
        themes = {}
        for lang in ("en_US", "fr_FR", "ar_001"):
            if lang == "en_US" or self.env["res.lang"]._get_data(code=lang):
                for theme in (
                    self.env["srm.theme"]
                    .with_context(lang=lang)
                    .search([("code", "!=", False)])
                ):
                    themes[fold_key(theme.name)] = theme.id
                    themes[fold_key(theme.code)] = theme.id
        return themes

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        people, themes = self._people(rows), self._themes()
        new = [row for row in rows if not row.existing]
        certificates = (
            self.env["srm.certificate"]
            ._by_code()
            .create(
                [self._prepare_certificate(row, people, themes, ctx) for row in new]
            )
        )
        for row, certificate in zip(new, certificates, strict=True):
            row.res_id = certificate.id
        for row in rows:
            if row.existing:
                self._update(row)

    def _prepare_certificate(self, row, people: dict, themes: dict, ctx) -> dict:
        theme = themes.get(fold_key(row.get("theme") or ""))
        return {
            **{field: row.get(name) for name, field in COPIED.items()},
            "hours": float(row.get("hours")),
            "worker_id": self._person(row, people),
            "theme_ids": [Command.set([theme] if theme else [])],
            "predecessor_id": ctx.predecessor_ids[row.origin_key.predecessor],
            "origin_reference": row.origin_key.reference,
            "issued_by_id": False,
        }

    def _update(self, row: ParsedRow) -> None:
        row.res_id = row.existing.res_id
        vals = {
            COPIED[name]: new
            for name, (_old, new) in row.changes.items()
            if name in COPIED
        }
        if "hours" in row.changes:
            vals["hours"] = float(row.get("hours"))
        if vals:
            certificate = self.env["srm.certificate"].browse(row.res_id)
            certificate._by_code().write(vals)

    def _reason_texts(self) -> dict[str, str]:
        return {
            "person_unknown": self.env._(
                "No worker has the number “%(value)s”: take on the workers first."
            ),
            "theme_unknown": self.env._("There is no theme “%(value)s”."),
            "date_future": self.env._("A past training cannot be in the future."),
            "expired_before": self.env._("Before the training, %(date)s."),
        }
