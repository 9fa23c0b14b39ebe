"""The private state: several clones, kills, accounts, backups, background server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from setup_tools import Cli, private_cli, private_folder, the_sentence

from srm_cli import account, locks, paths, ports

BUILD = """
import sys, time
sys.path.insert(0, {tools!r})
from srm_cli import cache
def build(root):
    with open({count!r}, "a") as stream:
        stream.write("x")
    (root / "file").write_text("whole")
    time.sleep({seconds})
cache.tree("thing", "key", build, megabytes=1, purpose="the thing")
"""


@pytest.fixture
def cli(tmp_path, srm_context):
    with private_folder(tmp_path) as folder:
        made = private_cli(folder, srm_context)
        yield made
        made.run("reset")


def _builder(tmp_path, seconds: float) -> subprocess.Popen[bytes]:
    code = BUILD.format(
        tools=str(paths.ROOT / "tools"), count=str(tmp_path / "count"), seconds=seconds
    )
    env = {**os.environ, "SRM_CACHE_DIR": str(tmp_path / "cache")}
    return subprocess.Popen([sys.executable, "-c", code], env=env)


class TestCache:
    def test_two_builds_at_once_build_once(self, tmp_path):
        running = [_builder(tmp_path, 0.5) for _ in range(3)]
        assert [child.wait(30) for child in running] == [0, 0, 0]
        assert (tmp_path / "count").read_text() == "x"
        assert (tmp_path / "cache/thing-key/file").read_text() == "whole"

    def test_a_killed_build_leaves_nothing_that_counts(self, tmp_path):
        killed = _builder(tmp_path, 60)
        deadline = time.monotonic() + 20
        while not (tmp_path / "count").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        killed.kill()
        killed.wait()
        assert not (tmp_path / "cache/thing-key").exists()
        assert _builder(tmp_path, 0).wait(30) == 0
        names = sorted(p.name for p in (tmp_path / "cache").iterdir())
        assert names == ["locks", "thing-key"]


class TestPorts:
    @pytest.fixture(autouse=True)
    def private(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SRM_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("SRM_STATE_DIR", str(tmp_path / "state"))
        self.first = ports.any_free(run=3)
        monkeypatch.setattr(ports, "DEFAULT", self.first)

    def test_another_clone_has_it(self, capsys):
        """A clone that still starts holds the lock before it listens."""
        _, other = ports.claim(None)
        port, ours = ports.claim(None)
        assert port > self.first
        assert f"port {self.first} serves another clone" in capsys.readouterr().out
        other.close()
        again, lock = ports.claim(None)
        assert again > self.first  # remembered: the address does not wander
        ours.close()
        lock.close()

    def test_a_stranger_beside_another_clone_is_passed_over(self):
        _, other = ports.claim(None)
        with socket.create_server(("127.0.0.1", self.first + 1)):
            port, ours = ports.claim(None)
        assert port == self.first + 2
        ours.close()
        other.close()

    def test_asked_for_and_held_by_another_clone(self):
        lock = locks.FileLock(paths.cache_dir() / "ports" / f"{self.first}.lock")
        lock.acquire()
        with pytest.raises(Exception, match=f"Port {self.first} is in use"):
            ports.claim(self.first)
        lock.close()

    def test_a_stranger_has_it(self):
        with socket.create_server(("127.0.0.1", self.first)):
            with pytest.raises(Exception, match=f"Port {self.first} is in use"):
                ports.claim(None)


class TestPostgres:
    def ask(self, cli: Cli, sql: str = "SELECT 'it ' || 'answers'") -> str:
        result = cli.run("psql", "-d", "postgres", "-A", "-t", "-c", sql)
        assert result.returncode == 0, result.stderr
        return result.stdout.strip().splitlines()[-1]

    def home(self, cli: Cli):
        return paths.Path((cli.state / "pg.home").read_text().splitlines()[1])

    def test_runs_under_an_account_that_is_not_root(self, cli: Cli):
        assert self.ask(cli) == "it answers"
        assert (self.home(cli) / "data").stat().st_uid == account.for_postgres().uid
        assert (self.home(cli) / "data").stat().st_uid != 0

    def test_listens_on_a_private_socket_only(self, cli: Cli):
        sql = "SELECT '<' || current_setting('listen_addresses') || '>'"
        assert self.ask(cli, sql) == "<>"
        folder = paths.Path((self.home(cli) / "socket-dir").read_text().strip())
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(str(folder / ".s.PGSQL.5432")) < 107

    def test_extensions(self, cli: Cli):
        self.ask(cli, "CREATE DATABASE words TEMPLATE template1")
        sql = "SELECT unaccent('Électricité') || similarity('agadir', 'agadir')"
        result = cli.run("psql", "-d", "words", "-A", "-t", "-c", sql)
        assert result.stdout.strip().endswith("Electricite1")

    def test_stops_with_its_last_user(self, cli: Cli):
        self.ask(cli)
        assert not (self.home(cli) / "data/postmaster.pid").exists()

    def test_recovers_from_kill_9(self, cli: Cli):
        self.ask(cli, "CREATE DATABASE kept")
        held = cli.start("psql", "-d", "postgres", "-c", "SELECT pg_sleep(60)")
        pid_file = self.home(cli) / "data/postmaster.pid"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not _is_ready(pid_file):
            time.sleep(0.1)
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        os.killpg(held.pid, signal.SIGKILL)
        held.wait()
        assert pid_file.exists()
        kept = "SELECT count(*) FROM pg_database WHERE datname = 'kept'"
        assert self.ask(cli, kept) == "1"

    def test_stale_pid_file_with_a_number_in_use(self, cli: Cli):
        self.ask(cli)
        stale = self.home(cli) / "data/postmaster.pid"
        stale.write_text(
            f"{os.getpid()}\n{stale.parent}\n1\n5432\n/tmp\n\n0 0\nready\n"
        )
        assert self.ask(cli) == "it answers"

    def test_socket_folder_swept_away(self, cli: Cli):
        self.ask(cli)
        folder = paths.Path((self.home(cli) / "socket-dir").read_text().strip())
        folder.rmdir()
        assert self.ask(cli) == "it answers"

    def test_two_clones_at_once(self, tmp_path, srm_context):
        made = [private_cli(tmp_path / name, srm_context) for name in "ab"]
        try:
            with ThreadPoolExecutor(2) as pool:
                answers = list(pool.map(self.ask, made))
            assert answers == ["it answers"] * 2
            assert self.home(made[0]) != self.home(made[1])
        finally:
            for cli in made:
                cli.run("reset")

    def test_clone_in_a_folder_closed_to_others(self, tmp_path, srm_context):
        """As under /root: the data goes where PostgreSQL's account can reach it."""
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        cli = private_cli(closed / "clone", srm_context)
        try:
            assert self.ask(cli) == "it answers"
            home = self.home(cli)
            assert (closed in home.parents) == (os.geteuid() != 0)
        finally:
            cli.run("reset")
        assert not home.exists()
        assert not home.parent.exists() or os.geteuid() != 0


