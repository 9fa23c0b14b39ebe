"""Which line holds the headers, and which field each header means."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from srm_engine.tabular import fold

from .api import ImportField
from .cells import Cell, is_blank, text_of

#: Lines searched for the headers: registers open with a title, a date, a logo...
SEARCHED_LINES = 30
#: They stand among the first lines, filled or not.
LAST_LINE = 1_000
#: A title that is longer is none.
MAX_TITLE = 255
_PARENTHESES = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def normalise(header: str) -> str:
    """A header without case, accents, blanks or punctuation.

    >>> normalise("N° de dossier :"), normalise("Montant T.T.C.")
    ('ndedossier', 'montantttc')
    """
    return "".join(char for char in fold(header) if char.isalnum())


def header_forms(header: str) -> list[str]:
    """What may be compared of a header, the most faithful first.

    >>> header_forms("Délai convenu (j)")
    ['delaiconvenuj', 'delaiconvenu']
    """
    forms = [normalise(header), normalise(_PARENTHESES.sub(" ", header))]
    return [form for form in dict.fromkeys(forms) if form]


def synonym_index(spec: Iterable[ImportField]) -> dict[str, str]:
    """``{normalised synonym: field name}``; the first to claim a word keeps it."""
    index: dict[str, str] = {}
    for item in spec:
        for word in (item.label, item.name, *item.synonyms):
            for form in header_forms(str(word)):
                index.setdefault(form, item.name)
    return index


def propose(headers: Sequence[str], spec: Iterable[ImportField]) -> dict[int, str]:
    """``{column index: field name}``, each field at most once, leftmost first."""
    index = synonym_index(spec)
    proposal: dict[int, str] = {}
    for column, header in enumerate(headers):
        for form in header_forms(header):
            name = index.get(form)
            if name and name not in proposal.values():
                proposal[column] = name
                break
    return proposal


def signature(headers: Sequence[str]) -> str:
    """Identity of a layout: the same headers in the same order."""
    return hashlib.sha256("|".join(map(normalise, headers)).encode()).hexdigest()


@dataclass(frozen=True)
class HeaderLine:
    """``line`` from 1, the ``headers`` of each column ("" when none), and how many of
    them are known."""

    line: int
    headers: tuple[str, ...]
    known: int


def read_header(
    line: int, cells: Sequence[Cell], spec: list[ImportField]
) -> HeaderLine:
    """The header line of given cells, trailing empty columns left out."""
    headers = [text_of(cell)[:MAX_TITLE] for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    return HeaderLine(line, tuple(headers), len(propose(headers, spec)))


def find_header(
    lines: Iterable[tuple[int, Sequence[Cell]]], spec: list[ImportField]
) -> HeaderLine | None:
    """The line that says the most known headers; at least two, or ``None``."""
    best = None
    for line, cells in lines:
        candidate = read_header(line, cells, spec)
        if candidate.known >= 2 and (best is None or candidate.known > best.known):
            best = candidate
    return best


def is_repeated(cells: Sequence[Cell], headers: Sequence[str]) -> bool:
    """Whether a line repeats the headers, as printed registers do on each page.

    The first filled cell decides for nearly every line of data.
    """
    titles = [header for header in headers if header]
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if not titles or normalise(text_of(first)) != normalise(titles[0]):
        return False
    texts = [normalise(text_of(cell)) for cell in cells if not is_blank(cell)]
    return texts == [normalise(title) for title in titles]
