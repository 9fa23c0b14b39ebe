"""What a model says of the life of its records. Plain values: nothing here knows Odoo.

A model writes its declaration once, as the class attribute ``_guard``; an extension of
the model may add its own, and both count::

    _guard = Guard(
        steps={
            "submit": Step(("draft",), "submitted", signs="submitted_by_id"),
            "approve": Step(
                ("submitted",),
                "approved",
                group="my_addon.group_manager",
                signs="approved_by_id",
                not_by=("submitted_by_id",),
            ),
        },
        freezes=(Freeze(("submitted", "approved"), children=("line_ids",)),),
        deletable=("draft",),
    )
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: Every field the suite defines on the model.
ALL: tuple[str, ...] = ("*",)


@dataclass(frozen=True)
class Step:
    """An arrow of the life of a record, and who may go along it.

    * ``sources``: states it starts from; a record already in ``target`` stays as it is
    * ``group``: one of these groups is needed (external ids); empty: who may write
    * ``signs``, ``dated``: fields that keep who took the step, and when
    * ``not_by``: fields that hold persons who may not take it
    * ``writes``: further fields the step records, given by its caller
    * ``check``: method that refuses what is not ready, run under the lock
    """

    sources: tuple[str, ...]
    target: str
    group: tuple[str, ...] | str = ()
    signs: str = ""
    dated: str = ""
    not_by: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    check: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        return (self.group,) if isinstance(self.group, str) else self.group

    @property
    def arrows(self) -> set[tuple[str, str]]:
        return {(source, self.target) for source in self.sources}


@dataclass(frozen=True)
class Freeze:
    """What does not change any more, and from when on.

    * when: in one of ``states``; or as soon as the field ``once`` is set; or
      ``always``, from the creation on
    * ``fields``: what is frozen, ``ALL`` less ``but``
    * ``children``: one2many fields whose records are frozen with it: none is added,
      changed, moved in or out, archived or deleted
    * ``children_but``: fields of the children that stay open meanwhile
    * ``files``: the attachments of the record are proof
    * ``database``: the database refuses too, whoever asks
    * ``revised``: field that counts the declared revisions: for the database, what is
      frozen changes together with it only
    * ``remedy``: what to do instead, a sentence
    """

    states: tuple[str, ...] = ()
    once: str = ""
    always: bool = False
    fields: tuple[str, ...] = ALL
    but: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    children_but: tuple[str, ...] = ()
    files: bool = False
    database: bool = False
    revised: str = ""
    remedy: object = field(default="", compare=False)


@dataclass(frozen=True)
class Guard:
    """The declaration of a model; see the fields of ``Step`` and ``Freeze``.

    * ``state``: field that holds the state, moved by ``steps`` only
    * ``closed``: fields only code writes, further to those declared read-only
    * ``free``: fields that no freeze holds, neither its own nor its parent's
    * ``held``: fields of Odoo that a freeze holds as well
    * ``reserved``: field -> group without which it is not changed
    * ``deletable``: states in which a record may be deleted; ``None``: whoever may
    * ``proofs``: file, or link to an attachment -> field that keeps its SHA-256
    """

    state: str = ""
    steps: Mapping[str, Step] = field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()
    closed: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    reserved: Mapping[str, str] = field(default_factory=dict)
    deletable: tuple[str, ...] | None = None
    proofs: Mapping[str, str] = field(default_factory=dict)

    @property
    def arrows(self) -> set[tuple[str, str]]:
        return {arrow for step in self.steps.values() for arrow in step.arrows}

    @property
    def recorded(self) -> set[str]:
        """Fields that steps record."""
        names = ({step.signs, step.dated, *step.writes} for step in self.steps.values())
        return set().union(*names) - {""}


#: Records that are a memory: made once, never changed, never deleted.
MEMORY = Guard(freezes=(Freeze(always=True, database=True),), deletable=())


def merged(guards: Iterable[Guard]) -> Guard:
    """One declaration out of those of a model and of its extensions.

    The first one that names a state or the deletable states wins; a step declared
    twice is the one of the first.

    >>> merged([Guard(state="stage"), Guard(closed=("a",)), Guard(closed=("b",))])
    ... # doctest: +ELLIPSIS
    Guard(state='stage', ..., closed=('a', 'b'), ...)
    >>> merged([]).state
    'state'
    """
    guards = list(guards)
    steps: dict[str, Step] = {}
    reserved: dict[str, str] = {}
    proofs: dict[str, str] = {}
    for guard in reversed(guards):
        steps.update(guard.steps)
        reserved.update(guard.reserved)
        proofs.update(guard.proofs)
    deletable = (g.deletable for g in guards if g.deletable is not None)
    return Guard(
        state=next((g.state for g in guards if g.state), "state"),
        steps=steps,
        freezes=tuple(freeze for g in guards for freeze in g.freezes),
        closed=tuple(name for g in guards for name in g.closed),
        free=tuple(name for g in guards for name in g.free),
        held=tuple(name for g in guards for name in g.held),
        reserved=reserved,
        deletable=next(deletable, None),
        proofs=proofs,
    )
