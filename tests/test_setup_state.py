"""The private state: several clones, kills, accounts, backups, background server."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from setup_tools import Cli, private_cli, private_folder, the_sentence, web_stub

from srm_cli import account, backup, errors, locks, paths, ports, server

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

    def test_a_dump_that_is_cut_is_refused(self, stored: Cli, srm_context):
        """What `pg_restore -l` does not see: it reads the front only."""
        with tarfile.open(self.backup) as archive:
            whole = archive.extractfile("database.dump").read()
        cut = stored.folder / "cut.dump"
        connection = srm_context.connection
        for part in (0.6, 0.9, 0.99):
            cut.write_bytes(whole[: int(len(whole) * part)])
            with pytest.raises(errors.SrmError, match="cannot be read back"):
                backup._check_dump(connection, cut)
        cut.write_bytes(whole)
        backup._check_dump(connection, cut)

    def test_nobody_else_reads_it(self, stored: Cli):
        assert stat.S_IMODE(self.backup.stat().st_mode) == 0o600
        assert [p.name for p in stored.folder.glob(".srm-backup-*")] == []


SECRETS = (
    *("s3cret-smtp", "s3cret-totp", "s3cret-link", "s3cret-database", "s3cret-key"),
    *("s3cret-file", "s3cret-guest", "s3cret-channel", "s3cret-client"),
)
TABLES = """
    CREATE TABLE ir_config_parameter (id serial, key varchar UNIQUE, value text,
        create_uid int, write_uid int, create_date timestamp, write_date timestamp);
    INSERT INTO ir_config_parameter (key, value) VALUES
        ('database.secret', 's3cret-database'), ('web.base.url', 'https://erp.ma'),
        ('recaptcha_private_key', 's3cret-key');
    CREATE TABLE ir_mail_server (id int PRIMARY KEY, name varchar, smtp_pass varchar);
    INSERT INTO ir_mail_server VALUES (1, 'Provider', 's3cret-smtp');
    CREATE TABLE res_users (id int PRIMARY KEY, login varchar, totp_secret varchar,
        server_id int REFERENCES ir_mail_server);
    INSERT INTO res_users VALUES (1, 'omar', 's3cret-totp', 1), (2, 'lina', NULL, NULL);
    CREATE TABLE srm_debt_file (id int, name varchar, access_secret varchar,
        twice int GENERATED ALWAYS AS (id * 2) STORED);
    INSERT INTO srm_debt_file VALUES (1, E'a\\tb\\n"c', 's3cret-link');
    CREATE TABLE ir_attachment (id int, name varchar, access_token varchar);
    INSERT INTO ir_attachment VALUES (1, 'plan.pdf', 's3cret-file'), (2, 'x', NULL);
    CREATE TABLE mail_guest (id int, access_token varchar NOT NULL UNIQUE);
    INSERT INTO mail_guest VALUES (1, 's3cret-guest'), (2, 's3cret-guest-2');
    CREATE TABLE discuss_channel (id int, uuid varchar);
    INSERT INTO discuss_channel VALUES (1, 's3cret-channel');
    CREATE TABLE res_config_settings (id int, google_gmail_client_secret varchar);
    INSERT INTO res_config_settings VALUES (1, 's3cret-client');
    CREATE TABLE bus_bus (id int, message varchar);
    INSERT INTO bus_bus VALUES (1, 's3cret-link');
