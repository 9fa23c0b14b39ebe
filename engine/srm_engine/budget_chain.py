"""Budget chain: credits, commitments, orders to pay (emissions), payments.

Each rate has one denominator, the link before it, as the Treasury publishes them: the
emission rate is computed on the commitments, never on the credits.
"""

from dataclasses import dataclass
from decimal import Decimal

from .errors import RuleError
from .money import HUNDRED, ZERO
from .ratios import ratio

STEP = "0.01"
LINKS = ("credits", "committed", "issued", "paid")


@dataclass(frozen=True)
class Chain:
    """Cumulative amounts in dirhams."""

    credits: Decimal = ZERO
    committed: Decimal = ZERO
    issued: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def commitment_rate(self) -> Decimal | None:
        """Percent of the credits that are committed."""
        return ratio(self.committed, self.credits, STEP, HUNDRED)

    @property
    def emission_rate(self) -> Decimal | None:
        """Percent of the commitments for which an order to pay was issued."""
        return ratio(self.issued, self.committed, STEP, HUNDRED)

    @property
    def payment_rate(self) -> Decimal | None:
        """Percent of the orders to pay that are paid."""
        return ratio(self.paid, self.issued, STEP, HUNDRED)

    @property
    def available(self) -> Decimal:
        """Credits that can still be committed."""
        return self.credits - self.committed


def check_chain(chain: Chain) -> None:
    """No link is longer than the one before it.

    :raise RuleError: names both links and their amounts

    >>> check_chain(Chain(Decimal(10), Decimal(8), Decimal(9)))
    Traceback (most recent call last):
        ...
    srm_engine.errors.RuleError: issued (9) passes committed (8)
    """
    for before, after in zip(LINKS, LINKS[1:], strict=False):
        low, high = getattr(chain, after), getattr(chain, before)
        if low > high:
            raise RuleError(
                "chain_exceeded",
                "{after} ({amount}) passes {before} ({limit})",
                after=after,
                before=before,
                amount=low,
                limit=high,
            )


def from_rates(
    committed: Decimal, commitment_rate: Decimal, emission_rate: Decimal
) -> Chain:
    """Amounts behind published rates (percents); not rounded.

    >>> chain = from_rates(Decimal("153.5"), Decimal(38), Decimal(70))
    >>> round(chain.credits, 1), round(chain.issued, 2)
    (Decimal('403.9'), Decimal('107.45'))
    """
    if commitment_rate <= 0:
        raise RuleError("rate_missing", "the commitment rate must be above 0")
    return Chain(
        credits=committed * HUNDRED / commitment_rate,
        committed=committed,
        issued=committed * emission_rate / HUNDRED,
    )
