"""Condition of a sewer from the defects a camera saw.

Codes carry no score (EN 13508-2): a table gives each its score, and a scale turns
scores into a grade. Scales are data. WSA 05 grades the peak and the mean per metre and
keeps the worse; NASSCO PACP gives a rating, an index and a quick rating, because one
grade-5 defect and five of them must not look the same.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import ZERO, total
from .ratios import ratio

STEP = "0.01"
GRADES = (5, 4, 3, 2, 1)
#: Count written as a letter in the quick rating: A for 10 to 14, B for 15 to 19...
QUICK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Scale:
    """Highest value of the grades 1, 2, 3...; beyond the last one is the worst grade.

    ``worst_of``: the grade is the worse of peak and mean, else that of the peak.
    """

    peak: Sequence[Decimal]
    mean: Sequence[Decimal] = ()
    worst_of: bool = True


@dataclass(frozen=True)
class Condition:
    """Scores at two decimals, grades from 1 (good); ``None``: not computable."""

    total: Decimal
    count: int
    peak: Decimal
    mean: Decimal | None
    average: Decimal | None
    peak_grade: int
    mean_grade: int | None
    grade: int


def grade_of(value: Decimal, thresholds: Sequence[Decimal]) -> int:
    """Grade of a value; a bound belongs to the better grade.

    >>> grade_of(Decimal(15), [Decimal(5), Decimal(15)]), grade_of(Decimal(16), [
    ...     Decimal(5), Decimal(15)])
    (2, 3)
    """
    return bisect_left(list(thresholds), value) + 1


def condition(
    defects: Iterable[tuple[Decimal, Decimal]],
    length: Decimal,
    scale: Scale,
    peak: Decimal | None = None,
) -> Condition:
    """Grade a section.

    :param defects: (position in metres, score); continuous defects once per metre
    :param length: metres inspected
    :param peak: highest score over one metre; computed when not given

    >>> wsa = Scale([Decimal(n) for n in (5, 15, 40, 60)],
    ...             [Decimal(n) for n in (1, 3, 5, 10)])
    >>> camera = ((1, 5), (9, 10), (20, 20), (30, 20))
    >>> seen = [(Decimal(place), Decimal(score)) for place, score in camera]
    >>> found = condition(seen, Decimal("36.5"), wsa)
    >>> found.total, found.mean, found.peak_grade, found.mean_grade, found.grade
    (Decimal('55'), Decimal('1.51'), 3, 2, 3)
    """
    seen = sorted(defects)
    if any(score < 0 for _position, score in seen) or length < 0:
        raise RuleError("score_negative", "scores and lengths are not negative")
    summed = total(score for _position, score in seen)
    highest = _peak(seen) if peak is None else peak
    mean = ratio(summed, length, STEP)
    peak_grade = grade_of(highest, scale.peak)
    mean_grade = None
    if mean is not None and scale.mean:
        mean_grade = grade_of(summed / length, scale.mean)
    grades = [peak_grade]
    if scale.worst_of and mean_grade is not None:
        grades.append(mean_grade)
    return Condition(
        summed,
        len(seen),
        highest,
        mean,
        ratio(summed, Decimal(len(seen)), STEP),
        peak_grade,
        mean_grade,
        max(grades),
    )


def _peak(seen: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Highest sum of scores over one metre of pipe."""
    best = window = ZERO
    first = 0
    for position, score in seen:
        window += score
        while position - seen[first][0] >= 1:
            window -= seen[first][1]
            first += 1
        best = max(best, window)
    return best


@dataclass(frozen=True)
class PipeRating:
    """PACP: ``rating`` = sum of grade x count, ``index`` = rating / count."""

    rating: int
    index: Decimal | None
    quick: str


def pipe_rating(occurrences: Mapping[int, int]) -> PipeRating:
    """Rate a pipe from the number of defects of each grade (1 to 5).

    >>> pipe_rating({1: 1, 2: 3, 3: 2, 4: 5, 5: 3})
    PipeRating(rating=48, index=Decimal('3.43'), quick='5345')
    """
    unknown = set(occurrences) - set(GRADES)
    if unknown or any(count < 0 for count in occurrences.values()):
        raise RuleError("grade_unknown", "grades go from 1 to 5, counts from 0")
    count = sum(occurrences.values())
    rating = sum(grade * number for grade, number in occurrences.items())
    return PipeRating(
        rating, ratio(Decimal(rating), Decimal(count), STEP), quick_rating(occurrences)
    )


def merged(*parts: Mapping[int, int]) -> dict[int, int]:
    """Occurrences of several kinds of defects together."""
    return {grade: sum(part.get(grade, 0) for part in parts) for grade in GRADES}


def quick_rating(occurrences: Mapping[int, int]) -> str:
    """Two worst grades that occur, each followed by its count.

    >>> quick_rating({3: 12, 1: 2}), quick_rating({}), quick_rating({2: 4})
    ('3A12', '0000', '2400')
    """
    worst = [grade for grade in GRADES if occurrences.get(grade)][:2]
    text = "".join(f"{grade}{_count(occurrences[grade])}" for grade in worst)
    return text.ljust(4, "0")


def _count(number: int) -> str:
    """One digit, or the letter of a group of five from 10 on."""
    if number < 10:
        return str(number)
    return QUICK_LETTERS[min((number - 10) // 5, len(QUICK_LETTERS) - 1)]
