"""The one exception of the engine."""

from typing import Any


class RuleError(ValueError):
    """A value or a case breaks a rule of the trade.

    ``code`` is a stable snake_case word (callers translate it), ``params`` the values
    of the sentence; ``str()`` is a complete English sentence without a final dot.

    >>> error = RuleError("amount_negative", "{amount} is negative", amount=-1)
    >>> error.code, error.params, str(error)
    ('amount_negative', {'amount': -1}, '-1 is negative')
    """

    def __init__(self, code: str, message: str, **params: Any) -> None:
        super().__init__(message.format(**params))
        self.code = code
        self.message = message
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep code and params when the error crosses a process boundary."""
        return _rebuild, (self.code, self.message, self.params)


def _rebuild(code: str, message: str, params: dict[str, Any]) -> RuleError:
    return RuleError(code, message, **params)
