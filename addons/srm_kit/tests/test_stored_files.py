"""A stored file is whole or it is not there, whatever the disk does."""

import base64
import errno
import hashlib
import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.http import FilesystemSessionStore
from odoo.service import model as service_model
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.service import ir_attachment_store
from ..service import full_disk, refusals

STORE = "odoo.addons.srm_kit.models.service.ir_attachment_store"


def full(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


@tagged("post_install", "-at_install")
class TestStoredFiles(TransactionCase):
    def setUp(self):
        super().setUp()
        self.content = os.urandom(50_000)
        self.attachments = self.env["ir.attachment"]
        name = hashlib.sha1(self.content).hexdigest()
        self.path = self.attachments._full_path(f"{name[:2]}/{name}")
        self.addCleanup(self._forget)

    def _forget(self):
        for path in (self.path, f"{self.path}.damaged"):
            if os.path.exists(path):
                os.unlink(path)

    def store(self):
        datas = base64.b64encode(self.content)
        return self.attachments.create({"name": "document", "datas": datas})

    @mute_logger(STORE)
    def test_a_full_disk_leaves_nothing_and_the_document_is_sent_again(self):
        with patch.object(ir_attachment_store.os, "fsync", full):
            with self.assertRaisesRegex(UserError, "no room") as raised:
                self.store()
        self.assertTrue(refusals.may_be_repeated(raised.exception))
        self.assertFalse(os.path.exists(self.path))
        folder = os.path.dirname(self.path)
        parts = [name for name in os.listdir(folder) if name.startswith(".part")]
        self.assertFalse(parts)
        attachment = self.store()
        self.assertEqual(attachment.raw, self.content)

    @mute_logger(STORE)
    def test_a_file_cut_before_is_replaced_by_the_whole_one(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "wb") as stream:
            stream.write(self.content[:20_000])
        attachment = self.store()
        self.assertEqual(attachment.raw, self.content)
        self.assertTrue(os.path.exists(f"{self.path}.damaged"))

    def test_a_whole_file_is_written_once(self):
        self.store()
        before = os.stat(self.path).st_ino
        self.store()
        self.assertEqual(os.stat(self.path).st_ino, before)

    def test_another_error_of_the_disk_is_not_called_full(self):
        def broken(*_args):
            raise OSError(errno.EIO, "Input/output error")

        with (
            patch.object(ir_attachment_store.os, "fsync", broken),
            self.assertRaises(OSError),
        ):
            self.store()

    def test_no_room_anywhere_in_a_call(self):
        for error in (
            OSError(errno.ENOSPC, "No space left on device"),
            OSError(errno.EDQUOT, "Disk quota exceeded"),
        ):

            def fail(error=error):
                raise error

            with self.assertRaisesRegex(UserError, "no room"):
                service_model.retrying(fail, self.env)

    @mute_logger("odoo.addons.srm_kit.service.full_disk")
    def test_a_session_without_room_does_not_spoil_the_answer(self):
        with patch.object(full_disk, "_odoo_save", full):
            FilesystemSessionStore.save(None, None)
