"""The rules of every model of a registry, compiled from declarations and fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from odoo import models
from odoo.modules.module import Manifest

from .rules import ALL, Freeze, Guard, merged

KIT = "srm_kit"
#: Context key of ``BY_CODE``.
KEY = "guard"


class _ByCode:
    """Only code can hold the one instance: JSON has no way to say it."""

    def __repr__(self) -> str:
        return "by code"


BY_CODE = _ByCode()


class Parent(NamedTuple):
    """Many2one of a child to a record whose freeze it shares."""

    field: str
    model: str
    freeze: Freeze


@dataclass(frozen=True)
class Rules:
    """The compiled rules of one model.

    * ``state``: the field its steps move, empty without steps
    * ``closed``: fields code alone writes
    * ``holdable``: fields a freeze of a parent holds
    * ``frozen``: the fields of each freeze of its own
    * ``links``: many2many field -> model and field of its other side, where that is
      closed or frozen
    * ``cascades``: model and many2one of what the database would delete with it, where
      something that is kept may be among it
    """

    guard: Guard
    state: str
    closed: frozenset[str]
    holdable: frozenset[str]
    frozen: tuple[tuple[Freeze, frozenset[str]], ...]
    parents: tuple[Parent, ...]
    links: dict[str, tuple[str, str]]
    cascades: tuple[tuple[str, str], ...]
    kept: bool

    def held(self) -> Iterator[tuple[Freeze, frozenset[str], str]]:
        """Freezes and what each holds; for those of a parent the many2one to it."""
        yield from ((freeze, names, "") for freeze, names in self.frozen)
        for parent in self.parents:
            names = self.holdable - set(parent.freeze.children_but)
            yield parent.freeze, names, parent.field

    @property
    def empty(self) -> bool:
        return not (
            self.closed
            or self.frozen
            or self.parents
            or self.links
            or self.cascades
            or self.kept
            or self.guard.reserved
            or self.guard.proofs
        )


@cache
def of_suite(module: str | None) -> bool:
    """Whether an add-on stands, directly or not, on this one.

    >>> of_suite(None), of_suite("srm_kit")
    (False, True)
    """
    if not module or module == KIT:
        return module == KIT
    manifest = Manifest.for_addon(module, display_warning=False)
    return bool(manifest) and any(map(of_suite, manifest["depends"]))


def declared(model_cls) -> Guard:
    """The declarations of a model and of its extensions and mixins, as one."""
    own = [cls.__dict__.get("_guard") for cls in model_cls.__mro__]
    return merged(guard for guard in own if guard)


class Book:
    """Rules by model, compiled when first asked for."""

    def __init__(self, registry) -> None:
        self._registry = registry
        self._rules: dict[str, Rules] = {}
        self._parents: dict[str, list[Parent]] | None = None
        self._cascades: dict[str, list[tuple[str, str]]] | None = None
        self._file_lists: list[tuple[str, str, Freeze, str]] | None = None

    def __getitem__(self, name: str) -> Rules:
        rules = self._rules.get(name)
        if rules is None:
            rules = self._rules[name] = self._compile(self._registry[name])
        return rules

    def guarded(self) -> Iterator[type]:
        """Concrete models that have a rule."""
        for model_cls in self._registry.values():
            if not model_cls._abstract and not self[model_cls._name].empty:
                yield model_cls

    def keeps_history(self, name: str) -> bool:
        """Whether the lines of history of a model stay: it is of the suite, or goes
        through steps the suite declares."""
        model_cls = self._registry[name]
        return of_suite(model_cls._original_module) or bool(declared(model_cls).steps)

    @property
    def file_lists(self) -> list[tuple[str, str, Freeze, str]]:
        """Lists of attachments a freeze holds: model, field, freeze, way to its record
        where that is the parent."""
        if self._file_lists is None:
            self._file_lists = [
                (model_cls._name, name, freeze, through)
                for model_cls in self.guarded()
                for freeze, names, through in self[model_cls._name].held()
                for name in names
                if model_cls._fields[name].comodel_name == "ir.attachment"
            ]
        return self._file_lists

    def _compile(self, model_cls) -> Rules:
        guard = declared(model_cls)
        entries = _suite_fields(model_cls)
        state = guard.state if guard.steps else ""
        closed = {*_closed(model_cls, entries), *guard.closed, *filter(None, [state])}
        # What becomes of the lines of a record, its ``children`` say.
        own = {name for name, field in entries.items() if field.type != "one2many"}
        holdable = (own | set(guard.held)) - set(guard.free)
        return Rules(
            guard=guard,
            state=state,
            closed=frozenset(closed),
            holdable=frozenset(holdable),
            frozen=tuple(
                (freeze, frozenset(_frozen(freeze, guard, holdable)))
                for freeze in guard.freezes
            ),
            parents=tuple(self._parents_of(model_cls._name)),
            links=self._links_of(model_cls),
            cascades=tuple(self._cascades_of(model_cls._name)),
            kept=guard.deletable is not None,
        )

    def _parents_of(self, name: str) -> list[Parent]:
        if self._parents is None:
            self._parents = defaultdict(list)
            for model_cls in self._registry.values():
                if not model_cls._abstract:
                    self._add_children(model_cls)
        return self._parents.get(name, [])

    def _add_children(self, model_cls) -> None:
        for freeze in declared(model_cls).freezes:
            for child in freeze.children:
                field = model_cls._fields[child]
                parent = Parent(field.inverse_name, model_cls._name, freeze)
                self._parents[field.comodel_name].append(parent)

    def _links_of(self, model_cls) -> dict[str, tuple[str, str]]:
        return {
            name: (other.model_name, other.name)
            for name, field in model_cls._fields.items()
            if field.type == "many2many" and field.store
            for other in self._registry.field_inverses[field]
            if other.type == "many2many" and self._is_ruled(other)
        }

    def _is_ruled(self, field) -> bool:
        """Whether code alone writes a field, or a freeze may hold it."""
        model_cls = self._registry[field.model_name]
        guard, entries = declared(model_cls), _suite_fields(model_cls)
        frozen = any(
            field.name in _frozen(freeze, guard, entries) for freeze in guard.freezes
        )
        return frozen or field.name in _closed(model_cls, entries)

    def _cascades_of(self, name: str) -> list[tuple[str, str]]:
        if self._cascades is None:
            self._cascades = _leading_to_kept(_all_cascades(self._registry))
        return self._cascades.get(name, [])


def _all_cascades(registry) -> dict[str, list[tuple[type, str]]]:
    """By model: the models and many2one fields the database deletes with a record."""
    found = defaultdict(list)
    for model_cls in registry.values():
        for name, field in model_cls._fields.items():
            if model_cls._abstract or field.type != "many2one" or not field.store:
                continue
            if field.ondelete == "cascade":
                found[field.comodel_name].append((model_cls, name))
    return found


def _leading_to_kept(cascades) -> dict[str, list[tuple[str, str]]]:
    """Those at whose end, near or far, something is kept."""
    kept = {
        model_cls._name
        for children in cascades.values()
        for model_cls, _name in children
        if (guard := declared(model_cls)).deletable is not None or guard.freezes
    }
    while True:
        above = {
            name
            for name, children in cascades.items()
            if any(model_cls._name in kept for model_cls, _field in children)
        }
        if above <= kept:
            break
        kept |= above
    return {
        name: [
            (model_cls._name, field)
            for model_cls, field in children
            if model_cls._name in kept
        ]
        for name, children in cascades.items()
        if name in kept
    }


def _suite_fields(model_cls) -> dict:
    return {
        name: field
        for name, field in model_cls._fields.items()
        if field.store
        and name not in models.MAGIC_COLUMNS
        and of_suite(getattr(field, "_module", None))
    }


def _closed(model_cls, entries: dict) -> Iterator[str]:
    """Fields code alone writes: declared read-only, computed or related, unless they
    say why a person enters them (parameter ``entered`` of the field).

    What a wizard is opened on is shown read-only and chosen by its caller.
    """
    for name, field in entries.items():
        follows = bool(field.compute or field.related)
        if model_cls._transient:
            closed = follows and field.readonly
        else:
            closed = field.readonly or follows
        if closed and not getattr(field, "entered", None):
            yield name


def _frozen(freeze: Freeze, guard: Guard, holdable: Iterable[str]) -> Iterator[str]:
    if freeze.fields != ALL:
        yield from freeze.fields
        return
    free = {guard.state, *freeze.but}
    yield from (name for name in holdable if name not in free)
