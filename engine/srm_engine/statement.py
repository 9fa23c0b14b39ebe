"""Progress statement of a works contract (décompte), and the contract's own amounts.

Sources: CCAG-T (decree 2-14-394) as applied by a 2026 works contract of an SRM
(retention, guarantee, penalties, price revision, repayment of the advance); decree
2-14-272 (advance). Rates are fractions: ``Decimal("0.10")`` is 10 %. Retention and
penalties are taken on amounts TTC unless the contract says HT.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from .errors import RuleError
from .money import ZERO, clamp, round_centime, round_half_up, total

ADVANCE_MIN_CONTRACT = Decimal(500_000)
ADVANCE_MIN_MONTHS = 4
ADVANCE_FIRST_TRANCHE = Decimal(10_000_000)
ADVANCE_FIRST_RATE = Decimal("0.10")
ADVANCE_FURTHER_RATE = Decimal("0.05")
ADVANCE_CAP = Decimal(20_000_000)
GUARANTEE_RATE = Decimal("0.03")
MIN_FIXED_SHARE = Decimal("0.15")
INDEX_STEP = Decimal("0.0001")
DIRHAM = Decimal(1)


@dataclass(frozen=True)
class Contract:
    """Terms of the contract; ``amount_ht`` is the initial amount plus amendments."""

    amount_ht: Decimal
    vat_rate: Decimal
    retention_rate: Decimal = ZERO
    retention_cap_rate: Decimal = ZERO
    advance: Decimal = ZERO
    advance_repayment_rate: Decimal = ZERO
    penalty_rate_per_day: Decimal = ZERO
    penalty_cap_rate: Decimal = ZERO
    retention_on_ttc: bool = True
    penalty_on_ttc: bool = True
    special_penalty_cap_rate: Decimal = ZERO
    # Share of the contract executed from which the advance is repaid in full; 0: none.
    advance_full_rate: Decimal = ZERO

    @property
    def amount_ttc(self) -> Decimal:
        """Amount with VAT, in dirhams."""
        return self.with_vat(self.amount_ht)

    def with_vat(self, ht: Decimal) -> Decimal:
        """Add the VAT of the contract to an amount HT."""
        return round_centime(ht * (1 + self.vat_rate))

    @property
    def retention_base(self) -> Decimal:
        """Amount whose share caps the retention."""
        return self.amount_ttc if self.retention_on_ttc else self.amount_ht

    @property
    def penalty_base(self) -> Decimal:
        """Amount whose share is the penalty of a day of delay."""
        return self.amount_ttc if self.penalty_on_ttc else self.amount_ht


@dataclass(frozen=True)
class Totals:
    """Totals of all statements so far, in dirhams.

    ``retention_settled`` is the part of the retention that no later statement gives
    back: paid back already, or held by a predecessor.
    """

    cumulative_ht: Decimal = ZERO
    cumulative_ttc: Decimal = ZERO
    retention: Decimal = ZERO
    advance_repaid: Decimal = ZERO
    penalty: Decimal = ZERO
    special_penalty: Decimal = ZERO
    retention_settled: Decimal = ZERO


@dataclass(frozen=True)
class Statement:
    """Amounts of one period in dirhams, ``cumulative`` and ``totals`` included."""

    cumulative_ht: Decimal
    cumulative_ttc: Decimal
    period_ht: Decimal
    period_ttc: Decimal
    retention: Decimal
    advance_repaid: Decimal
    penalty: Decimal
    special_penalty: Decimal
    vat: Decimal
    vat_withheld: Decimal
    totals: Totals

    @property
    def net_before_withholding(self) -> Decimal:
        """What is owed before tax withholding."""
        deductions = self.retention + self.advance_repaid
        return self.period_ttc - deductions - self.penalty - self.special_penalty

    @property
    def net_to_pay(self) -> Decimal:
        """What the supplier is credited; negative when the supplier owes."""
        return self.net_before_withholding - self.vat_withheld


def draw_statement(
    contract: Contract,
    works_ht: Decimal,
    previous: Totals | None = None,
    revision: Decimal = DIRHAM,
    late_days: int = 0,
    tax_certificate: bool = False,
    special_penalty: Decimal = ZERO,
) -> Statement:
    """Draw the statement of one period from its works at initial prices.

    ``late_days`` are the calendar days of delay charged in this period and
    ``special_penalty`` the other penalties (CCAG-T art. 66), each within its cap.
    Without a valid tax certificate the whole VAT of the period is withheld (works).

    >>> terms = Contract(Decimal(4000000), Decimal("0.20"), Decimal("0.10"),
    ...                  Decimal("0.07"), Decimal(480000), Decimal("0.20"))
    >>> first = draw_statement(terms, Decimal(1000000), tax_certificate=True)
    >>> first.retention, first.advance_repaid, first.net_to_pay
    (Decimal('120000.00'), Decimal('96000.00'), Decimal('984000.00'))
    """
    before = previous or Totals()
    period_ht = round_centime(works_ht * revision)
    cumulative_ht = before.cumulative_ht + period_ht
    cumulative_ttc = contract.with_vat(cumulative_ht)
    period_ttc = cumulative_ttc - before.cumulative_ttc
    base = period_ttc if contract.retention_on_ttc else period_ht
    retention = _retention(contract, before, base)
    executed = cumulative_ttc
    advance = _advance_repaid(contract, before, period_ttc - retention, executed)
    penalty = delay_penalty(contract, late_days, before.penalty)
    special = _special_penalty(contract, special_penalty, before.special_penalty)
    vat = period_ttc - period_ht
    return Statement(
        cumulative_ht=cumulative_ht,
        cumulative_ttc=cumulative_ttc,
        period_ht=period_ht,
        period_ttc=period_ttc,
        retention=retention,
        advance_repaid=advance,
        penalty=penalty,
        special_penalty=special,
        vat=vat,
        vat_withheld=ZERO if tax_certificate else max(vat, ZERO),
        totals=Totals(
            cumulative_ht,
            cumulative_ttc,
            before.retention + retention,
            before.advance_repaid + advance,
            before.penalty + penalty,
            before.special_penalty + special,
            before.retention_settled,
        ),
    )


def retention_cap(contract: Contract) -> Decimal:
    """Return the most that may be retained over the life of the contract.

    >>> retention_cap(Contract(Decimal("5191974.00"), ZERO,
    ...                        retention_cap_rate=Decimal("0.07")))
    Decimal('363438.18')
    """
    return round_centime(contract.retention_base * contract.retention_cap_rate)


def _retention(contract: Contract, before: Totals, period: Decimal) -> Decimal:
    """Retain a share of the period; a negative period gives back its share.

    >>> terms = Contract(Decimal(1000), ZERO, retention_rate=Decimal("0.1"),
    ...                  retention_cap_rate=Decimal("0.07"))
    >>> before = Totals(retention=Decimal(6), retention_settled=Decimal(5))
    >>> _retention(terms, before, Decimal(-50))
    Decimal('-1')
    """
    wanted = round_centime(period * contract.retention_rate)
    cap = max(retention_cap(contract), before.retention)
    floor = min(before.retention_settled, before.retention)
    return clamp(before.retention + wanted, floor, cap) - before.retention


def _advance_repaid(
    contract: Contract, before: Totals, payable: Decimal, executed: Decimal
) -> Decimal:
    """Repay a share of the advance, never more than what is left or payable.

    All that is left falls due once the share ``advance_full_rate`` of the contract is
    executed (decree 2-14-272: 80 % of the amount TTC).
    """
    share = round_centime(contract.advance * contract.advance_repayment_rate)
    left = contract.advance - before.advance_repaid
    threshold = contract.amount_ttc * contract.advance_full_rate
    if contract.advance_full_rate and executed >= threshold:
        share = left
    return max(min(share, left, payable), ZERO)


def delay_penalty(contract: Contract, late_days: int, so_far: Decimal) -> Decimal:
    """Return the penalty of some days of delay, within the cap of the contract.

    >>> terms = Contract(Decimal(4000000), Decimal("0.20"),
    ...     penalty_rate_per_day=Decimal("0.001"), penalty_cap_rate=Decimal("0.08"))
    >>> delay_penalty(terms, 10, ZERO), delay_penalty(terms, 100, Decimal(48000))
    (Decimal('48000.00'), Decimal('336000.00'))
    """
    if late_days < 0:
        raise RuleError(
            "days_negative", "{days} days of delay is negative", days=late_days
        )
    rate = contract.penalty_rate_per_day * late_days
    wanted = round_centime(contract.penalty_base * rate)
    cap = round_centime(contract.penalty_base * contract.penalty_cap_rate)
    return max(min(wanted, cap - so_far), ZERO)


def _special_penalty(contract: Contract, wanted: Decimal, so_far: Decimal) -> Decimal:
    """Charge special penalties (CCAG-T art. 66) within their own cap."""
    if wanted < 0:
        raise RuleError("penalty_negative", "a penalty cannot be negative")
    cap = round_centime(contract.penalty_base * contract.special_penalty_cap_rate)
    return max(min(wanted, cap - so_far), ZERO)


def final_guarantee(amount: Decimal, rate: Decimal = GUARANTEE_RATE) -> Decimal:
    """Return the definitive guarantee, rounded up to the dirham.

    >>> final_guarantee(Decimal("5191974.00"))
    Decimal('155760')
    """
    return (amount * rate).quantize(DIRHAM, ROUND_CEILING)


@dataclass(frozen=True)
class AdvanceRule:
    """Who gets an advance and how much, by default as in decree 2-14-272."""

    min_contract: Decimal = ADVANCE_MIN_CONTRACT
    min_months: int = ADVANCE_MIN_MONTHS
    first_tranche: Decimal = ADVANCE_FIRST_TRANCHE
    first_rate: Decimal = ADVANCE_FIRST_RATE
    further_rate: Decimal = ADVANCE_FURTHER_RATE
    cap: Decimal = ADVANCE_CAP


DECREE_2_14_272 = AdvanceRule()


def advance(
    contract_ttc: Decimal, months: int, rule: AdvanceRule = DECREE_2_14_272
) -> Decimal:
    """Return the advance of a contract of so many months.

    >>> advance(Decimal(8000000), 6), advance(Decimal("499999.99"), 6)
    (Decimal('800000.00'), Decimal('0'))
    """
    if contract_ttc < rule.min_contract or months < rule.min_months:
        return ZERO
    first = min(contract_ttc, rule.first_tranche)
    raw = first * rule.first_rate + (contract_ttc - first) * rule.further_rate
    return round_centime(min(raw, rule.cap))


def price_ratio(index: Decimal, initial: Decimal) -> Decimal:
    """Return index / initial index, at four decimals."""
    if initial <= 0:
        raise RuleError("index_invalid", "an initial index must be above zero")
    return round_half_up(index / initial, INDEX_STEP)


def revision_coefficient(
    fixed: Decimal, terms: Iterable[tuple[Decimal, Decimal]]
) -> Decimal:
    """Return k + a.X/X0 + ... at four decimals, from (weight, ratio) terms.

    >>> weights_and_ratios = [("0.40", "1.05"), ("0.20", "1.12"), ("0.15", "1.08"),
    ...                       ("0.10", "1.03")]
    >>> revision_coefficient(Decimal("0.15"),
    ...     [(Decimal(a), Decimal(x)) for a, x in weights_and_ratios])
    Decimal('1.0590')
    """
    pairs = list(terms)
    if fixed < MIN_FIXED_SHARE:
        raise RuleError("fixed_share", "the fixed share must be 0.15 or more")
    if fixed + total(weight for weight, _ratio in pairs) != 1:
        raise RuleError("weights_sum", "the fixed share and the weights must make 1")
    moved = total(weight * ratio for weight, ratio in pairs)
    return round_half_up(fixed + moved, INDEX_STEP)
