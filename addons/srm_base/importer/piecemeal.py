"""Working on many items at once, without one bad item stopping those beside it."""

from collections.abc import Callable, Sequence
from typing import Any

from odoo.addons.srm_kit.service.refusals import is_of_the_item

#: Failures in a row, and not one success, that are no longer the fault of the items.
SYSTEMATIC = 20


class Piecemeal:
    """Items worked on together; when that fails, halved until the bad ones are alone.

    :param savepoint: context manager that undoes what an attempt wrote
    :param work: called with a list of items
    :param refuse: called with an item that fails by itself, and its error
    :param foreign: whether an error concerns no single item: it is raised at once
    :param expected: errors that may well concern every item, each with its own reason;
        any other one that stops them all is a fault of the work: it is raised
    """

    def __init__(
        self,
        savepoint: Callable[[], Any],
        work: Callable[[Sequence], None],
        refuse: Callable[[Any, Exception], None],
        foreign: Callable[[Exception], bool] = lambda _error: False,
        expected: tuple[type[Exception], ...] = (),
    ) -> None:
        self._savepoint = savepoint
        self._work = work
        self._refuse = refuse
        self._foreign = foreign
        self._expected = expected
        self._taken = 0
        self._broken = 0

    def run(self, items: Sequence) -> None:
        """Work on a chunk of items; raises what stops them all."""
        first = self._halve(items)
        if first and not self._taken and len(items) > 1:
            raise first

    def _halve(self, items: Sequence) -> Exception | None:
        """The first error that was not expected."""
        if not items:
            return None
        try:
            with self._savepoint():
                self._work(items)
        except Exception as error:
            if self._foreign(error) or not is_of_the_item(error):
                raise
            if len(items) > 1:
                middle = len(items) // 2
                first = self._halve(items[:middle])
                second = self._halve(items[middle:])
                return first or second
            return self._give_up(items[0], error)
        self._taken += len(items)
        return None

    def _give_up(self, item: Any, error: Exception) -> Exception | None:
        expected = isinstance(error, self._expected)
        self._taken += expected
        self._broken += not expected
        if self._broken >= SYSTEMATIC and not self._taken:
            raise error
        self._refuse(item, error)
        return None if expected else error
