"""Moroccan business identifiers: ICE, RIB, IBAN (blocking) and IF, RC (warnings).

ICE: 9 digits of the enterprise, 4 of the establishment, 2 of key; the whole number is
a multiple of 97 (python-stdnum ``ma.ice``). RIB: bank 3, city 3, account 16, key 2;
the whole number is a multiple of 97. IBAN: ``MA`` + 2 check digits + RIB. IF and RC
have no published check digit, so they only warn.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.iso7064 import mod_97_10
from stdnum.ma import ice as stdnum_ice

from .digits import ascii_digits
from .errors import RuleError

ICE_LENGTH = 15
RIB_LENGTH = 24
IBAN_LENGTH = 28
# Establishment and key take six digits: a shorter number names no enterprise.
ICE_MIN_LENGTH = 7

_SEPARATORS = re.compile(r"[\s.\-_/']+")
_FLOAT_TAIL = re.compile(r"(?<=\d)\.0\s*$")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


@dataclass(frozen=True)
class Check:
    """Verdict on one identifier.

    ``code`` is empty when valid, else one of ``empty``, ``not_digits``, ``length``,
    ``check_digits``, ``country``; ``reason`` says the same in an English sentence.
    """

    valid: bool
    normalized: str
    reason: str = ""
    code: str = ""


def compact(value: str) -> str:
    """Drop separators and invisible marks, upper-case, write digits in ASCII.

    The ``.0`` of a number that a spreadsheet turned into text goes too.

    >>> compact(" ma64 0115-1900 "), compact("2136093000040.0")
    ('MA6401151900', '2136093000040')
    """
    text = _FLOAT_TAIL.sub("", ascii_digits(value))
    return _SEPARATORS.sub("", text).upper()


def _refusal(name: str, number: str, code: str, detail: str) -> Check:
    return Check(False, number, f"{name} {detail}", code)


def _check_digits_only(name: str, number: str) -> Check | None:
    if not number:
        return _refusal(name, number, "empty", "is empty")
    if not _DIGITS.fullmatch(number):
        return _refusal(name, number, "not_digits", "must contain digits only")
    if not number.strip("0"):
        return _refusal(name, number, "empty", "contains only zeros")
    return None


def _length_refusal(name: str, number: str, expected: int) -> Check:
    return _refusal(
        name, number, "length", f"must have {expected} digits, not {len(number)}"
    )


def check_ice(value: str) -> Check:
    """Check an ICE; leading zeros lost by a spreadsheet are put back.

    >>> check_ice("00 21 36 09 30 00 040")
    Check(valid=True, normalized='002136093000040', reason='', code='')
    >>> check_ice("36794000036").normalized
    '000036794000036'
    >>> check_ice("001561191000065").reason
    'ICE check digits are wrong'
    """
    number = compact(value)
    refusal = _check_digits_only("ICE", number)
    if refusal:
        return refusal
    if not ICE_MIN_LENGTH <= len(number) <= ICE_LENGTH:
        return _length_refusal("ICE", number, ICE_LENGTH)
    full = number.zfill(ICE_LENGTH)
    if not stdnum_ice.is_valid(full):
        return _refusal("ICE", full, "check_digits", "check digits are wrong")
    return Check(True, full)


def check_rib(value: str) -> Check:
    """Check a 24-digit RIB.

    >>> check_rib("011 519 0000012050005349 21").valid
    True
    >>> check_rib("011519000001205000534922").code
    'check_digits'
    """
    number = compact(value)
    refusal = _check_digits_only("RIB", number)
    if refusal:
        return refusal
    if len(number) != RIB_LENGTH:
        return _length_refusal("RIB", number, RIB_LENGTH)
    if int(number) % 97:
        return _refusal("RIB", number, "check_digits", "check digits are wrong")
    return Check(True, number)


def check_iban(value: str) -> Check:
    """Check a Moroccan IBAN: its own check digits, then the RIB inside it.

    A foreign IBAN is refused with the code ``country``: it carries no RIB.

    >>> check_iban("MA64 0115 1900 0001 2050 0053 4921").valid
    True
    >>> check_iban("FR76 3000 6000 0112 3456 7890 189").code
    'country'
    """
    number = compact(value)
    if not number:
        return _refusal("IBAN", number, "empty", "is empty")
    if not number.startswith("MA"):
        return _refusal("IBAN", number, "country", "is not Moroccan (MA)")
    if not _DIGITS.fullmatch(number[2:]):
        return _refusal("IBAN", number, "not_digits", "must be MA followed by digits")
    if len(number) != IBAN_LENGTH:
        detail = f"must have {IBAN_LENGTH} characters, not {len(number)}"
        return _refusal("IBAN", number, "length", detail)
    if not _iban_key_valid(number) or not check_rib(number[4:]).valid:
        return _refusal("IBAN", number, "check_digits", "check digits are wrong")
    return Check(True, number)


def _iban_key_valid(number: str) -> bool:
    # ISO 13616: the country and its check digits are moved behind the account.
    return mod_97_10.is_valid(number[4:] + number[:4])


def _required(check: Check) -> str:
    """Return the normalised number or raise its reason."""
    if not check.valid:
        raise RuleError(check.code, "{reason}", reason=check.reason)
    return check.normalized


def iban_from_rib(rib: str) -> str:
    """Build the IBAN of a valid RIB.

    >>> iban_from_rib("011519000001205000534921")
    'MA64011519000001205000534921'
    """
    number = _required(check_rib(rib))
    return f"MA{mod_97_10.calc_check_digits(number + 'MA')}{number}"


def rib_from_iban(iban: str) -> str:
    """Return the RIB carried by a valid Moroccan IBAN.

    >>> rib_from_iban("MA64011519000001205000534921")
    '011519000001205000534921'
    """
    return _required(check_iban(iban))[4:]


def _warn_digits(number: str, lengths: range) -> str:
    if not _DIGITS.fullmatch(number):
        return "not_digits"
    return "" if len(number) in lengths else "length"


def warn_if(value: str) -> str:
    """Return why an IF (tax number) looks wrong, or ``""``; it never blocks.

    Codes: ``not_digits``, ``leading_zero``, ``length`` (usual: 7 or 8 digits).
    An absent number is not a warning.

    >>> warn_if("26583715"), warn_if("02658371"), warn_if("12 A")
    ('', 'leading_zero', 'not_digits')
    """
    number = compact(value)
    if not number:
        return ""
    if number.startswith("0") and _DIGITS.fullmatch(number):
        return "leading_zero"
    return _warn_digits(number, range(7, 9))


def warn_rc(value: str) -> str:
    """Return why an RC (trade register number) looks wrong, or ``""``.

    Codes: ``not_digits``, ``length`` (usual: 1 to 7 digits). It never blocks.

    >>> warn_rc("65456"), warn_rc("654561234567")
    ('', 'length')
    """
    number = compact(value)
    return _warn_digits(number, range(1, 8)) if number else ""


CHECKS: dict[str, Callable[[str], Check]] = {
    "ice": check_ice,
    "rib": check_rib,
    "iban": check_iban,
}
