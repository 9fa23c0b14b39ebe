"""A day of one telecontrol channel in a few hundred bytes.

A year of a million points a day does not fit one row per point. A day of a channel is
one block: seconds of the day and values, packed and compressed, with its own lowest,
highest and mean so that a year is charted without opening a block.
"""

import math
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .errors import RuleError

DAY = 86_400
LEVEL = 1
HEAD = 4


@dataclass(frozen=True)
class Summary:
    """Of the values of a block; ``last``: second of its last point."""

    count: int
    low: float
    high: float
    mean: float
    last: int


def pack(points: Mapping[int, float]) -> bytes:
    """Bytes of a day: ``{second of the day: value}``.

    >>> unpack(pack({900: 5.5, 0: 4.25}))
    {0: 4.25, 900: 5.5}
    """
    seconds = sorted(points)
    if seconds and not 0 <= seconds[0] <= seconds[-1] < DAY:
        raise RuleError("second_outside_day", "a second lies outside its day")
    moments = array("I", seconds)
    values = array("d", [points[second] for second in seconds])
    if sys.byteorder != "little":
        moments.byteswap()
        values.byteswap()
    body = zlib.compress(moments.tobytes() + values.tobytes(), LEVEL)
    return len(seconds).to_bytes(HEAD, "little") + body


def unpack(data: bytes) -> dict[int, float]:
    """Points of a block, in order; nothing for no data."""
    if not data:
        return {}
    count = int.from_bytes(data[:HEAD], "little")
    body = zlib.decompress(data[HEAD:])
    moments, values = array("I"), array("d")
    width = moments.itemsize * count
    moments.frombytes(body[:width])
    values.frombytes(body[width:])
    if sys.byteorder != "little":
        moments.byteswap()
        values.byteswap()
    return dict(zip(moments, values, strict=True))


@dataclass(frozen=True)
class Merged:
    """``added``: new moments; ``before``: known values that another one replaced."""

    points: dict[int, float]
    added: int
    before: dict[int, float]

    @property
    def changed(self) -> int:
        """How many known moments have another value."""
        return len(self.before)


def merge(known: Mapping[int, float], sent: Mapping[int, float]) -> Merged:
    """Points of a day after a sending; what is sent twice changes nothing.

    >>> found = merge({0: 1.0, 60: 2.0}, {60: 3.0, 120: 4.0})
    >>> found.points, found.added, found.before
    ({0: 1.0, 60: 3.0, 120: 4.0}, 1, {60: 2.0})
    """
    added = sum(1 for moment in sent if moment not in known)
    before = {
        moment: known[moment]
        for moment, value in sent.items()
        if known.get(moment, value) != value
    }
    return Merged({**known, **sent}, added, before)


def summary(points: Mapping[int, float]) -> Summary:
    """Figures of a day.

    >>> summary({0: 1.0, 60: 3.0})
    Summary(count=2, low=1.0, high=3.0, mean=2.0, last=60)
    """
    if not points:
        raise RuleError("block_empty", "a block has no points")
    values = points.values()
    return Summary(
        len(points),
        min(values),
        max(values),
        math.fsum(values) / len(points),
        max(points),
    )


def by_day(points: Iterable[tuple[int, float]]) -> dict[int, dict[int, float]]:
    """``{day number: {second: value}}`` of points (seconds since 1970, value).

    >>> by_day([(86400, 1.0), (90000, 2.0)])
    {1: {0: 1.0, 3600: 2.0}}
    """
    found: dict[int, dict[int, float]] = {}
    for moment, value in points:
        day, second = divmod(moment, DAY)
        found.setdefault(day, {})[second] = value
    return found
