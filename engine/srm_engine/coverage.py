"""Coverage of a campaign: distinct persons reached / persons targeted.

Computed from named attendance against a frozen target list. Totals are counted again
from the persons, never averaged from the rates of the groups; attendances of people
outside the list, or attendances of the same person, add nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .digits import ascii_digits
from .ratios import ratio


@dataclass(frozen=True)
class Target:
    """Person of the frozen list; ``person`` is an identity number (CIN, badge)."""

    person: str
    group: str
    active: bool = True


@dataclass(frozen=True)
class Attendance:
    """Presence of a person at one session."""

    person: str
    attended: bool = True
    passed: bool = False


@dataclass(frozen=True)
class Rate:
    """Persons; ``rate`` in percent at one decimal, ``None`` without any target."""

    target: int
    covered: int

    @property
    def rate(self) -> Decimal | None:
        """Percent covered."""
        return ratio(Decimal(self.covered), Decimal(self.target), "0.1", 100)


@dataclass(frozen=True)
class Coverage:
    """Rates of each group, in the order of the list, and of all distinct persons."""

    groups: dict[str, Rate]
    total: Rate


def identity(person: str) -> str:
    """Reduce an identity number to what identifies: ``jb 1234`` is ``JB1234``."""
    return "".join(ascii_digits(person).split()).upper()


def coverage(
    targets: Iterable[Target],
    attendances: Iterable[Attendance],
    require_pass: bool = False,
) -> Coverage:
    """Count coverage per group and in total.

    >>> found = coverage(
    ...     [Target("A", "staff"), Target("B", "staff"), Target("B", "site")],
    ...     [Attendance("b"), Attendance("B"), Attendance("Z")])
    >>> found.groups["staff"].rate, found.total
    (Decimal('50.0'), Rate(target=2, covered=1))
    """
    reached = {
        identity(one.person)
        for one in attendances
        if one.attended and (one.passed or not require_pass)
    }
    groups: dict[str, set[str]] = {}
    for target in targets:
        members = groups.setdefault(target.group, set())
        if target.active:
            members.add(identity(target.person))
    everyone: set[str] = set().union(*groups.values())
    return Coverage(
        {name: _rate(members, reached) for name, members in groups.items()},
        _rate(everyone, reached),
    )


def _rate(members: set[str], reached: set[str]) -> Rate:
    return Rate(len(members), len(members & reached))