"""


class TestBackupSecrets:
    """Without a key nothing in it opens a door; with one, it is complete and closed."""

    @pytest.fixture
    def keeping(self, cli: Cli):
        """A database with secrets."""
        cli.run("psql", "-d", "postgres", "-c", "CREATE DATABASE srm")
        cli.run("psql", "-v", "ON_ERROR_STOP=1", "-c", TABLES)
        (cli.state / "data/filestore/srm").mkdir(parents=True)
        return cli

    def ask(self, cli: Cli, sql: str) -> list[str]:
        shown = cli.run("psql", "-q", "-A", "-t", "-c", sql).stdout
        return shown.strip().splitlines()[-1].split("|")

    def content(self, cli: Cli, file) -> str:
        """All rows of a backup that is not encrypted, and its other members."""
        folder = cli.folder / "unpacked"
        with tarfile.open(file) as archive:
            archive.extractall(folder)
        command = ["pg_restore", "-f", "-", str(folder / "database.dump")]
        parts = [subprocess.run(self.program(command), capture_output=True).stdout]
        parts += [p.read_bytes() for p in folder.rglob("*") if p.is_file()]
        return b"".join(parts).decode(errors="replace")

    @pytest.fixture(autouse=True)
    def _programs(self, srm_context):
        bin_folder = srm_context.connection.bin
        self.program = lambda command: [bin_folder / command[0], *command[1:]]

    def test_in_clear_it_opens_no_door(self, keeping: Cli):
        file = keeping.folder / "plain.backup"
        result = keeping.run("backup", str(file))
        assert result.returncode == 0, result.stderr
        assert "second factors of log-ins" in result.stdout
        content = self.content(keeping, file)
        assert "omar" in content and "https://erp.ma" in content
        for secret in (*SECRETS, self.master_password(keeping)):
            assert secret not in content
        for name in ("odoo.conf", "session", "master"):
            assert name not in str(tarfile.open(file).getnames())

    def master_password(self, cli: Cli) -> str:
        path = cli.state / "master-password"
        path.write_text("s3cret-master")
        return "s3cret-master"

    def test_restored_it_has_everything_else(self, keeping: Cli):
        file = keeping.folder / "plain.backup"
        assert keeping.run("backup", str(file)).returncode == 0
        keeping.run("psql", "-c", "DELETE FROM res_users")
        result = keeping.run("restore", str(file))
        assert result.returncode == 0, result.stderr
        users = "SELECT count(*), count(totp_secret), min(server_id) FROM res_users"
        assert self.ask(keeping, users) == ["2", "0", "1"]
        assert self.ask(keeping, "SELECT twice FROM srm_debt_file") == ["2"]
        text = "SELECT name = E'a\\tb\\n\"c' FROM srm_debt_file"
        assert self.ask(keeping, text) == ["t"]
        new = self.ask(
            keeping,
            "SELECT value FROM ir_config_parameter WHERE key = 'database.secret'",
        )
        assert len(new[0]) == 64
        assert self.ask(keeping, "SELECT count(*) FROM bus_bus") == ["0"]
        tokens = "SELECT count(*), count(access_token) FROM "
        assert self.ask(keeping, tokens + "ir_attachment") == ["2", "1"]
        assert self.ask(keeping, tokens + "mail_guest") == ["2", "2"]
        broken = "INSERT INTO res_users VALUES (3, 'x', NULL, 9)"
        assert keeping.run("psql", "-c", broken).returncode, "its rules hold again"

    def test_encrypted_it_is_complete_and_read_with_the_key_only(self, keeping: Cli):
        key, file = keeping.folder / "private.key", keeping.folder / "closed.backup"
        made = keeping.run("backup-key", str(key))
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        public = re.search(r"--encrypt (age1\w+)", made.stdout)[1]
        result = keeping.run("backup", str(file), "--encrypt", public)
        assert result.returncode == 0, result.stderr
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_bytes().startswith(b"age-encryption.org/v1")
        assert not tarfile.is_tarfile(file)
        keeping.run("psql", "-c", "DELETE FROM res_users")
        assert "encrypted" in the_sentence(keeping.run("restore", str(file)))
        assert self.ask(keeping, "SELECT count(*) FROM res_users") == ["0"]
        result = keeping.run("restore", str(file), "--key", str(key))
        assert result.returncode == 0, result.stderr
        secret = "SELECT totp_secret FROM res_users WHERE id = 1"
        assert self.ask(keeping, secret) == ["s3cret-totp"]
        found = "SELECT value FROM ir_config_parameter WHERE key = 'database.secret'"
        assert self.ask(keeping, found) == ["s3cret-database"]

    def test_neither_another_key_nor_a_changed_byte_is_let_through(self, keeping: Cli):
        file = keeping.folder / "closed.backup"
        keys = [keeping.folder / f"{n}.key" for n in range(2)]
        shown = [keeping.run("backup-key", str(key)).stdout for key in keys]
        public = re.search(r"--encrypt (age1\w+)", shown[0])[1]
        keeping.run("backup", str(file), SRM_BACKUP_KEY=public)
        other = keeping.run("restore", str(file), "--key", str(keys[1]))
        assert "or" in the_sentence(other) and "is not its key" in the_sentence(other)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        changed = keeping.run("restore", str(file), SRM_RESTORE_KEY=str(keys[0]))
        assert "nothing was changed" in the_sentence(changed)
        file.write_bytes(data[: len(data) // 2])
        cut = keeping.run("restore", str(file), SRM_RESTORE_KEY=str(keys[0]))
        assert "nothing was changed" in the_sentence(cut)
        assert self.ask(keeping, "SELECT count(*) FROM res_users") == ["2"]

    def test_what_is_no_public_key_is_refused(self, keeping: Cli):
        file = keeping.folder / "x.backup"
        sentence = the_sentence(keeping.run("backup", str(file), "--encrypt", "me"))
        assert "is no public key" in sentence
        assert not file.exists()


class TestCommands:
    def test_status_and_stop_without_a_server(self, cli: Cli):
        assert cli.run("status").returncode == 1
        result = cli.run("stop")
        assert (result.returncode, result.stdout) == (0, "No server was running.\n")

    def test_start_beside_a_running_server_says_where_it_is(self, monkeypatch, capsys):
        found = server.Running(4242, "1", 8069, "srm", True)
        monkeypatch.setattr(server, "running", lambda: found)
        for port in (None, 8069):
            assert server.start_in_background(port, demo=True) == 0
            said = capsys.readouterr().out
            assert "http://127.0.0.1:8069" in said and "4242" in said

    def test_status_says_which_part_is_down(self):
        down = {"status": "fail", "text": "last heard 900 s ago"}
        checks = {"database": {"status": "pass", "text": "answers"}, "cron": down}
        body = json.dumps({"status": "fail", "checks": checks}).encode()
        for status, expected in ((503, False), (200, False)):
            with web_stub(lambda _path, status=status: (status, body)) as url:
                port = int(url.rpartition(":")[2])
                found = server.Running(1, "1", port, "srm", True)
                works, parts = server.health(found)
            assert works is expected
            assert ("cron", "fail: last heard 900 s ago") in parts

    def test_status_of_a_server_that_gives_no_answer(self):
        works, parts = server.health(server.Running(1, "1", 9, "srm", True))
        assert not works and "no answer" in parts[0][1]

    def test_a_stale_note_is_no_server(self, cli: Cli):
        cli.state.mkdir()
        (cli.state / "server.json").write_text(
            f'{{"pid": {os.getpid()}, "started": "1", "port": 1, "database": "srm",'
            ' "demo": true}'
        )
        assert cli.run("status").returncode == 1

    def test_steps_show_name_and_time(self, cli: Cli):
        done = cli.run("psql", "-d", "postgres", "-A", "-t", "-c", "SELECT 1")
        assert re.search(r"ok  PostgreSQL \(\d+\.\d s\)", done.stderr)
        assert done.stdout == "1\n", "scripts read the answer alone"

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
