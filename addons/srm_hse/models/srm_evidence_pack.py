import io
import zipfile

from odoo import fields, models

from odoo.addons.srm_base.tools.xlsx import Column, Sheet, write_workbook

RECORD_LIMIT = 1000


class SrmStandardEdition(models.Model):
    """The evidence of an edition in one ZIP file, with an index."""

    _inherit = "srm.standard.edition"

    def action_evidence_pack(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/hse/evidence/{self.id}",
            "target": "self",
        }

    def _evidence_pack(self):
        """ZIP: an index workbook, then one workbook per required evidence.

        The records listed are those the reader may see.
        """
        self.ensure_one()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("index.xlsx", self._workbook([self._index_sheet()]))
            for evidence in self.clause_ids.evidence_ids:
                archive.writestr(
                    f"{evidence.code}.xlsx",
                    self._workbook([self._records_sheet(evidence)]),
                )
        return stream.getvalue()

    def _workbook(self, sheets):
        return write_workbook(sheets, self.env.lang)

    def _index_sheet(self):
        labels = dict(
            self.env["srm.standard.clause"]
            ._fields["status"]
            ._description_selection(self.env)
        )
        columns = [
            Column(self.env._("Clause"), 10),
            Column(self.env._("Topic"), 36),
            Column(self.env._("State"), 14),
            Column(self.env._("Evidence"), 44),
            Column(self.env._("Records"), 10, "integer"),
            Column(self.env._("Last record"), 12, "date"),
            Column(self.env._("File"), 22),
        ]
        rows = [
            [
                clause.number,
                clause.name,
                labels[clause.status],
                evidence.name or "",
                evidence.record_count,
                evidence.last_date or None,
                f"{evidence.code}.xlsx" if evidence else "",
            ]
            for clause in self.clause_ids
            for evidence in (clause.evidence_ids or [clause.evidence_ids])
        ]
        return Sheet(self.display_name.replace(":", " "), columns, rows)

    def _records_sheet(self, evidence):
        records = self.env[evidence.model].search(
            evidence._get_domain(), limit=RECORD_LIMIT
        )
        state = "state" in records._fields
        columns = [
            Column(self.env._("Record"), 60),
            Column(self.env._("Date"), 12, "date"),
            Column(self.env._("State"), 20),
            Column(self.env._("Address"), 40),
        ]
        base = self.get_base_url()
        options = (
            dict(records._fields["state"]._description_selection(self.env))
            if state
            else {}
        )
        rows = [
            [
                record.display_name,
                fields.Date.to_date(record[evidence.date_field]) or None,
                options.get(record.state, "") if state else "",
                f"{base}/odoo/{record._name}/{record.id}",
            ]
            for record in records
        ]
        return Sheet(evidence.code, columns, rows)
