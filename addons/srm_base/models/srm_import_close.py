import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.xlsx import Column, Sheet, write_workbook

#: Rows fetched at a time while a report is written.
REPORT_BATCH = 2000


class SrmImport(models.Model):
    """Reconcile: the totals agree, the report proves it, the import is closed."""

    _inherit = "srm.import"  # pylint: disable=consider-merging-classes-inherited

    report = fields.Binary(
        string="Reconciliation report", attachment=True, readonly=True, copy=False
    )
    report_name = fields.Char(compute="_compute_report_name")

    def _compute_report_name(self):
        for record in self:
            number = (record.name or "").replace("/", "-")
            record.report_name = self.env._(
                "Reconciliation %(number)s.xlsx", number=number
            )

    def action_close(self):
        """Close the import; refused until the file equals loaded plus rejected."""
        for record in self._take_step("close"):
            report = base64.b64encode(record._report_workbook())
            record._by_code().write({"report": report})
        return True

    def _check_closable(self):
        self._check_not_running()
        self._refresh_totals()
        for record in self:
            record._check_balanced()

    def _check_balanced(self):
        """Refuse to close, naming each group and its gap."""
        gaps = self.total_ids._gaps()
        if not gaps:
            return
        waiting = self._count_rows("ok", "flagged")
        hint = ""
        if waiting:
            hint = self.env._(
                "%(count)s rows wait to be loaded or decided: load or reject them.",
                count=waiting,
            )
        raise UserError(
            self.env._(
                "%(name)s cannot be closed, the totals do not agree:\n%(gaps)s"
                "\n%(hint)s",
                name=self.name,
                gaps="\n".join(f"- {gap}" for gap in gaps),
                hint=hint,
            )
        )

    def action_report(self):
        """Download the reconciliation report: the one of the closing, or as of now."""
        self.ensure_one()
        if self.state == "closed":
            return self._download("report", self.report_name)
        return self._download_content(self._report_workbook(), self.report_name)

    def _download(self, field, file_name):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/{file_name}"
            "?download=true",
            "target": "self",
        }

    def _download_content(self, content, file_name):
        """Hand over a file made for one person; the attachment is theirs only."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": file_name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/vnd.openxmlformats-officedocument"
                ".spreadsheetml.sheet",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    # Report

    def _report_workbook(self):
        """The reconciliation as an XLSX workbook, in the reader's language."""
        self.ensure_one()
        wording = self._wording()
        return write_workbook(
            [
                self._totals_sheet(),
                self._rejected_sheet(wording),
                self._changes_sheet(wording),
                self._flags_sheet(wording),
                self._corrections_sheet(wording),
                self._ignored_sheet(),
                self._history_sheet(),
            ],
            self.env.lang,
        )

    def _totals_sheet(self):
        names = [
            "declared_count",
            "declared_amount",
            "file_count",
            "file_amount",
            "unreadable_count",
            "corrected_count",
            "corrected_amount",
            "loaded_count",
            "loaded_amount",
            "rejected_count",
            "rejected_amount",
            "waiting_count",
            "waiting_amount",
            "difference_count",
            "difference_amount",
        ]
        described = self.env["srm.import.total"].fields_get(names, ["string"])
        columns = [
            Column(self.env._("Predecessor"), 24, "text"),
            Column(self.env._("Amount"), 24, "text"),
        ]
        columns += [
            Column(
                described[name]["string"],
                18,
                "money" if name.endswith("amount") else "integer",
            )
            for name in names
        ]
        rows = (
            [total.group_name, total.amount_name, *(total[name] for name in names)]
            for total in self.total_ids
        )
        return Sheet(self.env._("Totals"), columns, rows)

    def _rejected_sheet(self, wording):
        columns = [
            Column(self.env._("Line"), 8, "integer"),
            Column(self.env._("Reference"), 20, "text"),
            Column(self.env._("Predecessor"), 20, "text"),
            Column(self.env._("Reasons"), 90, "text"),
        ]
        by_person = self.env._("rejected by a person")
        rows = (
            [
                row.line_number,
                row.origin_reference or "",
                row.group_name,
                "\n".join(
                    [
                        *([by_person] if row.state == "rejected" else []),
                        *map(
                            wording.reason, [*(row.reasons or []), *(row.flags or [])]
                        ),
                    ]
                ),
            ]
            for row in self._report_rows([("state", "in", ("error", "rejected"))])
        )
        return Sheet(self.env._("Rejected rows"), columns, rows)

    def _changes_sheet(self, wording):
        columns = [
            Column(self.env._("Line"), 8, "integer"),
            Column(self.env._("Reference"), 20, "text"),
            Column(self.env._("Record"), 12, "integer"),
            Column(self.env._("Field"), 30, "text"),
            Column(self.env._("Before"), 30, "text"),
            Column(self.env._("After"), 30, "text"),
        ]
        rows = (
            [
                row.line_number,
                row.origin_reference,
                row.res_id,
                wording.labels.get(name, name),
                old or "",
                new or "",
            ]
            for row in self._report_rows([("state", "=", "updated")])
            for name, (old, new) in (row.changes or {}).items()
        )
        return Sheet(self.env._("Changes made"), columns, rows)

    def _flags_sheet(self, wording):
        decisions = dict(
            self.env["srm.import.row"]
            ._fields["decision"]
            ._description_selection(self.env)
        )
        columns = [
            Column(self.env._("Line"), 8, "integer"),
            Column(self.env._("Reference"), 20, "text"),
            Column(self.env._("Looks like"), 80, "text"),
            Column(self.env._("Known record"), 14, "integer"),
            Column(self.env._("Decision"), 28, "text"),
        ]
        rows = (
            [
                row.line_number,
                row.origin_reference or "",
                wording.reason(flag),
                flag.get("res_id") or None,
                decisions.get(row.decision, self.env._("Not decided")),
            ]
            for row in self._report_rows([("flags", "!=", False)])
            for flag in row.flags or []
        )
        return Sheet(self.env._("Probable duplicates"), columns, rows)

    def _corrections_sheet(self, wording):
        columns = [
            Column(self.env._("Line"), 8, "integer"),
            Column(self.env._("Reference"), 20, "text"),
            Column(self.env._("Column"), 24, "text"),
            Column(self.env._("In the file"), 30, "text"),
            Column(self.env._("Corrected"), 30, "text"),
            Column(self.env._("By"), 24, "text"),
            Column(self.env._("On"), 18, "datetime"),
        ]
        rows = (
            [
                row.line_number,
                row.origin_reference or "",
                line["column"],
                line["original"],
                line["corrected"],
                row.corrected_by_id.name,
                self._local(row.corrected_at),
            ]
            for row in self._report_rows([("corrected", "!=", False)])
            for line in row._cell_lines(wording)
            if line.get("corrected") is not None
        )
        return Sheet(self.env._("Corrections"), columns, rows)

    def _ignored_sheet(self):
        columns = [
            Column(self.env._("Line"), 8, "integer"),
            Column(self.env._("Text"), 100, "text"),
        ]
        lines = self._check_run().ignored_lines or []
        rows = [[line["line"], line["text"]] for line in lines]
        if self.total_line_text:
            rows.append([None, self.total_line_text])
        return Sheet(self.env._("Lines left out"), columns, rows)

    def _history_sheet(self):
        jobs = dict(
            self.env["srm.import.run"]._fields["job"]._description_selection(self.env)
        )
        rows = [
            [self.env._("File"), self.file_name or "", None],
            [self.env._("Fingerprint (SHA-256)"), self.file_sha256 or "", None],
            [self.env._("Uploaded"), self.user_id.name, self._local(self.create_date)],
            *(
                [jobs[run.job], run.user_id.name, self._local(run.finished_at)]
                for run in reversed(self.run_ids)
            ),
            [
                self.env._("Closed"),
                self.closed_by_id.name or "",
                self._local(self.closed_at),
            ],
        ]
        columns = [
            Column(self.env._("Step"), 28, "text"),
            Column(self.env._("Who"), 50, "text"),
            Column(self.env._("When"), 18, "datetime"),
        ]
        return Sheet(self.env._("Who and when"), columns, rows)

    def _local(self, moment):
        """A moment in the reader's time zone, as spreadsheets have none."""
        if not moment:
            return None
        return fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None)

    def _report_rows(self, domain):
        """Rows of the import, in order, a batch at a time."""
        model = self.env["srm.import.row"]
        line = 0
        while True:
            rows = model.search(
                [("import_id", "=", self.id), ("line_number", ">", line), *domain],
                order="line_number",
                limit=REPORT_BATCH,
            )
            yield from rows
            if len(rows) < REPORT_BATCH:
                return
            line = rows[-1].line_number
            rows.invalidate_recordset(flush=False)
