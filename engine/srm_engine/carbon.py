"""Greenhouse-gas emissions of activities, in kgCO2e.

An activity is a quantity times a factor whose unit must be of the same nature
(a factor per kWh refuses cubic metres), or a mass of gas times its global warming
potential (GWP, 100 years). Blends are computed from their components, so that one set
of potentials (AR4, AR5, AR6) is used throughout.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from .errors import RuleError
from .money import ZERO, round_half_up, to_decimal, total

GWP_SETS = ("AR4", "AR5", "AR6")
DEFAULT_GWP_SET = "AR5"
STEP = Decimal("0.000001")

# Size of each unit in the base unit of its nature (kJ, kg, m3, km). Units that are not
# listed are only equal to themselves (passenger.km, night, kg BOD5...).
_NATURES = {
    "energy": "wh 3.6, kwh 3600, mwh 3600000, gwh 3600000000, "
    "mj 1000, gj 1000000, tj 1000000000",
    "mass": "g 0.001, kg 1, t 1000",
    "volume": "ml 0.000001, cl 0.00001, l 0.001, m3 1",
    "length": "m 0.001, km 1",
}
_UNITS: dict[str, tuple[str, Decimal]] = {
    name: (nature, Decimal(size))
    for nature, listed in _NATURES.items()
    for name, size in (pair.split() for pair in listed.split(", "))
}
_FACTOR_UNIT = re.compile(r"(?:(kg|g|t)\s*co2\s*(?:e|eq)?\s*/\s*)?(.+)")


@dataclass(frozen=True)
class Activity:
    """A quantity and its factor.

    ``factor_unit`` is written ``kgCO2e/kWh`` (or gCO2e/, tCO2e/); the unit alone means
    kgCO2e per that unit.
    """

    quantity: Decimal
    unit: str
    factor: Decimal
    factor_unit: str


@dataclass(frozen=True)
class GasRelease:
    """A mass of gas or of a blend released, in kg."""

    gas: str
    mass_kg: Decimal
    gwp_set: str = DEFAULT_GWP_SET


def emissions(item: Activity | GasRelease) -> Decimal:
    """Return kgCO2e at six decimals.

    >>> emissions(Activity(Decimal(1000000), "kWh", Decimal(52), "gCO2e/kWh"))
    Decimal('52000.000000')
    >>> emissions(GasRelease("R-410A", Decimal(1)))
    Decimal('1923.500000')
    """
    if isinstance(item, GasRelease):
        return round_half_up(item.mass_kg * gwp(item.gas, item.gwp_set), STEP)
    mass, per_unit = _split_factor_unit(item.factor_unit)
    quantity = convert(item.quantity, item.unit, per_unit)
    return round_half_up(quantity * item.factor * _UNITS[mass][1], STEP)


def total_emissions(items: Iterable[Activity | GasRelease]) -> Decimal:
    """Return the sum of :func:`emissions`, in kgCO2e."""
    return total(emissions(item) for item in items)


def convert(quantity: Decimal, unit: str, to_unit: str) -> Decimal:
    """Convert between units of the same nature.

    >>> convert(Decimal(2), "MWh", "kWh"), convert(Decimal(36), "MJ", "kWh")
    (Decimal('2000'), Decimal('10'))
    >>> convert(Decimal(5000), "m3", "kWh")
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: 'm3' cannot be converted to 'kWh'
    """
    source, target = _unit_key(unit), _unit_key(to_unit)
    if source == target:
        return quantity
    nature, size = _UNITS.get(source, ("", ZERO))
    to_nature, to_size = _UNITS.get(target, ("", ZERO))
    if not nature or nature != to_nature:
        raise RuleError(
            "unit_mismatch",
            "{unit!r} cannot be converted to {to_unit!r}",
            unit=unit,
            to_unit=to_unit,
        )
    return quantity * size / to_size


def _unit_key(unit: str) -> str:
    return unit.strip().lower().replace("³", "3")


def _split_factor_unit(text: str) -> tuple[str, str]:
    found = _FACTOR_UNIT.fullmatch(text.strip().lower().replace("₂", "2"))
    if not found:
        raise RuleError("unit_empty", "the unit of the factor is empty")
    return found[1] or "kg", found[2]


def gwp(gas: str, gwp_set: str = DEFAULT_GWP_SET) -> Decimal:
    """Return the potential of a gas or blend, in kgCO2e per kg.

    >>> gwp("R-404A", "AR6"), gwp("SF6")
    (Decimal('4728.00'), Decimal('23500'))
    """
    if gwp_set not in GWP_SETS:
        raise RuleError(
            "gwp_set_unknown",
            "{gwp_set!r} is not a set of potentials (AR4, AR5, AR6)",
            gwp_set=gwp_set,
        )
    name = gas.upper().replace("-", "").replace(" ", "")
    if name in _BLENDS:
        parts = _BLENDS[name].items()
        return total(share * gwp(part, gwp_set) for part, share in parts)
    value = _POTENTIALS.get(name, {}).get(gwp_set)
    if value is None:
        raise RuleError(
            "gas_unknown",
            "no potential of {gas!r} is known in {gwp_set}",
            gas=gas,
            gwp_set=gwp_set,
        )
    return value


def _rows(name: str) -> list[dict[str, str]]:
    source = resources.files(__package__).joinpath("data", name)
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def _load_blends() -> dict[str, dict[str, Decimal]]:
    blends: dict[str, dict[str, Decimal]] = {}
    for row in _rows("gas_blend.csv"):
        blends.setdefault(row["blend"], {})[row["gas"]] = to_decimal(row["share"])
    return blends


_BLENDS = _load_blends()
_POTENTIALS: dict[str, dict[str, Decimal]] = {
    row["gas"]: {key: to_decimal(row[key]) for key in GWP_SETS if row[key]}
    for row in _rows("gwp.csv")
}
