from odoo import models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
)

from ..tools.numbers import QUANTITY_DIGITS, decimal_of

#: First half of the origin key: the data are the company's own.
OWN = "srm"


class CarbonImportHandler(models.AbstractModel):
    """Monthly activity data of the emission sources, one row per source and month.

    A statement that was handed over is never changed by a file: the row is refused and
    says to send the statement back or to restate it.
    """

    _name = "srm.import.handler.carbon"
    _inherit = "srm.import.handler"
    _description = "Import of Carbon Activity Data"
    _import_group = "srm_base.group_hse_officer"
    _target_model = "srm.carbon.line"
    _group_field = "source"
    _amount_fields = ("quantity",)
    _target_amount_fields = {"quantity": "quantity"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "source",
                self.env._("Source code"),
                required=True,
                synonyms=("Code source", "Source", "Code de la source", "رمز المصدر"),
            ),
            ImportField(
                "month",
                self.env._("Month"),
                "date",
                required=True,
                synonyms=("Mois", "Période", "Date", "الشهر"),
            ),
            ImportField(
                "quantity",
                self.env._("Quantity"),
                "amount",
                required=True,
                synonyms=("Quantité", "Consommation", "Valeur", "الكمية"),
                minimum=0,
            ),
            ImportField(
                "evidence",
                self.env._("Evidence"),
                synonyms=("Justificatif", "N° facture", "Pièce", "المستند"),
            ),
            ImportField(
                "estimated",
                self.env._("Estimated"),
                "choice",
                synonyms=("Estimé", "Estimation", "تقديري"),
                choices={
                    "yes": ("yes", "oui", "o", "x", "1", "نعم"),
                    "no": ("no", "non", "n", "0", "لا"),
                },
            ),
        ]

    def _origin_key(self, values: dict) -> tuple[str, str]:
        source, month = values.get("source"), values.get("month")
        if not source or not month:
            return "", ""
        return OWN, f"{source.upper()}|{month:%Y-%m}"

    def _lines_of(self, keys):
        """``{(source code, "YYYY-MM"): line}`` of the lines in force."""
        wanted = {tuple(key.split("|")) for key in keys}
        lines = self.env["srm.carbon.line"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("current", "=", True),
                ("source_id.code", "in", list({code for code, _month in wanted})),
                ("period_id.name", "in", list({month for _code, month in wanted})),
            ]
        )
        return {(x.source_id.code.upper(), x.period_id.name): x for x in lines}

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        lines = self._lines_of([reference for _own, reference in keys])
        found = {}
        for key in keys:
            line = lines.get(tuple(key.reference.split("|")))
            if line and line.quantity_given:
                found[key] = Existing(line.id, self._comparable(line))
        return found

    def _comparable(self, line):
        return {
            "quantity": decimal_of(line.quantity, QUANTITY_DIGITS),
            "evidence": line.evidence or None,
            "estimated": "yes" if line.estimated else "no",
        }

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        keyed = [row for row in rows if row.origin_key]
        lines = self._lines_of([row.origin_key.reference for row in keyed])
        codes = {
            source.code.upper()
            for source in self.env["srm.emission.source"].search_fetch(
                [("company_id", "=", self.env.company.id)], ["code"]
            )
        }
        for row in keyed:
            code, month = row.origin_key.reference.split("|")
            line = lines.get((code, month))
            if code not in codes:
                row.add_error("source", "source_unknown")
            elif not line:
                row.add_error("month", "month_not_open", month=month)
            elif not line.statement_id.editable:
                row.add_error("month", "handed_over", statement=line.statement_id.name)

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        lines = self._lines_of([row.origin_key.reference for row in rows])
        for row in rows:
            line = lines[tuple(row.origin_key.reference.split("|"))]
            line.write(self._prepare_entry(row))
            row.res_id = line.id

    def _prepare_entry(self, row):
        return {
            "quantity": float(row.get("quantity")),
            "quantity_given": True,
            "evidence": row.get("evidence", False),
            "estimated": row.get("estimated") == "yes",
        }

    def _reason_texts(self) -> dict[str, str]:
        return {
            "source_unknown": self.env._(
                "No emission source has the code “%(value)s”."
            ),
            "month_not_open": self.env._(
                "The month %(month)s is not open for this source: open it first."
            ),
            "handed_over": self.env._(
                "%(statement)s was handed over: have it sent back, or restate it."
            ),
        }
