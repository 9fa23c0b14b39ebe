"""What a backup that anybody may read leaves out: whatever opens a door.

The dump leaves out the rows of the tables that hold secrets; they come beside it, each
without its secrets. An encrypted backup is complete.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from . import database
from .database import Connection, literal
from .errors import SrmError

FOLDER = "without-secrets"
PARAMETERS = "ir_config_parameter"
#: Columns that hold a password, a key or a token, in whatever table.
COLUMNS = (
    "access_secret",
    "access_token",
    "account_token",
    "cal_client_secret",
    "google_gmail_client_secret",
    "google_translate_api_key",
    "microsoft_outlook_client_secret",
    "sfu_server_key",
    "tenor_api_key",
    "twilio_account_token",
    "unsplash_access_key",
    "google_gmail_access_token",
    "google_gmail_refresh_token",
    "microsoft_outlook_access_token",
    "microsoft_outlook_refresh_token",
    "smtp_pass",
    "smtp_ssl_private_key",
    "totp_secret",
)
#: The same, where the name says it in one table only.
COLUMNS_OF = {"fetchmail_server": ("password",), "discuss_channel": ("uuid",)}
#: What documents cannot be without gets another value: links sent before end.
RENEWED = ("access_token", "uuid")
#: Parameters of the database that are secrets, by their name.
SECRET_PARAMETERS = "(secret|password|passwd|token|api_?key|private|credential)"
#: Rows that live for minutes and are of no use afterwards.
FORGOTTEN = (
    "auth_totp_wizard",
    "bus_bus",
    "change_password_own",
    "change_password_user",
    "res_users_identitycheck",
    "srm_login_attempt",
    "srm_password_request",
)


@dataclass(frozen=True)
class Table:
    """A table whose rows are kept without some of their columns."""

    name: str
    columns: tuple[str, ...]
    emptied: tuple[str, ...]

    @property
    def member(self) -> str:
        """Name of its rows in the archive."""
        return f"{FOLDER}/{self.name}.copy"

    def described(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def read(cls, described: Mapping[str, Sequence[str]]) -> Table:
        """The table a manifest describes; refused when it is none of ours."""
        made = cls(
            str(described["name"]),
            tuple(described["columns"]),
            tuple(described["emptied"]),
        )
        for name in (made.name, *made.columns):
            if not name.replace("_", "").isalnum() or not name.isascii():
                raise SrmError(f"The backup names a table or column {name!r}.")
        return made


def found(connection: Connection, name: str) -> list[Table]:
    """The tables of a database that hold secrets now."""
    secret = _secret_columns(connection, name)
    tables = [
        _table(connection, name, table, columns)
        for table, columns in sorted(secret.items())
        if _holds(connection, name, table, columns)
    ]
    if connection.query(f"SELECT to_regclass('public.{PARAMETERS}')", name):
        tables.append(_table(connection, name, PARAMETERS, []))
    return tables


def _secret_columns(connection: Connection, name: str) -> dict[str, list[str]]:
    wanted = ", ".join(map(literal, COLUMNS))
    also = " OR ".join(
        f"(c.table_name = {literal(table)} AND c.column_name = {literal(column)})"
        for table, columns in COLUMNS_OF.items()
        for column in columns
    )
    rows = connection.query(
        f"""
        SELECT c.table_name, c.column_name
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           AND (c.column_name IN ({wanted}) OR {also})
         ORDER BY 1, 2
        """,
        name,
    )
    tables = defaultdict(list)
    for row in rows.splitlines():
        table, column = row.split("|")
        tables[table].append(column)
    return tables


def _holds(connection: Connection, name: str, table: str, columns: list[str]) -> bool:
    some = " OR ".join(f'"{column}" IS NOT NULL' for column in columns)
    return (
        connection.query(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {some})', name)
        == "t"
    )


def _table(
    connection: Connection, name: str, table: str, emptied: Sequence[str]
) -> Table:
    columns = connection.query(
        f"""
        SELECT column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = {literal(table)}
           AND is_generated = 'NEVER'
         ORDER BY ordinal_position
        """,
        name,
    )
    return Table(table, tuple(columns.split()), tuple(emptied))


def dump_options(tables: Sequence[Table]) -> list[str]:
    """Options of pg_dump that leave the rows of these tables out."""
    names = [*(table.name for table in tables), *FORGOTTEN]
    return [f"--exclude-table-data=public.{name}" for name in names]


def write(connection: Connection, name: str, table: Table, target: Path) -> None:
    """The rows of a table, without their secrets."""
    kept = ", ".join(
        _without_secret(column) if column in table.emptied else f'"{column}"'
        for column in table.columns
    )
    rows = f'SELECT {kept} FROM "{table.name}"'
    if table.name == PARAMETERS:
        rows += f" WHERE key !~* {literal(SECRET_PARAMETERS)}"
    target.parent.mkdir(exist_ok=True)
    _psql(connection, name, "-o", str(target), "-c", f"COPY ({rows}) TO STDOUT")


def _without_secret(column: str) -> str:
    if column not in RENEWED:
        return f'NULL AS "{column}"'
    return f'CASE WHEN "{column}" IS NOT NULL THEN gen_random_uuid()::text END'


def load(connection: Connection, name: str, table: Table, source: Path) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    rows = f"""\\copy "{table.name}" ({columns}) FROM '{source}'"""
    _psql(connection, name, "-c", rows)


def _psql(connection: Connection, name: str, *arguments: str) -> None:
    status, output = connection.run(
        *("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", name), *arguments
    )
    if status:
        reason = (output.strip().splitlines() or ["no message"])[0]
        raise SrmError(f"The rows without secrets could not be copied: {reason}.")


def renew(connection: Connection, name: str) -> None:
    """A database whose own secret was left out gets a new one: what was signed with
    the old one (open sessions, links in mails) ends."""
    if not connection.query(f"SELECT to_regclass('public.{PARAMETERS}')", name):
        return
    if not database.get_parameter(connection, name, "database.secret"):
        database.set_parameter(
            connection, name, "database.secret", secrets.token_hex(32)
        )


def left_out(tables: Sequence[Table]) -> str:
    """What a person has to enter again after a restore; empty for nothing."""
    names = {
        "totp_secret": "second factors of log-ins",
        "smtp_pass": "passwords of mail servers",
        "password": "passwords of mail servers",
        "access_secret": "links sent by mail",
        "access_token": "links sent by mail",
        "account_token": "accounts of services",
    }
    found = {names[c] for table in tables for c in table.emptied if c in names}
    return ", ".join(sorted(found))
