"""Earned value of a project (EVM)."""

from dataclasses import dataclass
from decimal import Decimal

from .money import round_centime
from .ratios import difference, ratio

INDEX_STEP = "0.0001"


@dataclass(frozen=True)
class EarnedValue:
    """Amounts in dirhams, indices at four decimals; ``None``: not computable.

    ``eac`` assumes that the efficiency so far goes on (BAC x AC / EV, not through a
    rounded index); ``eac_atypical`` that the rest is done at budget.
    """

    cv: Decimal | None
    sv: Decimal | None
    cpi: Decimal | None
    spi: Decimal | None
    eac: Decimal | None
    eac_atypical: Decimal | None
    etc: Decimal | None
    vac: Decimal | None
    tcpi: Decimal | None


def earned_value(
    bac: Decimal | None = None,
    pv: Decimal | None = None,
    ev: Decimal | None = None,
    ac: Decimal | None = None,
) -> EarnedValue:
    """Compute the indicators from the budget at completion (BAC), the planned value
    (PV), the earned value (EV) and the actual cost (AC).

    >>> found = earned_value(*map(Decimal, (4000, 3000, 2500, 2800)))
    >>> found.cv, found.cpi, found.eac, found.vac
    (Decimal('-300'), Decimal('0.8929'), Decimal('4480.00'), Decimal('-480.00'))
    """
    remaining = difference(bac, ev)
    eac = None if bac is None or ac is None else ratio(bac, ev, "0.01", ac)
    atypical = None if remaining is None or ac is None else ac + remaining
    return EarnedValue(
        cv=difference(ev, ac),
        sv=difference(ev, pv),
        cpi=ratio(ev, ac, INDEX_STEP),
        spi=ratio(ev, pv, INDEX_STEP),
        eac=eac,
        eac_atypical=None if atypical is None else round_centime(atypical),
        etc=difference(eac, ac),
        vac=difference(bac, eac),
        tcpi=ratio(remaining, difference(bac, ac), INDEX_STEP),
    )
