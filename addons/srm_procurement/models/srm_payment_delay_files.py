import base64
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..amounts import money
from ..delay_xml import LINE, SchemaError, validate, write

#: Up to this size the XML stays in memory; beyond, in a temporary file.
IN_MEMORY = 4 * 1024 * 1024
READ = 1024 * 1024
FETCH = 2000
AMOUNTS = {key for _tag, key in LINE if key.startswith("amount_")}
#: Column of a line behind each element of the file.
FILE_COLUMNS = [key for _tag, key in LINE if not key.startswith("transaction_")]


class SrmPaymentDelayDeclaration(models.Model):
    """The file for the SIMPL service: XML by streaming, checked, alone in a ZIP."""

    _inherit = "srm.payment.delay.declaration"

    def action_make_file(self):
        """Write the file, check it against the schema and offer it for download."""
        self.ensure_one()
        self._lock_open()
        self._require_state("checked")
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as stream:
            self._write_xml(stream)
            self._validate_xml(stream)
            archive = self._zip_xml(stream)
            digest = self._digest(stream)
        self._by_code().write(
            {
                "file": base64.b64encode(archive),
                "file_name": f"{self._file_name()}.zip",
                "file_digest": digest,
            }
        )
        return self.action_download_file()

    def action_download_file(self):
        """Download the file again, exactly as it was made."""
        self.ensure_one()
        if not self.file_sha256:
            raise UserError(
                self.env._("%(name)s: make the file first.", name=self.display_name)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}"
            "?download=true",
            "target": "download",
        }

    # --- XML -----------------------------------------------------------------------
    def _write_xml(self, stream: BinaryIO) -> int:
        return write(stream, self._xml_header(), self._xml_lines())

    def _xml_header(self) -> dict:
        """Values of the header; names are those of ``delay_xml.HEADER``."""
        insolvent = self.activity == "2"
        return {
            "tax_id": (self.company_id.vat or "").strip(),
            "year": self.year,
            "period": self.period,
            "activity": self.activity,
            "judgment_date": self.insolvency_date if insolvent else None,
            "turnover": money(self.turnover),
        }

    def _xml_lines(self) -> Iterator[dict]:
        """Lines in a stable order: supplier, invoice, payment."""
        names = [*FILE_COLUMNS, "periodic_month"]
        for row in self._stream_lines(names):
            yield self._xml_line(dict(zip(names, row, strict=True)))

    def _xml_line(self, values: dict) -> dict:
        month = values["periodic_month"]
        for name in AMOUNTS:
            if values[name] is not None:
                values[name] = money(values[name])
        if values["sector_days"] == 0:
            values["sector_days"] = None
        return values | {
            "transaction_month": month and month.month,
            "transaction_year": month and month.year,
        }

    def _stream_lines(self, names: list[str]) -> Iterator[tuple]:
        """Rows of the lines through a cursor of the server: constant memory."""
        self.env.flush_all()
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        query = SQL(
            "SELECT %s FROM srm_payment_delay_line WHERE declaration_id = %s"
            " ORDER BY partner_id, invoice_date, id",
            columns,
            self.id,
        )
        # The driver's own cursor: Odoo's reads every row of the answer at once.
        with self.env.cr._cnx.cursor(name=f"srm_delay_{self.id}") as cursor:
            cursor.itersize = FETCH
            cursor.execute(query.code, query.params)
            yield from cursor

    def _validate_xml(self, stream: BinaryIO) -> None:
        stream.seek(0)
        try:
            count = validate(stream, self.company_id._srm_delay_schema())
        except SchemaError as error:
            raise UserError(
                self.env._(
                    "%(name)s: the file does not follow the schema of the declaration "
                    "(%(reason)s). Correct the record it names, or the schema in the "
                    "settings.",
                    name=self.display_name,
                    reason=error,
                )
            ) from error
        if count != self.line_count:
            raise UserError(
                self.env._(
                    "%(name)s has %(lines)d lines but its file %(count)d: propose it "
                    "again.",
                    name=self.display_name,
                    lines=self.line_count,
                    count=count,
                )
            )

    def _digest(self, stream: BinaryIO) -> str:
        stream.seek(0)
        found = hashlib.sha256()
        while block := stream.read(READ):
            found.update(block)
        return found.hexdigest()

    # --- ZIP -----------------------------------------------------------------------
    def _file_name(self) -> str:
        label = self._period().label
        suffix = f"-R{self.id}" if self.kind == "correction" else ""
        return f"delais-paiement-{label}{suffix}"

    def _zip_xml(self, stream: BinaryIO) -> bytes:
        """The archive the service asks for: the XML, and nothing else."""
        target = io.BytesIO()
        stream.seek(0)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            entry = f"{self._file_name()}.xml"
            with archive.open(entry, "w", force_zip64=True) as member:
                while block := stream.read(READ):
                    member.write(block)
        return target.getvalue()
