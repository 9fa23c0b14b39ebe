from odoo import fields, models

from odoo.addons.srm_base.importer.api import (
    Existing,
    ImportContext,
    ImportField,
    OriginKey,
    ParsedRow,
    ok_rows,
)

from ..amounts import exact


class SrmImport(models.Model):
    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[("bulk_readings", "History of the bulk meters")],
        ondelete={"bulk_readings": "cascade"},
    )


class BulkReadingImportHandler(models.AbstractModel):
    """Monthly volumes of the bulk meters of a predecessor.

    A row is known by its meter and its month; the cubic metres are the control total.
    """

    _name = "srm.import.handler.bulk_readings"
    _inherit = "srm.import.handler"
    _description = "Take-on of Bulk Meter Volumes"
    _import_group = "srm_projects.group_network_officer"
    _target_model = "srm.bulk.reading"
    _amount_fields = ("volume",)
    _target_amount_fields = {"volume": "volume"}

    def _fields_spec(self) -> list[ImportField]:
        return [
            ImportField(
                "meter",
                self.env._("Bulk meter"),
                required=True,
                synonyms=("Compteur", "Code compteur", "Débitmètre", "العداد"),
            ),
            self._predecessor_field(),
            ImportField(
                "month",
                self.env._("Month"),
                "date",
                required=True,
                synonyms=("Mois", "Période", "الشهر"),
            ),
            ImportField(
                "volume",
                self.env._("Volume (m³)"),
                "amount",
                required=True,
                minimum=0,
                synonyms=("Volume", "Volume m3", "Consommation", "الحجم"),
            ),
        ]

    def _reason_texts(self) -> dict[str, str]:
        return {
            "meter_unknown": self.env._(
                "no bulk meter has this code: enter the meter first"
            ),
            "month_future": self.env._("this month is in the future"),
        }

    def _origin_key(self, values: dict) -> tuple[str, str]:
        meter, month = values.get("meter"), values.get("month")
        reference = f"{meter}@{month:%Y-%m}" if meter and month else ""
        return values.get("predecessor") or "", reference

    def _existing(self, keys: list[OriginKey]) -> dict[OriginKey, Existing]:
        split = {key: key.reference.rsplit("@", 1) for key in keys}
        months = {f"{month}-01" for _code, month in split.values()}
        readings = self.env["srm.bulk.reading"].search(
            [
                ("meter_id.code", "in", [code for code, _month in split.values()]),
                ("month", "in", sorted(months)),
            ]
        )
        known = {
            (reading.meter_id.code, f"{reading.month:%Y-%m}"): reading
            for reading in readings
        }
        return {
            key: Existing(
                known[tuple(parts)].id, {"volume": exact(known[tuple(parts)].volume)}
            )
            for key, parts in split.items()
            if tuple(parts) in known
        }

    def _check_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        meters = self._meter_ids(rows)
        today = fields.Date.context_today(self)
        for row in ok_rows(rows):
            if row.get("meter") and row.get("meter") not in meters:
                row.add_error("meter", "meter_unknown")
            if row.get("month") and row.get("month") > today:
                row.add_error("month", "month_future")

    def _meter_ids(self, rows) -> dict[str, int]:
        codes = {row.get("meter") for row in rows} - {None}
        meters = self.env["srm.bulk.meter"].search([("code", "in", sorted(codes))])
        return {meter.code: meter.id for meter in meters}

    def _load_rows(self, rows: list[ParsedRow], ctx: ImportContext) -> None:
        meters = self._meter_ids(rows)
        fresh = [row for row in rows if not row.existing]
        readings = self.env["srm.bulk.reading"].create(
            [
                {
                    "meter_id": meters[row.get("meter")],
                    "month": row.get("month").replace(day=1),
                    "volume": float(row.get("volume")),
                }
                for row in fresh
            ]
        )
        for row, reading in zip(fresh, readings, strict=True):
            row.res_id = reading.id
        for row in rows:
            if row.existing and "volume" in row.changes:
                _old, new = row.changes["volume"]
                reading = self.env["srm.bulk.reading"].browse(row.existing.res_id)
                reading.volume = float(new)
