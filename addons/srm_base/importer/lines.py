"""Which lines below the headers are data."""

from collections.abc import Mapping, Sequence

from srm_engine.tabular import fold

from .api import ImportField
from .cells import Cell, is_blank, text_of

DATA, TOTAL, REPEATED = "data", "total", "repeated"
#: How a line of totals begins, folded, in French, English and Arabic.
TOTAL_WORDS = (
    "total",
    "totaux",
    "sous total",
    "s/total",
    "grand total",
    "ensemble",
    "somme",
    "montant total",
    "sum",
    "subtotal",
    "مجموع",
    "المجموع",
    "اجمالي",
    "الاجمالي",
)
_FOLDED_WORDS = tuple(fold(word) for word in TOTAL_WORDS)


def says_total(cell: Cell) -> bool:
    """Whether a text announces a total.

    >>> says_total("TOTAL GÉNÉRAL"), says_total("مجموع"), says_total("Totalement neuf")
    (True, True, False)
    """
    if not isinstance(cell, str):
        return False
    text = fold(cell)
    return any(text == word or text.startswith(f"{word} ") for word in _FOLDED_WORDS)


def is_total(cells: Sequence[Cell], columns: Mapping[int, ImportField]) -> bool:
    """Whether a line is a total and not a firm that happens to be called "Total".

    Its first text says so, and beside it only figures are given (``columns``: the
    mapped fields by column index).
    """
    first = next((i for i, cell in enumerate(cells) if not is_blank(cell)), None)
    if first is None or not says_total(cells[first]):
        return False
    return all(
        is_blank(cell)
        or index not in columns
        or columns[index].kind in ("amount", "integer")
        for index, cell in enumerate(cells)
        if index > first
    )


def total_figures(
    cells: Sequence[Cell], columns: Mapping[int, ImportField]
) -> dict[str, str]:
    """``{amount field: text}`` of a total line (formulas without value are absent)."""
    return {
        columns[index].name: text_of(cell)
        for index, cell in enumerate(cells)
        if index in columns and columns[index].kind == "amount" and not is_blank(cell)
    }
