import base64
import doctest
import io
import time
import tracemalloc

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, new_test_user, tagged

from ..tools import pictures
from ..tools.pictures import MOST_SIDE, PictureError, check_pixels, redrawn
from .pictures_common import PLACE, PROGRAM, endless, photo


@tagged("post_install", "-at_install")
class TestPictures(BaseCase):
    """What comes out is a picture and nothing else."""

    def test_examples_of_the_documentation(self):
        self.assertEqual(doctest.testmod(pictures).failed, 0)

    def test_neither_the_place_nor_a_program_comes_along(self):
        for kind, options in (("JPEG", {}), ("PNG", {}), ("WEBP", {})):
            given = photo(kind=kind, **options)
            self.assertIn(PROGRAM, given)
            drawn = redrawn(given)
            self.assertNotIn(PROGRAM, drawn)
            self.assertNotIn(PLACE, drawn)
            with Image.open(io.BytesIO(drawn)) as picture:
                self.assertEqual(picture.format, "JPEG" if kind == "JPEG" else "PNG")
                self.assertEqual(picture.size, (64, 48))
                self.assertFalse(picture.getexif())
                self.assertFalse(picture.info.get("comment"))

    def test_a_photo_stands_upright(self):
        with Image.open(io.BytesIO(redrawn(photo(orientation=6)))) as picture:
            self.assertEqual(picture.size, (48, 64))
            red, _green, blue = picture.getpixel((46, 2))
            self.assertGreater(red, blue)

    def test_what_shows_through_still_does(self):
        stream = io.BytesIO()
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(stream, "PNG")
        with Image.open(io.BytesIO(redrawn(stream.getvalue()))) as picture:
            self.assertEqual(picture.getpixel((1, 1)), (0, 0, 0, 0))

    def test_large_photos_are_made_smaller(self):
        with Image.open(io.BytesIO(redrawn(photo((6_000, 3_000))))) as picture:
            self.assertEqual(picture.size, (MOST_SIDE, MOST_SIDE // 2))

    def test_dimensions_that_fill_the_memory_are_refused_unopened(self):
        tracemalloc.start()
        start = time.monotonic()
        for size in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (60_000_000, 1)):
            with self.assertRaisesRegex(PictureError, "pixels|kind"):
                redrawn(endless(*size))
        with self.assertRaisesRegex(PictureError, "pixels"):
            check_pixels(endless())
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertLess(time.monotonic() - start, 5)
        self.assertLess(peak, 20 * 1024**2)

    def test_what_is_no_picture_is_refused(self):
        for content in (
            b"",
            b"%PDF-1.7",
            b"<svg/>",
            b"\xff\xd8\xff" + b"x" * 100,
            b"\x89PNG\r\n\x1a\n" + b"x" * 100,
        ):
            with self.assertRaisesRegex(PictureError, "kind"):
                redrawn(content)


@tagged("post_install", "-at_install")
class TestGivenPictures(TransactionCase):
    """Pictures people attach, by who they are and where they put them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = new_test_user(cls.env, "pic_out", groups="base.group_portal")
        cls.person = new_test_user(cls.env, "pic_in", groups="base.group_user")

    def attach(self, user, content, system=False, **values):
        files = self.env["ir.attachment"].with_user(user)
        files = files.sudo() if system else files
        return files.create({"name": "photo.jpeg", "raw": content, **values}).sudo()

    def test_pictures_from_outside_are_drawn_anew(self):
        """Whatever page takes them, with the system's rights or without."""
        file = self.attach(self.outsider, photo(), system=True)
        self.assertNotIn(PROGRAM, file.raw)
        self.assertEqual((file.mimetype, file.name), ("image/jpeg", "photo.jpg"))
        file = self.attach(self.outsider, photo(kind="WEBP"), system=True)
        self.assertEqual((file.mimetype, file.name), ("image/png", "photo.png"))
        for vals in ({"raw": photo()}, {"datas": base64.b64encode(photo())}):
            file.write(vals)
            self.assertNotIn(PROGRAM, file.raw)

    def test_bombs_are_refused_whoever_brings_them(self):
        for user in (self.outsider, self.person):
            with self.assertRaisesRegex(UserError, "too many pixels"):
                self.attach(user, endless(), system=True)

    def test_what_is_no_picture_says_so(self):
        for content in (b"\xff\xd8\xff" + b"x" * 100, b"an unknown format"):
            with self.assertRaisesRegex(UserError, "cannot be opened"):
                self.attach(self.outsider, content, system=True)

    def test_other_files_are_left_alone(self):
        for content in (b"BMCE Bank;12,50\n", b"%PDF-1.7 x", b"RIFF plan"):
            file = self.attach(self.outsider, content, system=True, name="a.bin")
            self.assertEqual(file.raw, content)

    def test_documents_of_others_keep_their_pictures(self):
        """Only what stands beside documents of the suite is ours to draw anew."""
        given = photo()
        self.assertEqual(self.attach(self.person, given).raw, given)
