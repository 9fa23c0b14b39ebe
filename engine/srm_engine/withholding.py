"""Tax withheld at payment, and late interest of public contracts.

VAT withholding: tax code article 117, IV (goods and works) and V (services), invoices
from 2024-07-01. Withholding on fees: articles 15 bis and 45 bis (finance law 2023).
Late interest: decree 2-16-344, article 9. Whether the company counts as a public body
is the decision of its tax department: nothing here has a default for it.
"""

from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import HUNDRED, ZERO, round_centime

SERVICES, WORKS = "services", "works"
# A public body is bound to public-procurement rules; an enterprise of the list of
# decree 2-06-574 is not, but withholds on services all the same.
PUBLIC_BODY, PUBLIC_ENTERPRISE, PRIVATE = "public_body", "public_enterprise", "private"
COMPANY, INDIVIDUAL = "company", "individual"

EXEMPT_TTC = Decimal(5000)
SERVICES_RATE = Decimal(75)
FEES_RATES = {COMPANY: Decimal(5), INDIVIDUAL: Decimal(10)}


@dataclass(frozen=True)
class Parties:
    """Who pays whom, and whether the supplier has a tax certificate under 6 months."""

    payer: str
    supplier: str
    tax_certificate: bool


@dataclass(frozen=True)
class Withholding:
    """Amounts in dirhams kept from a payment."""

    vat: Decimal
    income_tax: Decimal
    net: Decimal


def vat_withholding_rate(nature: str, parties: Parties) -> Decimal:
    """Return the percent of the VAT to withhold.

    >>> vat_withholding_rate(SERVICES, Parties(PUBLIC_ENTERPRISE, COMPANY, False))
    Decimal('75')
    >>> vat_withholding_rate(SERVICES, Parties(PRIVATE, INDIVIDUAL, False))
    Decimal('100')
    """
    _check(nature, parties)
    without_certificate = ZERO if parties.tax_certificate else HUNDRED
    if nature == WORKS:
        return ZERO if parties.payer == PUBLIC_BODY else without_certificate
    if parties.payer != PRIVATE:
        return SERVICES_RATE
    if parties.supplier == COMPANY:
        return ZERO
    return max(SERVICES_RATE, without_certificate)


def withhold(
    ht: Decimal, vat: Decimal, nature: str, parties: Parties, fees: bool = False
) -> Withholding:
    """Return what to withhold from a payment; ``fees`` adds the tax on fees.

    Operations of at most 5,000 DH TTC bear no VAT withholding.

    >>> payer = Parties(PUBLIC_ENTERPRISE, COMPANY, True)
    >>> withhold(Decimal(100000), Decimal(20000), SERVICES, payer, fees=True)
    ... # doctest: +NORMALIZE_WHITESPACE
    Withholding(vat=Decimal('15000.00'), income_tax=Decimal('5000.00'),
                net=Decimal('100000.00'))
    """
    rate = vat_withholding_rate(nature, parties)
    kept_vat = ZERO if ht + vat <= EXEMPT_TTC else round_centime(vat * rate / HUNDRED)
    fees_rate = FEES_RATES[parties.supplier] if fees else ZERO
    kept_tax = round_centime(ht * fees_rate / HUNDRED)
    return Withholding(kept_vat, kept_tax, ht + vat - kept_vat - kept_tax)


def late_interest(base: Decimal, days: int, rate: Decimal, year: int = 365) -> Decimal:
    """Return late interest on ``base`` (TTC less retention) at ``rate`` percent.

    ``year`` is the number of days of the year, 360 or 365 (a setting).

    >>> late_interest(Decimal(1080000), 45, Decimal(3))
    Decimal('3994.52')
    """
    if days < 0:
        raise RuleError("days_negative", "{days} days of delay is negative", days=days)
    return round_centime(base * rate * days / (HUNDRED * year))


def _check(nature: str, parties: Parties) -> None:
    known = (
        (nature, (SERVICES, WORKS)),
        (parties.payer, (PUBLIC_BODY, PUBLIC_ENTERPRISE, PRIVATE)),
        (parties.supplier, (COMPANY, INDIVIDUAL)),
    )
    for value, values in known:
        if value not in values:
            raise RuleError(
                "not_choice",
                "{value!r} is not one of: {values}",
                value=value,
                values=", ".join(values),
            )
