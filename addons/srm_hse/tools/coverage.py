"""Coverage tables from the cube of counted persons: totals are sums of persons.

The database counts distinct persons once, at the finest cut; every table, sub-total
and total is added up from these cells. A rate is only ever worked out last.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from srm_engine.coverage import Rate


class Cell(NamedTuple):
    """Persons of one campaign at the finest cut; ids, or ``None`` for none."""

    campaign: int
    province: int | None
    kind: str
    employer: int | None
    target: int
    covered: int
    theme: int | None = None


class Count(NamedTuple):
    """Persons counted in one group of the database: same cut as :class:`Cell`.

    ``themes`` holds a bit per theme on which the persons were reached, 0 when a session
    named no theme, ``None`` when the persons were not reached at all.
    """

    campaign: int
    province: int | None
    kind: str
    employer: int | None
    themes: int | None
    persons: int


def persons(counts: Iterable[Count]) -> list[Cell]:
    """Cells of the persons, whatever the theme.

    >>> persons([Count(1, 7, "employee", 1, None, 4), Count(1, 7, "employee", 1, 2, 3)])
    [Cell(campaign=1, province=7, kind='employee', employer=1, target=7, covered=3, \
theme=None)]
    """
    sums: dict[tuple, list[int]] = {}
    for count in counts:
        pair = sums.setdefault(count[:4], [0, 0])
        pair[0] += count.persons
        pair[1] += count.persons * (count.themes is not None)
    return [Cell(*key, *pair) for key, pair in sums.items()]


def by_theme(
    counts: Iterable[Count], themes: dict[int, Iterable[int]], bits: dict[int, int]
) -> list[Cell]:
    """Cells once per theme of the campaign; cells of two themes share persons.

    :param themes: ``{campaign: its themes}``
    :param bits: ``{theme: bit of Count.themes}``
    """
    sums: dict[tuple, list[int]] = {}
    for count in counts:
        for theme in themes[count.campaign]:
            pair = sums.setdefault((count[:4], theme), [0, 0])
            pair[0] += count.persons
            pair[1] += count.persons * bool((count.themes or 0) >> bits[theme] & 1)
    return [Cell(*key, *pair, theme) for (key, theme), pair in sums.items()]


def summed(cells: Iterable[Cell]) -> Rate:
    """Re-sum cells that share no person.

    >>> str(summed([Cell(1, 1, "employee", 1, 480, 433),
    ...             Cell(1, 1, "subcontractor", 2, 720, 575)]).rate)
    '84.0'
    >>> summed([]).rate is None
    True
    """
    target = covered = 0
    for cell in cells:
        target += cell.target
        covered += cell.covered
    return Rate(target, covered)


def by(cells: Iterable[Cell], key: Callable[[Cell], Hashable]) -> dict[Hashable, Rate]:
    """Re-sum cells under each value of ``key``.

    >>> rates = by([Cell(1, 7, "employee", 1, 4, 3), Cell(1, 8, "employee", 1, 4, 1)],
    ...            lambda cell: cell.kind)
    >>> rates
    {'employee': Rate(target=8, covered=4)}
    """
    groups: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(key(cell), []).append(cell)
    return {value: summed(members) for value, members in groups.items()}
