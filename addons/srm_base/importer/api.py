"""What an add-on needs to make a take-on import of its own.

An add-on that imports something declares an abstract model named
``srm.import.handler.<kind>`` inheriting ``srm.import.handler`` and adds its kind
to ``srm.import``::

    class SrmImport(models.Model):
        _inherit = "srm.import"
        kind = fields.Selection(
            selection_add=[("arrears", "Supplier arrears")],
            ondelete={"arrears": "cascade"},
        )

    class ArrearsImportHandler(models.AbstractModel):
        _name = "srm.import.handler.arrears"
        _inherit = "srm.import.handler"
        _description = "Take-on of supplier arrears"
        _import_group = "srm_base.group_finance_officer"
        _target_model = "srm.debt"
        _amount_fields = ("amount_claimed",)
        _target_amount_fields = {"amount_claimed": "amount_claimed"}

        def _fields_spec(self): ...
        def _origin_key(self, values): ...
        def _existing(self, keys): ...
        def _check_rows(self, rows, ctx): ...
        def _load_rows(self, rows, ctx): ...
        def _reason_texts(self): ...

Nothing here knows the ORM: handlers receive and fill :class:`ParsedRow` objects.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: The kinds a column may have, with the Python type of the parsed value.
#:
#: ========== =====================================================================
#: text       ``str``, blanks trimmed and collapsed
#: amount     ``decimal.Decimal`` in dirhams, as typed (not rounded)
#: date       ``datetime.date``
#: integer    ``int``
#: ice, rib   ``str``, digits only, check digits verified
#: choice     ``str``, one of the keys of ``ImportField.choices``
#: territory  ``int``, id of a commune in ``srm.territory``
#: predecessor ``str``, code of a ``srm.predecessor`` ("ramsa", "onee_water"...)
#: ========== =====================================================================
KINDS = (
    "text",
    "amount",
    "date",
    "integer",
    "ice",
    "rib",
    "choice",
    "territory",
    "predecessor",
)


@dataclass(frozen=True)
class ImportField:
    """One field a file may bring.

    * ``name``: technical name, key of ``ParsedRow.values``.
    * ``label``: shown to people, in the language of the reader (``self.env._``).
    * ``kind``: one of :data:`KINDS`.
    * ``required``: an empty cell is an error, and the column must be mapped (the
      predecessor may instead be given once for the whole import).
    * ``synonyms``: headers that designate this field, in French, English and Arabic;
      compared without case, accents, spaces or punctuation. The name and the label
      are synonyms already.
    * ``choices``: for kind "choice", ``{stored value: (words met in files, ...)}``;
      the stored value is one of its own words.
    * ``minimum`` / ``maximum``: inclusive bounds of amounts and integers.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: unknown kind {self.kind!r}")
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"{self.name}: choices go with kind 'choice' only")


class OriginKey(NamedTuple):
    """Where a row comes from: it makes a second import of the same row a no-op.

    Any ``(predecessor code, legacy reference)`` pair of ``str`` is accepted where an
    ``OriginKey`` is expected.
    """

    predecessor: str
    reference: str


@dataclass(frozen=True)
class Existing:
    """A record that already carries an origin key.

    ``values`` holds what the record says today, by field name, in the Python types of
    :data:`KINDS`; only the names also present in the file are compared.
    """

    res_id: int
    values: Mapping[str, Any]


@dataclass
class ImportContext:
    """What a handler may want to know about the import it works for.

    * ``import_id``: the ``srm.import`` record (its ``company_id``, ``env``...).
    * ``default_predecessor``: code given for the whole file, or "".
    * ``predecessor_ids``: ``{code: srm.predecessor id}``.
    * ``cache``: a dict of the handler's own, kept for the whole run; keep it small
      (a run of 100,000 rows stays in constant memory).
    """

    import_id: Any
    default_predecessor: str = ""
    predecessor_ids: Mapping[str, int] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)


class ParsedRow:
    """One line of the file, as a handler sees it.

    Read:

    * ``line_number``: line of the sheet, from 1, what the person sees in Excel.
    * ``values``: ``{field name: parsed value}``. A mapped field whose cell is empty is
      ``None``; a field that is not mapped, or whose cell could not be read (the reason
      is in ``errors`` already), is absent: use ``row.get(name)``.
    * ``texts``: ``{field name: text of the cell}`` of every mapped field.
    * ``origin_key``: :class:`OriginKey`, or ``None`` while it is incomplete.
    * ``existing``: :class:`Existing` or ``None``, filled before ``_check_rows`` and
      again before ``_load_rows``.
    * ``changes``: ``{field name: (old, new)}`` against ``existing``; an empty cell says
      nothing, so it never erases a value.
    * ``decision``: what a person chose for a flagged row: "", "load" or "link".
    * ``link_id``: with decision "link", the record to attach to.

    Write, in ``_check_rows``: :meth:`add_error` and :meth:`add_flag`.
    Write, in ``_load_rows``: ``res_id``, or :meth:`add_error` to refuse the row.
    """

    __slots__ = (
        "changes",
        "decision",
        "errors",
        "existing",
        "flags",
        "line_number",
        "link_id",
        "origin_key",
        "original",
        "res_id",
        "row_id",
        "texts",
        "values",
    )

    def __init__(
        self,
        line_number: int,
        original: list[Any],
        values: dict[str, Any] | None = None,
        texts: dict[str, str] | None = None,
        row_id: int = 0,
    ) -> None:
        self.line_number = line_number
        self.original = original
        self.values = values if values is not None else {}
        self.texts = texts if texts is not None else {}
        self.row_id = row_id
        self.origin_key: OriginKey | None = None
        self.existing: Existing | None = None
        self.changes: dict[str, tuple[Any, Any]] = {}
        self.decision = ""
        self.link_id = 0
        self.res_id = 0
        self.errors: list[dict[str, Any]] = []
        self.flags: list[dict[str, Any]] = []

    def __repr__(self) -> str:
        return f"<ParsedRow line {self.line_number} {self.values!r}>"

    @property
    def ok(self) -> bool:
        """Whether nothing blocks the row (flags aside)."""
        return not self.errors

    def get(self, name: str, default: Any = None) -> Any:
        """The parsed value of a field, ``default`` when absent or empty."""
        value = self.values.get(name)
        return default if value is None else value

    def has_error(self, name: str) -> bool:
        """Whether a reason already concerns this field."""
        return any(reason["field"] == name for reason in self.errors)

    def add_error(self, field_name: str, code: str, **params: Any) -> None:
        """Refuse the row, for one reason more.

        ``code`` must be a key of the handler's ``_reason_texts()``; ``params`` fill the
        ``%(x)s`` of that text (str, int, Decimal or date). The text of the cell is
        always available as ``%(value)s``. ``field_name`` may be "" for a reason that
        concerns no single column.
        """
        self.errors.append(self._reason(field_name, code, params))

    def add_flag(
        self, field_name: str, code: str, res_id: int = 0, **params: Any
    ) -> None:
        """Ask a person: the row is probably known already (``res_id`` of the twin)."""
        flag = self._reason(field_name, code, params)
        flag["res_id"] = res_id
        self.flags.append(flag)

    def _reason(
        self, field_name: str, code: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "field": field_name,
            "code": code,
            "value": self.texts.get(field_name, ""),
            "params": {
                key: value if isinstance(value, int) else str(value)
                for key, value in params.items()
            },
        }


def ok_rows(rows: Iterable[ParsedRow]) -> list[ParsedRow]:
    """The rows nothing blocks so far."""
    return [row for row in rows if row.ok]
