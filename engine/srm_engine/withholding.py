"""Tax withheld at payment, and late interest of public contracts.

VAT withholding: tax code article 117, IV (goods and works) and V (services), invoices
from 2024-07-01. Withholding on fees: articles 15 bis and 45 bis (finance law 2023).
Non-residents: 10 % of the gross products of article 15, without VAT withholding.
Late interest: decree 2-16-344, article 9. Whether the company counts as a public body
is the decision of its tax department: nothing here has a default for it.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from .dates import add_months
from .errors import RuleError
from .money import HUNDRED, ZERO, clamp, round_centime

SERVICES, WORKS = "services", "works"
# A public body is bound to public-procurement rules; an enterprise of the list of
# decree 2-06-574 is not, but withholds on services all the same.
PUBLIC_BODY, PUBLIC_ENTERPRISE, PRIVATE = "public_body", "public_enterprise", "private"
COMPANY, INDIVIDUAL = "company", "individual"
NON_RESIDENT = "non_resident"

# What a payment is for: fees are services that bear the tax on income as well.
FEES, EXCLUDED = "fees", "excluded"
VAT_TAX, INCOME_TAX, NON_RESIDENT_TAX = "vat", "income", "non_resident"

EXEMPT_TTC = Decimal(5000)
EXEMPT_PER_MONTH = Decimal(50000)
CERTIFICATE_MONTHS = 6
SERVICES_RATE = Decimal(75)
FEES_RATES = {COMPANY: Decimal(5), INDIVIDUAL: Decimal(10)}
NON_RESIDENT_RATE = Decimal(10)


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


@dataclass(frozen=True)
class TaxDue:
    """One tax to keep from the payment of a claim, for the whole claim.

    ``base`` is the VAT for the tax on VAT, the amount HT for the tax on income, in
    dirhams; ``rate`` is a percent of it. ``exempt``: a small operation, nothing kept.
    """

    kind: str
    base: Decimal
    rate: Decimal
    exempt: bool = False

    @property
    def amount(self) -> Decimal:
        """Tax of the whole claim, in dirhams."""
        return ZERO if self.exempt else round_centime(self.base * self.rate / HUNDRED)


@dataclass(frozen=True)
class Kept:
    """What was kept so far from a claim, at one rate: amounts in dirhams.

    ``paid`` is the gross (TTC) part of the claim that these payments extinguished.
    """

    paid: Decimal = ZERO
    base: Decimal = ZERO
    amount: Decimal = ZERO


def certificate_expiry(issued: datetime.date) -> datetime.date:
    """Return the last day a tax certificate serves: it must be under 6 months old.

    >>> certificate_expiry(datetime.date(2026, 1, 15))
    datetime.date(2026, 7, 14)
    """
    return add_months(issued, CERTIFICATE_MONTHS) - datetime.timedelta(days=1)


def certificate_valid(issued: datetime.date, day: datetime.date) -> bool:
    """Return whether a certificate issued on ``issued`` serves on ``day``.

    >>> issued = datetime.date(2026, 1, 15)
    >>> certificate_valid(issued, datetime.date(2026, 7, 14))
    True
    >>> certificate_valid(issued, datetime.date(2026, 7, 15))
    False
    """
    return issued <= day <= certificate_expiry(issued)


def is_small_operation(
    ttc: Decimal, paid: Decimal | None = None, exempt_before: Decimal = ZERO
) -> bool:
    """Return whether a payment bears no VAT withholding for its small amount.

    Operations of at most 5,000 DH TTC, within 50,000 DH per month and supplier.

    :param ttc: total of the operation; ``paid``: part of it paid now, default all
    :param exempt_before: exempted already this month for the same supplier

    >>> is_small_operation(Decimal(5000)), is_small_operation(Decimal("5000.01"))
    (True, False)
    >>> is_small_operation(Decimal(5000), exempt_before=Decimal(46000))
    False
    """
    part = ttc if paid is None else paid
    return ttc <= EXEMPT_TTC and exempt_before + part <= EXEMPT_PER_MONTH


def taxes_due(
    ht: Decimal, vat: Decimal, supply: str, parties: Parties, small: bool = False
) -> tuple[TaxDue, ...]:
    """Return the taxes to keep from the payment of a claim, for its whole amount.

    :param supply: services, works (and goods), fees, or excluded (water,
        electricity, sanitation, telecommunications: tax code article 117)
    :param small: the claim is a small operation (:func:`is_small_operation`)

    A supplier without residence in Morocco bears one tax, on the amount HT of its
    services and fees, whoever pays; the VAT is declared by the payer itself. Goods
    bear none, and works are done by an establishment, taxed as a resident.

    >>> abroad = Parties(PRIVATE, NON_RESIDENT, False)
    >>> taxes_due(Decimal(80000), ZERO, SERVICES, abroad)[0].amount
    Decimal('8000.00')
    >>> payer = Parties(PUBLIC_ENTERPRISE, INDIVIDUAL, True)
    >>> for tax in taxes_due(Decimal(100000), Decimal(20000), FEES, payer):
    ...     print(tax.kind, tax.rate, tax.amount)
    vat 75 15000.00
    income 10 10000.00
    """
    if supply == EXCLUDED:
        return ()
    if supply not in (SERVICES, WORKS, FEES):
        _refuse_choice(supply, (SERVICES, WORKS, FEES, EXCLUDED))
    if parties.supplier == NON_RESIDENT:
        tax = TaxDue(NON_RESIDENT_TAX, ht, NON_RESIDENT_RATE)
        return () if supply == WORKS else (tax,)
    rate = vat_withholding_rate(WORKS if supply == WORKS else SERVICES, parties)
    found = []
    if rate and vat:
        found.append(TaxDue(VAT_TAX, vat, rate, small))
    if supply == FEES:
        found.append(TaxDue(INCOME_TAX, ht, FEES_RATES[parties.supplier]))
    return tuple(found)


def part_of(tax: TaxDue, gross: Decimal, before: Kept, paid: Decimal) -> Kept:
    """Return what to keep from a partial payment, pro rata of the gross.

    The parts of one claim add up to the centime whatever their order, and also when
    a refused payment is paid again later: each one brings what was kept to the exact
    share of what is paid by then.

    :param gross: TTC of the whole claim; ``paid``: gross part paid now, > 0
    :param before: kept by the earlier payments of the claim at the same rate

    >>> tax = TaxDue(VAT_TAX, Decimal(20), Decimal(75))
    >>> first = part_of(tax, Decimal(120), Kept(), Decimal(40))
    >>> first
    Kept(paid=Decimal('40'), base=Decimal('6.67'), amount=Decimal('5.00'))
    >>> part_of(tax, Decimal(120), first, Decimal(80))
    Kept(paid=Decimal('80'), base=Decimal('13.33'), amount=Decimal('10.00'))
    """
    if paid <= 0 or gross <= 0:
        raise RuleError(
            "part_not_positive",
            "{paid} of {gross} is not a part of a claim",
            paid=paid,
            gross=gross,
        )
    share = clamp(before.paid + paid, ZERO, gross) / gross
    base = round_centime(tax.base * share)
    amount = round_centime(tax.amount * share)
    return Kept(paid, max(base - before.base, ZERO), max(amount - before.amount, ZERO))


def split_ttc(ttc: Decimal, vat_rate: Decimal) -> tuple[Decimal, Decimal]:
    """Return the HT and VAT parts of a TTC amount; they add up to it.

    >>> split_ttc(Decimal("100.01"), Decimal(20))
    (Decimal('83.34'), Decimal('16.67'))
    """
    ht = round_centime(ttc * HUNDRED / (HUNDRED + vat_rate))
    return ht, ttc - ht


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
            _refuse_choice(value, values)


def _refuse_choice(value: str, values: tuple[str, ...]) -> None:
    raise RuleError(
        "not_choice",
        "{value!r} is not one of: {values}",
        value=value,
        values=", ".join(values),
    )
