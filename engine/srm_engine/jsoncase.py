"""Reading of one JSON case against a declared list of keys.

A specification is a mapping of key to :class:`Field`; unknown keys, missing keys and
unreadable values are refused by name. ``null`` means absent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import RuleError

Reader = Callable[[Any], Any]
REQUIRED: Any = object()


@dataclass(frozen=True)
class Field:
    """How to read one key; without a default the key is required."""

    read: Reader
    default: Any = REQUIRED
    name: str = ""


Spec = Mapping[str, Field]


def read_case(data: object, spec: Spec) -> dict[str, Any]:
    """Return the values of a JSON object, under the names the rules use.

    >>> read_case({"days": 3}, {"days": Field(integer), "note": Field(text, "")})
    {'days': 3, 'note': ''}
    >>> read_case({"dais": 3}, {"days": Field(integer)})
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: unknown key: dais
    """
    if not isinstance(data, dict):
        raise RuleError("not_object", "a JSON object is expected")
    unknown = [key for key in data if key not in spec]
    if unknown:
        raise RuleError("key_unknown", "unknown key: {keys}", keys=", ".join(unknown))
    return {
        field.name or key: _value(data.get(key), key, field)
        for key, field in spec.items()
    }


def _value(value: object, key: str, field: Field) -> Any:
    if value is not None:
        return _named(key, field.read, value)
    if field.default is REQUIRED:
        raise RuleError("key_missing", "missing key: {key}", key=key)
    return field.default


def _named(key: str, read: Reader, value: object) -> Any:
    """Read a value; an error says under which key it stands."""
    try:
        return read(value)
    except RuleError as error:
        raise RuleError(error.code, "{key}: {error}", key=key, error=error) from error


def integer(value: object) -> int:
    """Read a JSON integer, or a text made of its digits.

    >>> integer("-12")
    -12
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and len(value) < 19:
        digits = value.removeprefix("-")
        if digits.isdigit():
            return int(value)
    raise RuleError("not_integer", "{value!r} is not a whole number", value=value)


def boolean(value: object) -> bool:
    """Read ``true`` or ``false``."""
    if isinstance(value, bool):
        return value
    raise RuleError("not_boolean", "{value!r} is neither true nor false", value=value)


def text(value: object) -> str:
    """Read a JSON string."""
    if isinstance(value, str):
        return value
    raise RuleError("not_text", "{value!r} is not a text in quotes", value=value)


def choice(*values: str) -> Reader:
    """Return a reader of one of these words."""

    def read(value: object) -> str:
        if value in values:
            return str(value)
        raise RuleError(
            "not_choice",
            "{value!r} is not one of: {values}",
            value=value,
            values=", ".join(values),
        )

    return read


def record(spec: Spec, build: Callable[..., Any]) -> Reader:
    """Return a reader of a nested object, built from its values by name."""
    return lambda data: build(**read_case(data, spec))


def each(read: Reader) -> Reader:
    """Return a reader of a list, as a tuple; errors give the position from 1.

    >>> each(integer)([1, "x"])
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: no. 2: 'x' is not a whole number
    """

    def read_all(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise RuleError("not_list", "a list is expected")
        return tuple(
            _named(f"no. {position}", read, item)
            for position, item in enumerate(data, start=1)
        )

    return read_all


def mapping(read: Reader, read_key: Reader = str) -> Reader:
    """Return a reader of an object whose values are all alike; errors name the key.

    >>> mapping(integer)({"a": 1}), mapping(integer, integer)({"5": 1})
    ({'a': 1}, {5: 1})
    """

    def read_all(data: object) -> dict[Any, Any]:
        if not isinstance(data, dict):
            raise RuleError("not_object", "a JSON object is expected")
        return {
            read_key(key): _named(str(key), read, value) for key, value in data.items()
        }

    return read_all


def optional(read: Reader) -> Reader:
    """Return a reader that lets ``null`` through."""
    return lambda value: None if value is None else read(value)