def _is_ready(pid_file) -> bool:
    return pid_file.exists() and "ready" in pid_file.read_text()


class TestBackup:
    @pytest.fixture
    def stored(self, cli: Cli):
        """A database and a stored file, as far as a backup knows them."""
        cli.run("psql", "-d", "postgres", "-c", "CREATE DATABASE srm")
        cli.run("psql", "-c", "CREATE TABLE note AS SELECT 'first' AS text")
        self.file = cli.state / "data/filestore/srm/ab/abcd"
        self.file.parent.mkdir(parents=True)
        self.file.write_text("stored")
        self.backup = cli.folder / "all.backup"
        result = cli.run("backup", str(self.backup))
        assert result.returncode == 0, result.stderr
        return cli

    def note(self, cli: Cli) -> str:
        result = cli.run("psql", "-A", "-t", "-c", "SELECT text FROM note")
        return result.stdout.strip().splitlines()[-1]

    def test_round_trip(self, stored: Cli):
        stored.run("psql", "-c", "UPDATE note SET text = 'second'")
        self.file.unlink()
        assert self.note(stored) == "second"
        result = stored.run("restore", str(self.backup))
        assert result.returncode == 0, result.stderr
        assert self.note(stored) == "first"
        assert self.file.read_text() == "stored"

    def test_holds_no_more_than_listed(self, stored: Cli):
        with tarfile.open(self.backup) as archive:
            names = sorted(archive.getnames())
        assert names == ["database.dump", "filestore/ab/abcd", "manifest.json"]

    def test_a_damaged_file_is_refused(self, stored: Cli):
        stored.run("psql", "-c", "UPDATE note SET text = 'second'")
        data = bytearray(self.backup.read_bytes())
        position = data.index(b"stored")
        data[position] ^= 1
        self.backup.write_bytes(data)
        sentence = the_sentence(stored.run("restore", str(self.backup)))
        assert "is no intact backup (wrong checksum of filestore/ab/abcd)" in sentence
        assert self.note(stored) == "second"

    def test_a_cut_file_is_refused(self, stored: Cli):
        data = self.backup.read_bytes()
        self.backup.write_bytes(data[: len(data) // 2])
        assert "is no intact backup" in the_sentence(
            stored.run("restore", str(self.backup))
        )
        assert self.note(stored) == "first"

    def test_never_overwrites(self, stored: Cli):
        sentence = the_sentence(stored.run("backup", str(self.backup)))
        assert "exists already" in sentence


class TestCommands:
    def test_status_and_stop_without_a_server(self, cli: Cli):
        assert cli.run("status").returncode == 1
        result = cli.run("stop")
        assert (result.returncode, result.stdout) == (0, "No server was running.\n")

    def test_a_stale_note_is_no_server(self, cli: Cli):
        cli.state.mkdir()
        (cli.state / "server.json").write_text(
            f'{{"pid": {os.getpid()}, "started": "1", "port": 1, "database": "srm",'
            ' "demo": true}'
        )
        assert cli.run("status").returncode == 1

    def test_steps_show_name_and_time(self, cli: Cli):
        shown = cli.run("psql", "-d", "postgres", "-c", "SELECT 1").stdout
        assert re.search(r"ok  PostgreSQL \(\d+\.\d s\)", shown)

    def test_reset_leaves_nothing(self, cli: Cli):
        cli.run("psql", "-d", "postgres", "-c", "SELECT 1")
        home = paths.Path((cli.state / "pg.home").read_text().splitlines()[1])
        assert home.exists()
        assert cli.run("reset").returncode == 0
        assert not home.exists()
        assert not cli.state.exists()

    def test_unknown_benchmark(self, cli: Cli):
        sentence = the_sentence(cli.run("bench", "nothing-like-it"))
        assert "There is no benchmark 'nothing-like-it'" in sentence
