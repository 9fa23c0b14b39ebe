"""Why a file cannot be read, as a stable code and its parameters."""

from typing import Any


class ImportFileError(ValueError):
    """The file, not one of its rows, is at fault.

    ``code`` is put into words by ``srm.import`` in the language of the person.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params
