"""One source of time zones: the rules of the ``tzdata`` and ``pytz`` packages.

Python reads the machine's files first, which may be older than the packages: Morocco
is on UTC all year since 20 September 2026, and files of before still add an hour.
"""

import datetime
import importlib.util
import logging
import zoneinfo
from functools import lru_cache

import pytz

_logger = logging.getLogger(__name__)

ZONE = "Africa/Casablanca"
#: Moments (UTC) and hours that the clock of Morocco was, or will be, ahead of UTC then.
PROBES = (
    (datetime.datetime(2026, 1, 15, 12), 1),
    (datetime.datetime(2026, 3, 1, 12), 0),
    (datetime.datetime(2026, 6, 1, 12), 1),
    (datetime.datetime(2026, 10, 1, 12), 0),
    (datetime.datetime(2030, 7, 1, 12), 0),
)
REMEDIES = {
    "zoneinfo": "pip install --upgrade tzdata",
    "pytz": "pip install --upgrade pytz",
    "PostgreSQL": "apt-get install tzdata on its machine, then restart it",
}


def use_packages() -> None:
    """Make Python read the rules of the package, whatever the machine has."""
    if importlib.util.find_spec("tzdata"):
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()


def wrong_in_python() -> list[str]:
    """Libraries whose rules for Morocco are out of date."""
    libraries = {"zoneinfo": zoneinfo.ZoneInfo(ZONE), "pytz": pytz.timezone(ZONE)}
    return [name for name, zone in libraries.items() if not _knows(zone)]


def _knows(zone: datetime.tzinfo) -> bool:
    return all(
        moment.replace(tzinfo=datetime.UTC).astimezone(zone).utcoffset()
        == datetime.timedelta(hours=ahead)
        for moment, ahead in PROBES
    )


def wrong_in_database(cr) -> bool:
    """Whether the rules of the database server for Morocco are out of date."""
    moments, hours = zip(*PROBES, strict=True)
    cr.execute(
        "SELECT bool_and((moment AT TIME ZONE 'UTC' AT TIME ZONE %s)"
        " = moment + ahead * interval '1 hour')"
        " FROM unnest(%s::timestamp[], %s::int[]) AS probe (moment, ahead)",
        [ZONE, list(moments), list(hours)],
    )
    return not cr.fetchone()[0]


@lru_cache(maxsize=8)  # once in a process
def report(wrong: tuple[str, ...]) -> None:
    """Say in the log which rules are out of date, and how to mend them."""
    for name in wrong:
        _logger.warning(
            "The time zone rules of %s are out of date: they do not know that Morocco"
            " is on UTC since 20 September 2026. Remedy: %s",
            name,
            REMEDIES[name],
        )


use_packages()
