"""Each thing that can go wrong during set-up: one clear sentence, nothing half made."""

from __future__ import annotations

import ast
import errno
import os
import re
import runpy
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from setup_tools import (
    Cli,
    npm_registry,
    old_postgres,
    package_index,
    private_cli,
    private_folder,
    refusing,
    the_sentence,
    web_stub,
)

from srm_cli import cache, errors, odoo_tree, paths, venv

NOWHERE = "http://127.0.0.1:9"  # nothing listens on the discard port


@pytest.fixture
def cli(tmp_path, srm_context):
    """A command line with a complete cache and an empty private state."""
    with private_folder(tmp_path) as folder:
        made = private_cli(folder, srm_context)
        yield made
        made.run("reset")


@pytest.fixture
def cli_without(tmp_path, srm_context):
    """Factory: a command line whose cache lacks one part."""
    return lambda part: private_cli(tmp_path, srm_context, part)


@pytest.fixture
def stranger():
    """The port of a program which is no server of ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


class TestPort:
    def test_asked_for_and_busy(self, cli: Cli, stranger):
        sentence = the_sentence(cli.run("run", "--port", str(stranger)))
        assert sentence.startswith(f"Port {stranger} is in use by another program")
        assert f"./srm run --port {stranger + 1}" in sentence
        assert not (cli.state / "pg").exists()

    def test_of_last_time_and_busy(self, cli: Cli, stranger):
        cli.state.mkdir()
        (cli.state / "port").write_text(f"{stranger}\n")
        sentence = the_sentence(cli.run("start"))
        assert sentence.startswith(f"Port {stranger} is in use")


class TestNoNetwork:
    def test_debian(self, cli_without):
        cli = cli_without("odoo")
        sentence = the_sentence(cli.run("run", SRM_DEBIAN_MIRROR=NOWHERE))
        assert sentence.startswith("No network: apt")
        assert "SRM_DEBIAN_MIRROR" in sentence
        assert cli.leftovers() == []

    def test_python_packages(self, cli_without):
        cli = cli_without("venv")
        settings = {"PIP_INDEX_URL": NOWHERE, "PIP_EXTRA_INDEX_URL": NOWHERE}
        settings |= {"PIP_NO_CACHE_DIR": "1", "PIP_CONFIG_FILE": "/dev/null"}
        sentence = the_sentence(cli.run("run", **settings))
        assert sentence.startswith("No network: pip")
        assert cli.leftovers() == []

    def test_npm(self, cli_without):
        cli = cli_without("rtlcss")
        sentence = the_sentence(cli.run("run", npm_config_registry=NOWHERE))
        assert sentence.startswith("No network: npm")
        assert cli.leftovers() == []


class TestRegistryRefuses:
    def test_debian(self, cli_without):
        cli = cli_without("odoo")
        with web_stub(refusing) as address:
            sentence = the_sentence(cli.run("run", SRM_DEBIAN_MIRROR=address))
        assert sentence.startswith("The registry of apt refuses")
        assert cli.leftovers() == []

    def test_python_packages(self, cli_without):
        cli = cli_without("venv")
        with web_stub(refusing) as address:
            result = cli.run("run", **_index(address))
        assert the_sentence(result).startswith("The registry of pip refuses")
        assert cli.leftovers() == []

    def test_npm(self, cli_without):
        cli = cli_without("rtlcss")
        with web_stub(refusing) as address:
            sentence = the_sentence(cli.run("run", npm_config_registry=address))
        assert sentence.startswith("The registry of npm refuses")
        assert cli.leftovers() == []


def _index(address: str) -> dict[str, str]:
    """Settings that leave pip one place to look, and no cache of its own."""
    return {
        "PIP_INDEX_URL": f"{address}/simple",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": "",
        "PIP_NO_CACHE_DIR": "1",
    }


class TestBrokenDownload:
    def test_debian(self, cli_without):
        """A mirror whose lists are not what Debian signed."""
        cli = cli_without("odoo")
        with web_stub(lambda path: (200, b"Origin: Debian\n")) as address:
            sentence = the_sentence(cli.run("run", SRM_DEBIAN_MIRROR=address))
        assert sentence.startswith("Broken download: a checksum or signature")
        assert cli.leftovers() == []

    def test_python_packages(self, cli_without):
        cli = cli_without("venv")
        first = re.search(r"(?m)^([\w.-]+)==([\w.]+)", venv.REQUIREMENTS.read_text())
        name = f"{first[1].replace('-', '_')}-{first[2]}-py3-none-any.whl"
        with web_stub(package_index({name: b"not the wheel"})) as address:
            sentence = the_sentence(cli.run("run", **_index(address)))
        assert sentence.startswith("Broken download: a checksum or signature")
        assert cli.leftovers() == []

    def test_npm(self, cli_without):
        cli = cli_without("rtlcss")
        address: list[str] = []
        with web_stub(npm_registry(address)) as url:
            address.append(url)
            sentence = the_sentence(cli.run("run", npm_config_registry=url))
        assert sentence.startswith("Broken download: a checksum or signature")
        assert cli.leftovers() == []


class TestDiskFull:
    def test_seen_before_the_download(self, cli_without):
        cli = cli_without("rtlcss")
        sentence = the_sentence(cli.run("run", SRM_MIN_FREE_MB="1000000000"))
        assert sentence.startswith("The disk is full: rtlcss needs 1000000000 MB")
        assert cli.leftovers() == []

    def test_seen_before_the_database(self, cli: Cli):
        sentence = the_sentence(cli.run("run", SRM_MIN_FREE_MB="1000000000"))
        assert sentence.startswith("The disk is full: the database needs")

    def test_while_building(self, tmp_path, monkeypatch):
        """The write fails in the middle: nothing of the tree stays."""
        monkeypatch.setenv("SRM_CACHE_DIR", str(tmp_path))

        def build(root):
            (root / "first").write_text("written")
            raise OSError(errno.ENOSPC, "No space left on device", str(root / "second"))

        with pytest.raises(OSError) as caught:
            cache.tree("thing", "key", build, megabytes=1, purpose="the thing")
        assert "disk is full" in str(errors.from_os_error(caught.value))
        assert [p.name for p in tmp_path.iterdir()] == ["locks"]

    @pytest.mark.parametrize(
        "output",
        [
            "ERROR: Could not install packages: [Errno 28] No space left on device",
            "npm error code ENOSPC",
            "E: You don't have enough free space in /var/cache/apt/archives/.",
            "FATAL:  could not write lock file: No space left on device",
        ],
    )
    def test_reported_by_a_tool(self, output):
        assert errors.cause_of(output) == "disk"


@pytest.mark.parametrize(
    "output",
    [
        "npm error code SELF_SIGNED_CERT_IN_CHAIN",
        "Caused by SSLError(SSLCertVerificationError(1, 'certificate verify failed'))",
    ],
)
def test_certificate_nobody_trusts(output):
    error = errors.tool_error("npm", "rtlcss", "npm's configuration", output, "npm.log")
    assert "certificate this machine does not trust" in str(error)


class TestPythonTooOld:
    def test_sentence(self, monkeypatch, capsys):
        monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
        with pytest.raises(SystemExit) as stopped:
            runpy.run_path(str(paths.ROOT / "srm"), run_name="__main__")
        assert stopped.value.code == 1
        message = capsys.readouterr().err
        assert "Python 3.9" in message and ">= 3.11" in message
        assert message.count("\n") == 1

    def test_an_old_python_can_read_the_entry(self):
        text = (paths.ROOT / "srm").read_text()
        ast.parse(text, feature_version=(3, 6))
        assert "from __future__" not in text


class TestDatabaseServer:
    def test_too_old(self, cli: Cli):
        with old_postgres("120022") as port:
            result = cli.run("start", PGHOST="127.0.0.1", PGPORT=str(port))
        sentence = the_sentence(result)
        assert "is version 12: Odoo 19 needs 13 or later" in sentence

    def test_not_there(self, cli: Cli):
        sentence = the_sentence(cli.run("start", PGHOST="127.0.0.1", PGPORT="9"))
        assert "Connection refused" in sentence


class TestHalfInstalledDatabase:
    def test_without_tables(self, cli: Cli):
        cli.run("psql", "-d", "postgres", "-c", "CREATE DATABASE srm")
        sentence = the_sentence(cli.run("start"))
        assert "left in the middle of an installation (it has no Odoo" in sentence
        assert "./srm reset" in sentence

    def test_with_modules_to_install(self, cli: Cli):
        cli.run("psql", "-d", "postgres", "-c", "CREATE DATABASE srm")
        rows = "('base', 'installed'), ('mail', 'to install')"
        cli.run(
            *("psql", "-c", "CREATE TABLE ir_module_module (name text, state text)"),
            *("-c", f"INSERT INTO ir_module_module VALUES {rows}"),
        )
        sentence = the_sentence(cli.run("start"))
        assert "left in the middle of an installation (mail (to install))" in sentence

    def test_a_killed_build_is_no_database(self, cli: Cli):
        """`kill -9` in the middle: only a database of another name, swept next time."""
        killed = cli.start("start")
        deadline = time.monotonic() + 60
        while not self.processes(cli) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert self.databases(cli) == ["srm_new"]
        assert not self.processes(cli), "the installation went on behind our back"
        the_sentence(cli.run("start", SRM_MIN_FREE_MB="1000000000"))
        assert self.databases(cli) == []

    def databases(self, cli: Cli) -> list[str]:
        names = "SELECT datname FROM pg_database WHERE datname LIKE 'srm%'"
        shown = cli.run("psql", "-d", "postgres", "-A", "-t", "-c", names).stdout
        return [line for line in shown.split() if line.startswith("srm")]

    def processes(self, cli: Cli) -> list[str]:
        """Command lines of the Odoo processes of this private state."""
        conf = str(cli.state / "build-srm.conf").encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                text = path.read_bytes()
            except OSError:
                continue
            if conf in text and b"odoo" in text:
                found.append(text.decode())
        return found


class TestOdooSource:
    def test_is_no_source_tree(self, cli: Cli, tmp_path):
        sentence = the_sentence(cli.run("run", ODOO_SRC=str(tmp_path)))
        assert "is no Odoo source tree" in sentence

    def test_is_another_version(self, cli: Cli, tmp_path):
        release = tmp_path / "other" / "odoo" / "release.py"
        release.parent.mkdir(parents=True)
        release.write_text("version_info = (18, 0, 0, 'final', 0, '')\n")
        sentence = the_sentence(cli.run("run", ODOO_SRC=str(tmp_path / "other")))
        assert "is 18.0.0: the suite needs Odoo 19.0" in sentence

    def test_a_link_that_leads_nowhere(self, tmp_path):
        (tmp_path / "static").mkdir()
        (tmp_path / "static" / "font.ttf").symlink_to("../../usr/share/none.ttf")
        with pytest.raises(errors.SrmError, match="lead nowhere.*static/font.ttf"):
            odoo_tree.check_links(tmp_path)
