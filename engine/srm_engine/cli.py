"""Command line: a JSON list of cases on standard input, results on standard output."""

import argparse
import json
import sys
from decimal import Decimal
from typing import Any

from .calcs import CALCS, Calc
from .errors import RuleError

OK, BAD_CASE, BAD_INPUT = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run one calculation; return the exit status.

    0: every case has a result; 1: at least one case is wrong and has
    ``{"error": "..."}`` in its place; 2: the input is not a JSON list, or the
    calculation does not exist.
    """
    calc = CALCS[_parser().parse_args(arguments).calc]
    try:
        cases = _read_cases(sys.stdin.buffer.read())
    except RuleError as error:
        print(f"srm_engine: {error}", file=sys.stderr)
        return BAD_INPUT
    results = [_run(calc, case) for case in cases]
    print(json.dumps(results, indent=1))
    return BAD_CASE if any("error" in result for result in results) else OK


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, CALCS))
    lines = (f"  {name:<{width}}  {_summary(calc)}" for name, calc in CALCS.items())
    parser = argparse.ArgumentParser(
        prog="python -m srm_engine",
        description="Reads a JSON list of cases on standard input and writes the "
        "JSON list of results, in the same order, on standard output.",
        epilog="calculations:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("calc", metavar="CALC", choices=sorted(CALCS))
    return parser


def _summary(calc: Calc) -> str:
    return (calc.__doc__ or "").partition("\n")[0]


def _read_cases(data: bytes) -> list[object]:
    try:
        cases = json.loads(
            data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise RuleError(
            "not_json", "the input is not valid JSON ({why})", why=error
        ) from error
    if not isinstance(cases, list):
        raise RuleError("not_list", "the input must be a JSON list of cases")
    return cases


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _run(calc: Calc, case: object) -> dict[str, Any]:
    try:
        return calc(case)
    except RuleError as error:
        return {"error": str(error)}
    except ArithmeticError:
        # A figure that passes every rule alone can still overflow with the others.
        return {"error": "the figures of this case are out of range"}
