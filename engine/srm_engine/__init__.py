"""Rules of the trade of a Moroccan regional utility, as pure functions.

Dataclasses in, dataclasses out, :class:`decimal.Decimal` for money. Nothing here
reads a database, a clock or a network: a result depends on the arguments only, so
the screen, the mass run and the auditor's recomputation agree.
"""

from .errors import RuleError

__all__ = ["RuleError"]
