"""Screens show what a freeze holds as read-only: a person need not be refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .rules import Freeze

READ_ONLY = ("1", "True", "true")


def show_frozen(model, view) -> None:
    """Make the fields of a form or list, and of the lists in it, read-only where a
    freeze of their model holds them."""
    conditions = defaultdict(list)
    rules = model.pool.guard_book[model._name]
    for freeze, names in rules.frozen:
        closed = () if freeze.children_but else freeze.children
        for name in (*names, *closed):
            conditions[name].append(_condition(freeze, rules.guard.state))
    for node in _own_fields(view):
        field = model._fields.get(node.get("name"))
        if field is None:
            continue
        shown = node.get("readonly", str(field.readonly or ""))
        if shown not in READ_ONLY and conditions[field.name]:
            node.set("readonly", _any([shown, *conditions[field.name]]))
        if field.comodel_name in model.env:
            for inner in node:
                show_frozen(model.env[field.comodel_name], inner)


def _own_fields(view) -> Iterator:
    """The fields of a view, without those of the views inside it."""
    for node in view:
        if node.tag == "field":
            yield node
        else:
            yield from _own_fields(node)


def _condition(freeze: Freeze, state: str) -> str:
    """When a freeze holds the record on the screen."""
    if freeze.always:
        return "id"
    return freeze.once or f"{state} in {list(freeze.states)!r}"


def _any(conditions) -> str:
    return " or ".join(f"({text})" for text in dict.fromkeys(filter(None, conditions)))
