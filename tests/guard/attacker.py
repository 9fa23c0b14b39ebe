"""Attacks on every record of the suite with the rights of every role.

Each attack runs in a savepoint that is rolled back; what it changed is what the
database then says, read with the system's rights.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property

DAY = datetime.timedelta(days=1)
SAMPLES = 1  # records of each state
STATE_NAMES = ("state", "stage", "srm_state", "status")


class RollBack(Exception):
    """Undoes what an attack did."""


class Attacker:
    """One user, on samples of every model it may write."""

    def __init__(self, env) -> None:
        self.env = env
        self.book = env.registry.guard_book
        self.login = env.user.login
        self.tried = 0

    @cached_property
    def root(self):
        from odoo import SUPERUSER_ID

        return self.env(user=SUPERUSER_ID, su=True)

    # Samples

    def models(self, operation: str = "write") -> Iterator:
        """Models of the suite, and those it extends, on which the role may do it."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._auto and not model._abstract and not model._transient:
                with suppress(Exception):
                    if suite_fields(model) and model.has_access(operation):
                        yield model

    def samples(self, model):
        """Records the user sees, of each state."""
        records = model.browse()
        with suppress(Exception):
            name = state_field(model)
            if not name:
                return model.search([], limit=2 * SAMPLES)
            for value in model._fields[name].get_values(self.root):
                records |= model.search([(name, "=", value)], limit=SAMPLES)
        return records

    # Attacks

    def succeeds(self, attack: Callable[[], object], changed: Callable[[], bool]):
        """Whether an attack goes through and has an effect."""
        self.tried += 1
        done = False
        try:
            with self.env.cr.savepoint():
                attack()
                self.env.flush_all()
                self.env.invalidate_all()
                done = changed()
                raise RollBack
        except RollBack:
            pass
        except Exception:
            done = False
        self.env.invalidate_all()
        return done

    def writes(self, record, name: str) -> bool:
        """Whether a field of a record can be given another value."""
        trusted = self.root[record._name].browse(record.id)
        try:
            value = other_value(trusted, name)
        except LookupError:
            return False
        before = trusted[name]
        ids = before.ids if hasattr(before, "ids") else None

        def changed() -> bool:
            after = trusted[name]
            return after.ids != ids if ids is not None else after != before

        return self.succeeds(lambda: record.write({name: value}), changed)

    def gives(self, record, name: str, by_context: bool) -> bool:
        """Whether a copy of a record can be made with a value of one's choice."""
        model, trusted = (
            self.env[record._name],
            self.root[record._name].browse(record.id),
        )
        try:
            value = other_value(trusted, name)
            base = trusted._by_code().copy_data()[0]
        except Exception:
            return False
        start = model.default_get([name]).get(name, False)
        base.pop(name, None)
        made = []

        def attack():
            if by_context:
                chosen = model.with_context(**{f"default_{name}": value})
                made.append(chosen.create(base))
            else:
                made.append(model.create({**base, name: value}))

        def changed() -> bool:
            given = self.root[record._name].browse(made[0].id)[name]
            wanted = trusted._fields[name].convert_to_write(given, trusted)
            return str(wanted) == str(value) != str(start)

        return self.succeeds(attack, changed)

    def deletes(self, record, **context) -> bool:
        trusted = self.root[record._name].browse(record.id)
        return self.succeeds(
            record.with_context(**context).unlink, lambda: not trusted.exists()
        )


def suite_fields(model) -> dict:
    """Stored fields an add-on of the suite defines."""
    from odoo.addons.srm_kit.guard.book import of_suite

    return {
        name: field
        for name, field in model._fields.items()
        if field.store
        and of_suite(field._module)
        and name not in ("id", "create_uid", "create_date", "write_uid", "write_date")
    }


def not_entered(model) -> list[str]:
    """Fields declared read-only, computed or related, that nobody is said to enter."""
    return [
        name
        for name, field in suite_fields(model).items()
        if (field.readonly or field.compute or field.related)
        and not getattr(field, "entered", None)
    ]


def state_field(model) -> str:
    for name in STATE_NAMES:
        field = suite_fields(model).get(name)
        if field and field.type == "selection":
            return name
    return ""


def other_value(record, name: str):
    """A value the field does not have; LookupError when there is none to choose.

    :param record: read with the system's rights
    """
    field = record._fields[name]
    value = record[name]
    if field.type in ("many2one", "many2many", "one2many"):
        return _other_link(record, field, value)
    if field.type == "selection":
        return next(iter(set(field.get_values(record.env)) - {value}))
    start = datetime.date(2026, 1, 1)
    simple = {
        "boolean": lambda: not value,
        "integer": lambda: (value or 0) + 1,
        "float": lambda: (value or 0) + 1,
        "monetary": lambda: (value or 0) + 1,
        "char": lambda: f"{value or ''}x",
        "text": lambda: f"{value or ''}x",
        "html": lambda: "<p>attack</p>",
        "date": lambda: (value or start) + DAY,
        "datetime": lambda: (value or datetime.datetime(2026, 1, 1)) + DAY,
        "binary": lambda: b"YXR0YWNr",
        "json": lambda: {"attack": 1},
    }
    if field.type not in simple:
        raise LookupError(field.type)
    return simple[field.type]()


def _other_link(record, field, value):
    comodel = record.env[field.comodel_name].with_context(active_test=False)
    other = comodel.search([("id", "not in", value.ids)], limit=1)
    if field.type == "many2one":
        if not other:
            raise LookupError(field.comodel_name)
        return other.id
    if value:
        return [(5, 0, 0)] if field.type == "many2many" else [(2, value[0].id, 0)]
    if not other or field.type == "one2many":
        raise LookupError(field.comodel_name)
    return [(4, other.id, 0)]
