"""Drawing of a network element as GeoJSON (RFC 7946): what is accepted, where it lies.

Positions are (longitude, latitude) in degrees of WGS 84. A sphere is precise enough to
compare the length drawn with the length written: no money is involved.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import RuleError

POINT, LINE, LINES = "Point", "LineString", "MultiLineString"
EARTH_RADIUS_M = 6_371_008.8
#: A drawing is a few hundred vertices; a million would only be an error.
MOST_POSITIONS = 10_000

Position = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """``parts``: one list of positions per line, or one position of a point."""

    kind: str
    parts: tuple[tuple[Position, ...], ...]

    @property
    def middle(self) -> Position:
        """Vertex in the middle of the drawing, where a label goes."""
        positions = [position for part in self.parts for position in part]
        return positions[len(positions) // 2]

    @property
    def metres(self) -> float:
        """Length along the lines.

        >>> line = {"type": "LineString", "coordinates": [[0, 0], [0, 1]]}
        >>> round(read(json.dumps(line)).metres)
        111195
        """
        return math.fsum(
            distance(before, after)
            for part in self.parts
            for before, after in zip(part, part[1:], strict=False)
        )


def read(text: str) -> Drawing:
    """Drawing of a GeoJSON geometry: a point, a line or several lines.

    >>> read('{"type": "Point", "coordinates": [-9.6, 30.4]}').middle
    (-9.6, 30.4)
    """
    try:
        found = json.loads(text)
    except (ValueError, TypeError) as error:
        raise RuleError("geometry_unreadable", "the drawing is not JSON") from error
    if not isinstance(found, dict) or found.get("type") not in (POINT, LINE, LINES):
        raise RuleError(
            "geometry_kind", "a drawing is a Point, a LineString or a MultiLineString"
        )
    return Drawing(found["type"], _parts(found["type"], found.get("coordinates")))


def distance(one: Position, other: Position) -> float:
    """Metres between two positions over a sphere.

    >>> round(distance((-9.6, 30.4), (-9.6, 30.41)))
    1112
    """
    (lon1, lat1), (lon2, lat2) = (tuple(map(math.radians, p)) for p in (one, other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


def _parts(kind: str, coordinates: Any) -> tuple[tuple[Position, ...], ...]:
    if kind == POINT:
        return ((_position(coordinates),),)
    lines = [coordinates] if kind == LINE else coordinates
    if not isinstance(lines, list) or not lines:
        raise RuleError("geometry_empty", "the drawing has no positions")
    parts = tuple(tuple(_line(line)) for line in lines)
    if sum(map(len, parts)) > MOST_POSITIONS:
        raise RuleError("geometry_too_long", "the drawing has too many positions")
    return parts


def _line(line: Any) -> Iterator[Position]:
    if not isinstance(line, list) or len(line) < 2:
        raise RuleError("geometry_line_short", "a line has two positions or more")
    return map(_position, line)


def _position(found: Sequence[Any]) -> Position:
    try:
        longitude, latitude = float(found[0]), float(found[1])
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise RuleError(
            "geometry_position", "a position is [longitude, latitude]"
        ) from error
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise RuleError(
            "geometry_outside", "a position lies outside the earth: longitude first"
        )
    return longitude, latitude
