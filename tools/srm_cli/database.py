"""Databases: where the server is, and what is done to databases with psql."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import paths, process
from .errors import SrmError, cause_of

MINIMUM = 13  # Odoo 19's own minimum


@dataclass(frozen=True)
class Connection:
    """How to reach a PostgreSQL server, and the folder of its client programs."""

    host: str
    port: str
    user: str
    bin: Path
    password: str = ""
    library_env: Mapping[str, str] = field(default_factory=dict)
    embedded: bool = True

    def env(self) -> dict[str, str]:
        env = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return {**env, **({"PGPASSWORD": self.password} if self.password else {})}

    def run(self, program: str, *arguments: str, stdin: str = "") -> tuple[int, str]:
        env = {**os.environ, **self.env(), "PGCONNECT_TIMEOUT": "15", "LC_ALL": "C"}
        return process.capture([self.bin / program, *arguments], env=env, stdin=stdin)

    def query(self, sql: str, database: str = "postgres") -> str:
        """Unaligned result of SQL statements; raises with the server's reason."""
        status, output = self.run(
            *("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-d", database),
            stdin=sql,
        )
        if status:
            raise self._error(output)
        return output.strip()

    def _error(self, output: str) -> SrmError:
        reason = (output.strip().splitlines() or ["no message"])[0]
        if cause_of(output) == "disk":
            return SrmError(
                "The disk is full: PostgreSQL could not write;"
                " free some space and run the same command again."
            )
        return SrmError(
            f"PostgreSQL at {self.host}:{self.port} says: {reason.rstrip('.')}."
        )


def external_settings() -> dict[str, str] | None:
    """Settings of a PostgreSQL server someone runs, None to use the embedded one."""
    conf = configparser.RawConfigParser()
    conf.read(paths.ROOT / "odoo.conf")
    options = dict(conf.items("options")) if conf.has_section("options") else {}
    host = os.environ.get("PGHOST") or options.get("db_host", "")
    if not host or host == "False":
        return None
    return {
        "host": host,
        "port": os.environ.get("PGPORT") or options.get("db_port") or "5432",
        "user": os.environ.get("PGUSER") or options.get("db_user") or "odoo",
        "password": os.environ.get("PGPASSWORD") or options.get("db_password") or "",
    }


def check_version(connection: Connection) -> None:
    """Refuse a server older than Odoo's minimum."""
    shown = connection.query("SHOW server_version_num")
    match = re.fullmatch(r"(\d+)", shown)
    number = int(match.group(1)) if match else 0
    major = number // 10000
    if major < MINIMUM:
        raise SrmError(
            f"PostgreSQL at {connection.host} is version {major}: Odoo 19 needs"
            f" {MINIMUM} or later; upgrade it, or unset PGHOST to use the embedded one."
        )


def literal(text: str) -> str:
    """A text as an SQL literal (standard_conforming_strings is on by default)."""
    return "'" + text.replace("'", "''") + "'"


def exists(connection: Connection, name: str) -> bool:
    sql = f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}"
    return connection.query(sql) == "1"


def drop(connection: Connection, name: str) -> None:
    _identifier(name)
    connection.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def create(connection: Connection, name: str, template: str = "template1") -> None:
    _identifier(name)
    _identifier(template)
    connection.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    if not connection.embedded and template == "template1":
        _add_extensions(connection, name)


def _add_extensions(connection: Connection, name: str) -> None:
    """On a server of someone else the role may lack the rights: Odoo goes without."""
    for sql in (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE EXTENSION IF NOT EXISTS unaccent;"
        " ALTER FUNCTION unaccent(text) IMMUTABLE",
    ):
        connection.run("psql", "-X", "-q", "-d", name, stdin=sql)


def rename(connection: Connection, old: str, new: str) -> None:
    _identifier(old)
    _identifier(new)
    connection.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def _identifier(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}", name):
        raise SrmError(f"{name!r} is no name for a database.")


def unfinished(connection: Connection, name: str) -> str:
    """Why the database is not a complete Odoo database, "" when it is."""
    table = connection.query("SELECT to_regclass('public.ir_module_module')", name)
    if not table:
        return "it has no Odoo tables"
    sql = """
        SELECT string_agg(name || ' (' || state || ')', ', ' ORDER BY name)
          FROM ir_module_module
         WHERE state IN ('to install', 'to upgrade', 'to remove')
            OR (name = 'base' AND state <> 'installed')
    """
    return connection.query(sql, name)


def get_parameter(connection: Connection, name: str, key: str) -> str:
    sql = f"SELECT value FROM ir_config_parameter WHERE key = {literal(key)}"
    return connection.query(sql, name)


def set_parameter(connection: Connection, name: str, key: str, value: str) -> None:
    sql = f"""
        INSERT INTO ir_config_parameter (key, value, create_uid, write_uid,
                                         create_date, write_date)
        VALUES ({literal(key)}, {literal(value)}, 1, 1, now(), now())
        ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, write_date = now()
    """
    connection.query(sql, name)
