"""What opens documents without a login: every public method, as people from outside.

Methods that speak of tokens are known one by one (`doors.py`); whatever they say of
themselves, all public methods are called as a supplier and as staff without rights, on
documents that are not theirs: none makes a token, none returns one.
"""

from __future__ import annotations

import inspect
import json
import re
import socket
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from doors import KNOWN, opens_something, public_methods

WORD = re.compile(r"[A-Za-z0-9_-]{16,}")
#: Columns that hold what opens something.
SECRET = ("access_secret", "access_token", "token", "uuid", "signup_type", "key")
NOT_SECRET = ("ir_config_parameter", "ir_module_module", "mail_message_subtype")
#: Arguments of methods that ask for more than records.
GUESSES = {
    "login": "director",
    "emails": ["director@example.com"],
    "token": "x" * 32,
    "vals": {},
    "values": {},
    "vals_list": [{}],
    "fields": ["id"],
    "fields_list": ["id"],
    "domain": [],
    "name": "x",
    "rate": 5,
}


@pytest.fixture(scope="module")
def root(registry):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        cr.rollback()


def test_every_method_that_opens_something_is_known(root):
    found = {
        f"{cls._name}.{name}"
        for _model, name, classes in public_methods(root)
        for cls in classes
        if opens_something(cls, name)
    }
    new = sorted(found - KNOWN.keys())
    assert not new, "look at these as a stranger would, then add them to doors.py: " + (
        ", ".join(new)
    )
    gone = sorted(KNOWN.keys() - found)
    assert not gone, f"no longer there: {', '.join(gone)}"


class Caller:
    """Somebody who calls all methods, and what he got out of it."""

    def __init__(self, root, user) -> None:
        self.env = root(user=user.id, su=False)
        self.root = root
        self.tables = list(_secret_columns(root))
        self.known = _secrets(root, self.tables)
        self.got: list[str] = []
        self.called = 0

    def call_all(self, chosen) -> None:
        for model, name in chosen:
            with suppressed(self.env):
                self._call(model, name)

    def _call(self, model: str, name: str) -> None:
        from odoo.service.model import call_kw

        record = self._other(model)
        method = getattr(type(self.env[model]), name)
        args = _arguments(method)
        if not getattr(method, "_api_model", False):
            args = [record.ids, *args]
        self.called += 1
        context = {"active_model": model, "active_id": record.id or 1}
        context["active_ids"] = record.ids
        result = call_kw(self.env[model], name, args, {"context": context})
        self.env.flush_all()
        text = json.dumps(result, default=str)
        if self.known & set(WORD.findall(text)) or "access_token=" in text:
            self.got.append(f"{model}.{name} returns a token")
        made = _secrets(self.root, self.tables) - self.known
        if made:
            self.got.append(f"{model}.{name} makes a token")

    def _other(self, model: str):
        """A document the caller does not read, of those that have a table."""
        records = self.root[model]
        if not records._auto or records._abstract or records._transient:
            return records.browse()
        found = records.search([], limit=50, order="id")
        if not self.env[model].has_access("read"):
            return found[:1]
        read = self.env[model].browse(found.ids)._filtered_access("read")
        return (found - records.browse(read.ids))[:1]


@contextmanager
def suppressed(env):
    """What a call does is undone, and what it raises is a refusal."""
    from odoo.tools import mute_logger

    savepoint = env.cr.savepoint(flush=False)
    try:
        with mute_logger("odoo"):
            yield
    except Exception:
        pass
    finally:
        savepoint.rollback()
        savepoint.close(rollback=False)
        env.transaction.clear()


def _arguments(method) -> list:
    needed = [
        parameter
        for parameter in list(inspect.signature(method).parameters.values())[1:]
        if parameter.default is parameter.empty
        and parameter.kind
        in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    return [GUESSES.get(parameter.name, "x") for parameter in needed]


def _secret_columns(root):
    root.cr.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.data_type LIKE 'character%%' AND c.column_name = ANY(%s)"
        " AND c.table_name != ALL(%s)",
        [list(SECRET), list(NOT_SECRET)],
    )
    yield from root.cr.fetchall()


def _secrets(root, columns) -> set[str]:
    from odoo.tools import SQL

    queries = [
        SQL(
            "SELECT %s AS value FROM %s",
            SQL.identifier(column),
            SQL.identifier(table),
        )
        for table, column in columns
    ]
    root.cr.execute(SQL(" UNION ").join(queries))
    return {value for (value,) in root.cr.fetchall() if value}


@pytest.mark.parametrize("login", ["supplier", "meter.reader", "public"])
def test_no_method_gives_a_token_of_what_one_does_not_read(
    root, login, record_property
):
    users = root["res.users"].with_context(active_test=False)
    user = users.search([("login", "=", login)], limit=1)
    assert user
    caller = Caller(root, user)
    chosen = {}
    for model, name, classes in public_methods(root):
        chosen.setdefault((classes[0]._name, name), []).append(model)
    # Of a method that many models share, those that stand for documents.
    calls = [
        (model, name)
        for (_owner, name), models in chosen.items()
        for model in _telling(root, models)
    ]
    with (
        patch.object(socket, "create_connection", side_effect=OSError),
        patch.object(type(root.cr), "commit", side_effect=OSError),
    ):
        caller.call_all(calls)
    record_property("methods called", caller.called)
    assert not caller.got, "\n".join(caller.got)


def _telling(root, models: list[str]) -> list[str]:
    with_links = [m for m in models if "access_secret" in root[m]._fields]
    return with_links or models[:2]
