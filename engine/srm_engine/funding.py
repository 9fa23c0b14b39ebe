"""Shares of a funding convention, and resources against uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .errors import RuleError
from .money import HUNDRED, ZERO, round_centime, total
from .ratios import ratio

Key = Any


@dataclass(frozen=True)
class Funding:
    """Resources of a cost by party; percents at two decimals of the cost."""

    cost: Decimal
    resources: Decimal
    percents: Mapping[Key, Decimal | None]

    @property
    def gap(self) -> Decimal:
        """What is not funded; negative when more is promised than the cost."""
        return self.cost - self.resources

    @property
    def consistent(self) -> bool:
        """Resources and cost are the same amount."""
        return not self.gap


def funding(amounts: Mapping[Key, Decimal], cost: Decimal | None = None) -> Funding:
    """Shares of the parties in ``cost`` (default: what they bring).

    >>> found = funding({"Interior": Decimal(40), "Water": Decimal(40),
    ...                  "RAMSA": Decimal(70)})
    >>> found.cost, found.percents["RAMSA"], found.consistent
    (Decimal('150'), Decimal('46.67'), True)
    >>> funding({"self": Decimal("16.3"), "grants": Decimal("3.2"),
    ...          "debt": Decimal("3.7")}, Decimal("19.68")).gap
    Decimal('-3.52')
    """
    for key, amount in amounts.items():
        if amount < 0:
            raise RuleError("share_negative", "{key}: a share is negative", key=key)
    resources = total(amounts.values())
    whole = resources if cost is None else cost
    percents = {
        key: ratio(amount, whole, "0.01", HUNDRED) for key, amount in amounts.items()
    }
    return Funding(whole, resources, percents)


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by weights, to the centime; the last one takes the residue.

    :raise RuleError: a negative weight, or none above zero

    >>> [str(part) for part in split(Decimal(100), [Decimal(1)] * 3)]
    ['33.33', '33.33', '33.34']
    """
    whole = total(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise RuleError("weights_invalid", "the shares must be positive")
    parts = [round_centime(amount * weight / whole) for weight in weights[:-1]]
    return [*parts, round_centime(amount) - sum(parts, ZERO)]
