"""Text as people and spreadsheets type it: Arabic digits, odd spaces, bidi marks."""

import re

_ARABIC_INDIC = "".join(chr(0x0660 + n) for n in range(10))
_EASTERN = "".join(chr(0x06F0 + n) for n in range(10))
_TO_ASCII = str.maketrans(_ARABIC_INDIC + _EASTERN, "0123456789" * 2)
# Zero-width characters, byte order mark, soft hyphen and direction marks: invisible,
# pasted with right-to-left text, never meant.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def ascii_digits(text: str) -> str:
    """Write Arabic-Indic digits in ASCII and drop invisible marks.

    >>> ascii_digits("٢٠٢٤")
    '2024'
    """
    return _INVISIBLE.sub("", text).translate(_TO_ASCII)
