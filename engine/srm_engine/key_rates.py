"""Key rate of Bank Al-Maghrib, by the day a payment delay starts.

The shipped table is ``data/key_rate.csv``. Only its column
``dgi_applies_to_delays_starting_from`` decides: the tax administration attaches a new
rate to the delays that start from the first of the month of the decision, not from the
bank's own effective date. Lines without that date are kept in the file as evidence.
"""

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from .dates import iso_date
from .errors import RuleError
from .money import to_decimal

STARTING_FROM = "dgi_applies_to_delays_starting_from"


@dataclass(frozen=True)
class KeyRate:
    """Rate in percent for the delays that start on or after ``start``."""

    start: datetime.date
    rate: Decimal


def load_key_rates(lines: Iterable[str]) -> tuple[KeyRate, ...]:
    """Read the table from the lines of its CSV file, oldest first.

    >>> text = [STARTING_FROM + ",rate_percent", ",1.50", "2024-06-01,2.75"]
    >>> load_key_rates(text)
    (KeyRate(start=datetime.date(2024, 6, 1), rate=Decimal('2.75')),)
    """
    rows = (row for row in csv.DictReader(lines) if row[STARTING_FROM])
    rates = (
        KeyRate(iso_date(row[STARTING_FROM]), to_decimal(row["rate_percent"]))
        for row in rows
    )
    return tuple(sorted(rates, key=lambda rate: rate.start))


def _shipped() -> tuple[KeyRate, ...]:
    source = resources.files(__package__).joinpath("data/key_rate.csv")
    return load_key_rates(source.read_text(encoding="utf-8").splitlines())


DEFAULT_KEY_RATES: tuple[KeyRate, ...] = _shipped()


def key_rate_on(
    delay_start: datetime.date, rates: Iterable[KeyRate] = DEFAULT_KEY_RATES
) -> Decimal:
    """Return the percent of the first month of a delay starting on that day.

    ``rates`` may come in any order.

    >>> key_rate_on(datetime.date(2024, 5, 31)), key_rate_on(datetime.date(2024, 6, 1))
    (Decimal('3.00'), Decimal('2.75'))
    """
    best: KeyRate | None = None
    for rate in rates:
        if rate.start <= delay_start and (best is None or rate.start > best.start):
            best = rate
    if best is None:
        raise RuleError(
            "key_rate_missing",
            "no key rate is known for a delay starting on {day}",
            day=delay_start,
        )
    return best.rate
