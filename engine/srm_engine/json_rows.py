"""Rows of a JSON document of which one cannot be read: the others still can."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.S)
_OPEN, _CLOSE = "[{", "]}"


def rows_one_by_one(
    text: str, key: str, load: Callable[[str], Any] = json.loads
) -> list[Any] | None:
    """The elements of the list ``{key: [...]}``, ``None`` in place of the unreadable.

    :return: ``None`` when the document has no such list, or is not whole

    >>> rows_one_by_one('{"points": [[1, 2], [3, 4.5.6], [7]]}', "points")
    [[1, 2], None, [7]]
    >>> rows_one_by_one('{"points": [[1, 2], [3', "points") is None
    True
    """
    elements = list(_elements(text, key))
    if not elements or elements[-1] is not None:
        return None
    return [_loaded(element, load) for element in elements[:-1] if element is not None]


def _loaded(element: str, load: Callable[[str], Any]) -> Any:
    try:
        return load(element)
    except (ValueError, RecursionError):
        return None


def _elements(text: str, key: str) -> Iterator[str | None]:
    """Texts of the elements, then ``None`` when the list and the document end well."""
    depth, start, before = 0, -1, ("", "")
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in _OPEN:
            depth += 1
            if start < 0 and depth == 2 and before == (f'"{key}"', ":"):
                start = found.end()
        elif token in _CLOSE:
            depth -= 1
            if start >= 0 and depth == 1:
                if text[start : found.start()].strip():
                    yield text[start : found.start()]
                yield from [None] if _ends_well(text[found.end() :]) else []
                return
        elif token == "," and start >= 0 and depth == 2:
            yield text[start : found.start()]
            start = found.end()
        before = (before[1], token)


def _ends_well(rest: str) -> bool:
    """Nothing but the end of the document, or further keys that are read alone."""
    rest = rest.strip()
    if rest == "}":
        return True
    try:
        return rest[:1] == "," and isinstance(json.loads("{" + rest[1:]), dict)
    except (ValueError, RecursionError):
        return False
