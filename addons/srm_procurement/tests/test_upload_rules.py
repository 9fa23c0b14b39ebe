import doctest

from odoo.tests import BaseCase, tagged

from .. import upload_rules
from ..upload_rules import MAX_BYTES, UploadRefusedError, clean_name, media_type

PDF = b"%PDF-1.7 "
PNG = b"\x89PNG\r\n\x1a\n"


@tagged("post_install", "-at_install")
class TestUploadRules(BaseCase):
    def refused(self, name, declared, content):
        with self.assertRaises(UploadRefusedError) as caught:
            media_type(name, declared, content)
        return caught.exception.args[0]

    def test_examples_of_the_documentation(self):
        found = doctest.testmod(upload_rules)
        self.assertEqual((found.failed, found.attempted), (0, 2))

    def test_kinds_that_pass(self):
        for name, declared, content, kind in (
            ("a.pdf", "application/pdf", PDF, "application/pdf"),
            ("A.PDF", "", PDF, "application/pdf"),
            ("a.png", "image/png", PNG, "image/png"),
            ("a.jpeg", "application/octet-stream", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ):
            self.assertEqual(media_type(name, declared, content), kind)

    def test_bytes_name_and_declared_type_must_agree(self):
        for name, declared, content in (
            ("a.pdf", "application/pdf", b"<html><script>"),
            ("a.html", "text/html", b"<html>"),
            ("a.svg", "image/svg+xml", b"<svg onload=alert(1)>"),
            ("a.pdf", "text/html", PDF),
            ("a.png", "image/png", PDF),
            ("a.pdf.exe", "application/pdf", PDF),
            ("pdf", "application/pdf", PDF),
            ("a.pdf", "application/pdf", b"x" + PDF),
        ):
            self.assertEqual(self.refused(name, declared, content), "kind", name)

    def test_size(self):
        self.assertEqual(self.refused("a.pdf", "", b""), "empty")
        large = PDF + b"0" * (MAX_BYTES - len(PDF))
        self.assertEqual(media_type("a.pdf", "", large), "application/pdf")
        self.assertEqual(self.refused("a.pdf", "", large + b"0"), "size")

    def test_names(self):
        self.assertEqual(clean_name("../../etc/passwd.pdf"), "passwd.pdf")
        self.assertEqual(clean_name("a\r\nSet-Cookie: b.pdf"), "aSet-Cookie_ b.pdf")
        self.assertEqual(clean_name("كشف الأشغال.pdf"), "كشف الأشغال.pdf")
        self.assertEqual(clean_name(""), "document")
