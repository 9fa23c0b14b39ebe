import base64
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from . import hostile
from . import srm_import_fake as fake
from .srm_import_common import ImportCase

ADDON = Path(__file__).parent.parent
SECONDS = 20
MEGABYTES = 220
#: Reads a file as a take-on does, in a process of its own, and says what it took.
READ = """
import json, resource, sys, time
sys.path[:0] = sys.argv[1:3]
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from importer.errors import ImportFileError
from importer.table import filled_rows, first_rows, open_table
for path in sys.argv[3:]:
    start, rows, found = time.monotonic(), 0, ("read", "")
    try:
        with open(path, "rb") as file, open_table(file) as table:
            for sheet in table.sheet_names:
                table.row_hint(sheet)
                list(first_rows(table, sheet, 1000))
                for _line, _cells in filled_rows(table, sheet):
                    rows += 1
    except ImportFileError as error:
        found = (error.code, error.params.get("detail", ""))
    status = open("/proc/self/status").read()
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    figures = [*found, rows, time.monotonic() - start, peak]
    sys.stdout.write(json.dumps(figures) + chr(10))
    sys.stdout.flush()
"""


def read_apart(content: bytes) -> tuple[str, str, int, float, int]:
    """(code, detail, rows, seconds, megabytes at most) of reading a file."""
    engine = next(p for p in map(Path, sys.path) if (p / "srm_engine").is_dir())
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-c", READ, str(ADDON), str(engine), file.name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert not done.returncode, done.stderr[-2000:]
    return tuple(json.loads(done.stdout))


@tagged("post_install", "-at_install")
class TestHostileFiles(BaseCase):
    """Whatever a file holds, opening it takes seconds and little memory."""

    def assertBounded(self, name: str, content: bytes, code: str, place: str = ""):
        found, detail, rows, seconds, peak = read_apart(content)
        self.assertEqual(found, code, f"{name}: {detail}")
        self.assertIn(place, detail, name)
        self.assertLess(seconds, SECONDS, name)
        self.assertLess(peak, MEGABYTES, name)
        return rows

    def test_damaged_files_are_called_so_with_the_place(self):
        for name, (make, place) in hostile.DAMAGED.items():
            with self.subTest(name):
                self.assertBounded(name, make(), "damaged", place)

    def test_bombs_are_not_opened(self):
        for name, make in hostile.TOO_LARGE.items():
            with self.subTest(name):
                self.assertBounded(name, make(), "too_large")

    def test_what_is_only_odd_is_read(self):
        for name, make in hostile.HARMLESS.items():
            with self.subTest(name):
                self.assertEqual(self.assertBounded(name, make(), "read"), 1)


@tagged("post_install", "-at_install")
class TestHostileImport(ImportCase):
    """The person reads a sentence, and nothing of the file is kept as a row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        fake.install(cls)

    def test_the_person_is_told(self):
        for name in (
            "a column far beyond Excel's",
            "a type that is none",
            "elements within elements",
            "encrypted parts",
            "a text file without lines",
        ):
            make, place = hostile.DAMAGED[name]
            record = self.new_import(make())
            with self.subTest(name), self.assertRaisesRegex(UserError, "damaged") as it:
                record.action_preview()
            self.assertIn(place, str(it.exception))
            self.assertEqual(record.state, "draft")

    def test_an_encoding_that_takes_for_ever_is_refused(self):
        record = self.new_import(b"Dossier;Nom\n1;x\n")
        for encoding in ("idna", "punycode", "rot13", "nonsense"):
            record.encoding = encoding
            with self.assertRaisesRegex(UserError, "cannot be read as"):
                record.action_preview()

    def test_no_file_of_the_server_comes_along(self):
        """An entity that names a file is not opened."""
        text = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + hostile.sheet(
            hostile.row('<c r="A1" t="inlineStr"><is><t>&x;</t></is></c>')
        )
        content = hostile.workbook(text)
        with tempfile.TemporaryDirectory():
            found = read_apart(content)
        self.assertIn(found[0], ("damaged", "read"))
        from ..importer.table import open_table

        with open_table(io.BytesIO(content)) as table:
            self.assertNotIn("root:", str(list(table.rows("S0"))))

    def test_a_corrected_workbook_is_read_with_the_same_care(self):
        record = self.new_import(hostile.workbook(hostile.sheet("")))
        make, place = hostile.DAMAGED["a column far beyond Excel's"]
        for state in ("previewed", "checked"):
            record.sudo()._by_code().state = state
        wizard = self.env["srm.import.correction"].create(
            {"import_id": record.id, "file": base64.b64encode(make())}
        )
        with self.assertRaisesRegex(UserError, place):
            wizard.action_apply()
