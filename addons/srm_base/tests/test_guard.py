import base64

from odoo.exceptions import UserError
from odoo.tests import tagged

from .guard_common import GuardedCase
from .srm_import_common import ImportCase, supplier, table, xlsx
from .test_srm_submission import PageStub, SubmissionCase

FORGED = base64.b64encode(b"Code;Nom\n1;Autre")
CORRECTED = [{"field": "commune", "corrected": "Tiznit"}]


@tagged("post_install", "-at_install")
class TestImportsAreKept(GuardedCase, ImportCase):
    """An import proves what was taken on: its file, its rows, its totals."""

    def closed(self):
        record = self.checked([supplier(1)])
        record.action_load()
        record.action_close()
        return record

    def file_of(self, record):
        return (
            self.env["ir.attachment"]
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", record.id),
                ]
            )
            .with_user(self.officer)
        )

    def test_a_closed_import_does_not_change(self):
        record = self.closed()
        self.assertKept(
            record,
            {
                "state": "loaded",
                "file": FORGED,
                "file_name": "other.xlsx",
                "file_sha256": "0" * 64,
                "kind": False,
                "company_id": False,
                "closed_by_id": self.director.id,
                "report": FORGED,
            },
            children=("mapping_ids",),
        )
        self.assertKept(
            record.row_ids, {"state": "error", "cells": CORRECTED, "res_id": 0}
        )
        self.assertKept(record.total_ids[:1], {"declared_count": 5, "loaded_count": 5})

    def test_what_was_read_stays_from_the_check_on(self):
        record = self.checked([supplier(1)])
        attacks = {
            name: lambda name=name, value=value: record.write({name: value})
            for name, value in {
                "file": FORGED,
                "header_line": 4,
                "predecessor_id": self.env["srm.predecessor"].search([], limit=1).id,
            }.items()
        }
        attacks["column"] = lambda: record.mapping_ids[0].write({"field_name": "name"})
        attacks["attachment"] = lambda: self.file_of(record).write({"raw": b"forged"})
        attacks["deletion"] = self.file_of(record).unlink
        self.assertRefused(attacks)

    def test_a_file_put_in_the_place_of_another_is_not_read(self):
        record = self.new_import(xlsx(table([supplier(1)])))
        self.file_of(record)._by_code().raw = xlsx(table([supplier(2)]))
        for step in (record.action_preview, record._file_content):
            with self.assertRaisesRegex(UserError, "SHA-256"):
                step()

    def test_nothing_changes_under_a_check_that_runs(self):
        record = self.new_import(xlsx(table([supplier(1)])))
        record.action_preview()
        record._launch("check", 1_000_000)
        self.assertTrue(record.is_running)
        column = record.mapping_ids[0]
        self.assertRefused(
            {
                "file": lambda: record.write({"file": FORGED}),
                "column": lambda: column.write({"field_name": "name"}),
                "no column": column.unlink,
                "preview": record.action_preview,
                "cancel": record.action_cancel,
            }
        )

    def test_what_code_alone_writes(self):
        vals = {"kind": "suppliers", "file": base64.b64encode(b"a;b")}
        closed = {
            "state": "loaded",
            "name": "IMP/1",
            "user_id": self.director.id,
            "stop_requested": True,
            "file_sha256": "0" * 64,
        }
        self.assertClosed(self.imports, vals, closed)
        origin = {
            "model": "res.partner",
            "res_id": 1,
            "predecessor_id": self.env["srm.predecessor"].search([], limit=1).id,
            "reference": "X",
        }
        with self.assertRaises(UserError):
            self.env["srm.origin"].with_user(self.officer).create(origin)

    def test_the_database_keeps_the_file_of_what_was_loaded(self):
        record = self.closed()
        self.assertHeld(
            f"UPDATE srm_import SET file_sha256 = 'x' WHERE id = {record.id}",
            f"UPDATE srm_import SET state = 'draft' WHERE id = {record.id}",
            f"UPDATE srm_import SET predecessor_id = 1 WHERE id = {record.id}",
            f"DELETE FROM srm_import WHERE id = {record.id}",
        )


@tagged("post_install", "-at_install")
class TestEntriesAreKept(GuardedCase, SubmissionCase):
    def test_what_was_entered_in_the_field_stays(self):
        self._use(PageStub())
        self._submit()
        entry = self.entries.search([], limit=1)
        administrator = self.env.ref("base.user_admin")
        for user in (self.staff, administrator):
            self.assertKept(
                entry.with_user(user),
                {
                    "state": "refused",
                    "user_id": administrator.id,
                    "payload": {},
                    "received_on": "2020-01-01",
                },
            )
        self.assertHeld(
            f"UPDATE srm_submission SET payload = '{{}}' WHERE id = {entry.id}",
            f"UPDATE srm_submission SET state = 'refused' WHERE id = {entry.id}",
            f"DELETE FROM srm_submission WHERE id = {entry.id}",
        )
