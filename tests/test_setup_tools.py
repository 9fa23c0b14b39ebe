"""The tools the suite relies on: documentation examples, strict tests, linters."""

from __future__ import annotations

import doctest
import importlib
import os
import stat
import subprocess
import sys

import pytest

from srm_cli import capacity, lint, odoo, odoo_tree, odooconf, paths
from srm_cli.account import Account

MODULES = ("addons", "apt", "capacity", "errors", "lock")


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name):
    result = doctest.testmod(importlib.import_module(f"srm_cli.{name}"))
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    "body",
    [
        "import pytest\n\n@pytest.mark.sk" + "ip\ndef test_one(): pass\n",
        "import pytest\npytest.importor" + "skip('no_such_module')\n",
        "import unittest\n\nclass T(unittest.TestCase):\n"
        "    def test_one(self): self.skip" + "Test('why')\n",
    ],
)
def test_a_skipped_test_fails_the_run(tmp_path, body):
    (tmp_path / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-p", "srm_cli.strict", "-p", "no:odoo"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (1, 2)
    assert "the suite does not allow" in done.stdout


def test_what_tests_count_is_told_at_the_end(tmp_path):
    body = "def test_one(record_property):\n    record_property('holes', 0)\n"
    (tmp_path / "test_it.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-p", "srm_cli.strict", "-p", "no:odoo"]
    done = subprocess.run(
        [*command, "-n", "2", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stdout
    assert "test_one: holes: 0" in done.stdout
    assert " passed" in done.stdout.strip().splitlines()[-1]


def test_every_link_of_odoo_resolves(srm_context):
    odoo_tree.check_links(srm_context.platform.odoo.python_path)


def test_odoo_says_its_version(srm_context):
    parts = srm_context.platform
    done = subprocess.run(
        [parts.python, odoo.SCRIPT, "--version"],
        env=parts.env(),
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("Odoo Server 19.0")
    as_root = "Running as user 'root' is a security risk.\n" if not os.geteuid() else ""
    assert done.stderr == as_root


def test_a_reader_who_has_seen_enough_does_not_stop_the_work(tmp_path):
    """`./srm start | head` starts the server."""
    done = tmp_path / "done"
    script = (
        "from srm_cli.steps import say\n"
        "for n in range(20_000): say(f'line {n}')\n"
        f"open({str(done)!r}, 'w').close()\n"
    )
    command = f'"{sys.executable}" -c "$SCRIPT" | head -n 1'
    env = {**os.environ, "PYTHONPATH": str(paths.ROOT / "tools"), "SCRIPT": script}
    shown = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=env,
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "line 0\n", "")
    assert done.exists()


def test_what_is_set_in_the_configuration_wins(srm_context, tmp_path, monkeypatch):
    monkeypatch.setenv("SRM_STATE_DIR", str(tmp_path))
    common = (srm_context.platform, srm_context.connection, "some_db")
    chosen = capacity.options(3, 8072)
    text = odooconf.write(*common, demo=False, defaults=chosen).read_text()
    for line in ("workers = 3", "max_cron_threads = 2", "gevent_port = 8072"):
        assert line in text
    committed = odooconf.read()
    committed.set("options", "workers", "1")
    monkeypatch.setattr(odooconf, "read", lambda: committed)
    text = odooconf.write(*common, demo=False, defaults=chosen).read_text()
    assert "workers = 1" in text


def test_the_committed_configuration_is_safe():
    options = dict(odooconf.read().items("options"))
    assert options["http_interface"] == "127.0.0.1"
    assert options["list_db"] == options["proxy_mode"] == "False"
    assert "queue_job" in options["server_wide_modules"].split(",")
    assert not {"admin_passwd", "db_password"} & set(options)


def test_the_private_configuration(srm_context, tmp_path, monkeypatch):
    monkeypatch.setenv("SRM_STATE_DIR", str(tmp_path))
    common = (srm_context.platform, srm_context.connection, "some_db")
    demo = odooconf.write(*common, demo=True).read_text()
    live = odooconf.write(*common, demo=False).read_text()
    assert "srm_demo = True" in demo and "srm_demo" not in live
    assert "dbfilter = ^some_db$" in live
    mode = stat.S_IMODE((tmp_path / "odoo.conf").stat().st_mode)
    assert mode == 0o600
    password = (tmp_path / "master-password").read_text()
    assert len(password) >= 32 and password in live and password in demo


def test_nothing_of_the_registry_is_pinned_by_address():
    """Locks name packages and checksums; where they come from is the machine's."""
    for path in (
        paths.ROOT / "requirements.txt",
        paths.HERE / "node" / "package-lock.json",
    ):
        text = path.read_text()
        assert "--index-url" not in text and '"resolved"' not in text
        assert "file:" not in text


def test_every_requirement_has_a_checksum():
    lines = (paths.ROOT / "requirements.txt").read_text().splitlines()
    pinned = [n for n, line in enumerate(lines) if "==" in line and line[0].isalnum()]
    assert len(pinned) > 80
    assert all("--hash=sha256:" in lines[n + 1] for n in pinned)


def test_lint_finds_what_it_looks_for(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    folder = tmp_path / "addons" / "srm_x"
    folder.mkdir(parents=True)
    (folder / "bad.xml").write_text("<odoo><record></odoo>")
    (folder / "bad.csv").write_text("a,b\n1,2,3\n")
    (folder / "bad.py").write_text("def f():\n    print(1)  # TO" + "DO\n")
    assert len(lint._check_xml()) == 1
    assert len(lint._check_csv()) == 1
    found = lint._check_forbidden()
    assert sorted(line.split(": ", 1)[1] for line in found) == [
        "print in an add-on",
        "unfinished work",
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('msgid "Hello"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Bonjour"\n', "fuzzy"),
        ('msgid "%(x)s left"\nmsgstr "%(y)s reste"\n', "placeholders differ"),
        ('msgid "Hello"\nmsgstr "Bonjour"\n', ""),
    ],
)
def test_translation_check(tmp_path, entry, reason):
    path = tmp_path / "fr.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    path.write_text(header + entry)
    script = paths.HERE / "scripts" / "check_po.py"
    done = subprocess.run(
        [sys.executable, str(script), str(path)], capture_output=True, text=True
    )
    assert done.returncode == bool(reason)
    assert reason in done.stdout


def test_the_account_of_postgres_may_not_pass_a_closed_folder(tmp_path):
    """The check is made as that account, not guessed from permission bits."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    root = os.geteuid() == 0
    other = Account("someone", 65534, 65534, switch=root)
    assert other.can_traverse(closed) == (not root)
