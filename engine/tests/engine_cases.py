"""Worked cases of ``cases/*.csv`` turned into JSON cases of the command line.

Each builder takes a CSV row and yields :class:`Case` objects; the tests check that no
row of a covered topic is left out.
"""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

CASES = Path(__file__).parent / "cases"
ENGINE = Path(__file__).parents[1]

Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    """What is given to a calculation, and the part of its result that is published."""

    id: str
    calc: str
    given: object
    expected: dict[str, object]
    tolerance: Decimal = Decimal(0)


def read_rows(name: str) -> dict[str, Row]:
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def pairs(text: str) -> dict[str, str]:
    """Read ``a=1;b=2``."""
    return dict(
        part.strip().split("=", 1) for part in text.split(";") if part.count("=") == 1
    )


def run_cli(calc: str, data: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m srm_engine`` the way an auditor does."""
    path = os.pathsep.join(filter(None, [str(ENGINE), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", "srm_engine", calc],
        input=data,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path},
        timeout=60,
        check=False,
    )


def run_cases(calc: str, given: list[object]) -> list[dict[str, object]]:
    """Return the results of cases that are all good."""
    done = run_cli(calc, json.dumps(given))
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


# ---------------------------------------------------------------- procurement


def fines(row: Row) -> Iterator[Case]:
    """Payment cases published with the result of both ways of counting."""
    given = pairs(row["inputs"])
    computed = re.findall(
        r"computed (\w+)_months=(\d+) rate=([\d.]+)% fine=([\d.]+)", row["expected"]
    )
    assert len(computed) == 2
    for counting, months, rate, fine in computed:
        yield Case(
            f"{row['id']}-{counting}",
            "late-payment",
            {
                "invoice_date": given["invoice_date"],
                "amount_ttc": given["amount_ttc"],
                "agreed_days": int(given["term_days"]),
                "payments": [{"date": given["paid"], "amount": given["amount_ttc"]}],
                "counting": counting,
            },
            {
                "in_scope": True,
                "due_date": given["due"],
                "months": int(months),
                "rate": f"{Decimal(rate):.2f}",
                "fine": fine,
            },
        )


def declared_quarter(invoice_date: str, as_of: str) -> Callable[[Row], Iterator[Case]]:
    """Lines of a real declaration of T1 2026: one quarter of an unpaid invoice.

    The dates of the invoices are not published; those given here put the months of
    delay where the row says they fall.
    """

    def build(row: Row) -> Iterator[Case]:
        amount = re.search(r"amount_ttc=([\d.]+)", row["inputs"])
        fine = re.search(r"-> ([\d.]+)", row["expected"])
        assert amount and fine
        yield Case(
            row["id"],
            "late-payment",
            {"invoice_date": invoice_date, "amount_ttc": amount[1], "as_of": as_of},
            {"by_quarter.2026-T1": fine[1]},
        )

    return build


def due_dates(row: Row) -> Iterator[Case]:
    given = pairs(row["inputs"])
    expected = dict(re.findall(r"(start|due)[= ](\S+)", row["expected"].rstrip(";")))
    yield Case(
        row["id"],
        "late-payment",
        {
            "invoice_date": given["invoice"].split()[0],
            "delivery_date": given["delivery"],
            "amount_ttc": "20000",
        },
        {f"{key}_date": value.rstrip(";") for key, value in expected.items()},
    )


def first_rates(row: Row) -> Iterator[Case]:
    delay_start = date.fromisoformat(row["inputs"].split()[-1])
    yield Case(
        row["id"],
        "late-payment",
        {
            "invoice_date": str(delay_start - timedelta(days=61)),
            "amount_ttc": "20000",
            "as_of": str(delay_start),
        },
        {"rate": row["expected"].rstrip("%"), "months": 1},
    )


def scopes(row: Row) -> Iterator[Case]:
    given = pairs(row["inputs"])
    yield Case(
        row["id"],
        "late-payment",
        {
            "invoice_date": given["invoice_date"],
            "amount_ttc": given["invoice_total_ttc"],
        },
        {"in_scope": row["expected"].startswith("in")},
    )


def identifiers(row: Row) -> Iterator[Case]:
    expected: dict[str, object] = {"valid": not row["expected"].startswith("INVALID")}
    yield Case(
        row["id"],
        "identifiers",
        {"kind": row["topic"].lower(), "value": row["inputs"]},
        expected,
    )
    iban = re.search(r"IBAN (MA\d+) valid", row["expected"])
    if iban:
        given = {"kind": "iban", "value": iban[1]}
        yield Case(f"{row['id']}-iban", "identifiers", given, {"valid": True})


PUBLISHED_WORKS_CONTRACT = {
    "amount_ht": "4000000",
    "vat_rate": "20",
    "retention_rate": "10",
    "retention_cap_rate": "7",
    "advance": "480000",
    "advance_repayment_rate": "20",
    "penalty_rate_per_day": "0.1",
    "penalty_cap_rate": "8",
}


def statements(row: Row) -> Iterator[Case]:
    given = re.search(
        r"decompte (\d): period works HT (\d+); revision ([\d.]+);"
        r".*late days (\d+); tax certificate valid=(\w+)",
        row["inputs"],
    )
    result = re.search(
        r"cum HT ([\d.]+); cum TTC ([\d.]+); previous TTC ([\d.]+); "
        r"period TTC ([\d.]+); retention ([\d.]+) \(cum ([\d.]+), cap [\d.]+\); "
        r"advance ([\d.]+); penalty ([\d.]+);.*RAS TVA ([\d.]+); net to pay ([\d.]+)",
        row["expected"],
    )
    assert given and result
    names = (
        "cumulative_ht cumulative_ttc previous_ttc period_ttc retention "
        "retention_cumulative advance_repaid penalty vat_withheld net_to_pay"
    )
    expected: dict[str, object] = dict(zip(names.split(), result.groups(), strict=True))
    previous_ttc = Decimal(str(expected.pop("previous_ttc")))
    first = given[1] == "1"
    yield Case(
        row["id"],
        "statement",
        {
            "contract": PUBLISHED_WORKS_CONTRACT,
            "previous": {
                "cumulative_ht": str(previous_ttc / Decimal("1.2")),
                "cumulative_ttc": str(previous_ttc),
                "retention_cumulative": "0" if first else "120000.00",
                "advance_repaid": "0" if first else "96000.00",
            },
            "works_ht": given[2],
            "revision": given[3],
            "late_days": int(given[4]),
            "tax_certificate": given[5] == "True",
        },
        expected,
    )


PROCUREMENT: dict[str, Callable[[Row], Iterator[Case]]] = {
    **dict.fromkeys(("F01", "F02", "F04", "F05", "F06b"), fines),
    # Due 2026-02-10: February is the only month of delay of the quarter, and the first.
    "F07": declared_quarter("2025-12-12", "2026-02-28"),
    # Due 2025-12-15, cut at the end of January: one later month falls in the quarter.
    "F09": declared_quarter("2025-10-16", "2026-01-31"),
    **dict.fromkeys(("D02", "D03"), due_dates),
    **dict.fromkeys(("R01", "R02", "R04", "R05"), first_rates),
    **dict.fromkeys(("T02", "T03", "T05", "T06"), scopes),
    **dict.fromkeys(
        (
            "I002136093000040",
            "I000230893000079",
            "I003102867000036",
            "I001561191000065",
            "B01",
            "B02",
        ),
        identifiers,
    ),
    **dict.fromkeys(("P01", "P02"), statements),
}


# ---------------------------------------------------------------- safety and carbon


def close_to(text: str) -> Decimal:
    """Return half a unit of the last published decimal."""
    return Decimal(5).scaleb(Decimal(text).as_tuple().exponent - 1)


# The multiplier and the count of each published rate, by the first words of its domain.
RATES = {
    "TF": ("tf", "basis_frequency", "lost_time_accidents"),
    "LTIFR": ("tf", "basis_frequency", "lost_time_accidents"),
    "TRIFR": ("trir", "basis_trir", "recordable_accidents"),
    "TG": ("tg", "basis_severity", "lost_days"),
    "Severity (1e6 basis)": ("tg", "basis_severity", "lost_days"),
    "Fatality rate": ("tf", "basis_frequency", "lost_time_accidents"),
    "Occupational disease rate": ("tf", "basis_frequency", "lost_time_accidents"),
    "DART": ("trir", "basis_trir", "recordable_accidents"),
    "TRIR": ("trir", "basis_trir", "recordable_accidents"),
}


def safety(row: Row) -> Iterator[Case]:
    rate, basis_key, count_key = RATES[row["domain"]]
    given = pairs(row["inputs"])
    count, hours = _count_and_hours(given)
    case = {
        count_key: count,
        "hours": str(hours),
        basis_key: _basis(row),
    }
    if row["expected"].startswith("ERROR"):
        reason = "Not computable: no hours worked."
        yield Case(row["id"], "safety-rates", case, {rate: None, "reason": reason})
        return
    yield Case(
        row["id"],
        "safety-rates",
        case,
        {rate: row["expected"]},
        max(close_to(row["expected"]), Decimal("0.005")),
    )


def _count_and_hours(given: dict[str, str]) -> tuple[str, int]:
    values = dict(given)
    count = "1"
    if "fte" in values:
        hours = int(values["fte"]) * int(values["h_week"]) * int(values["weeks"])
        return values["accidents_lost_time"], hours
    if "hours_career" in values:
        years, weeks, per_week = map(int, values["hours_career"].split("*"))
        return count, years * weeks * per_week
    denominator = values.pop("hours", None) or values.pop("employees")
    (count,) = values.values()
    return count, int(denominator)


def _basis(row: Row) -> int:
    """Read the multiplier of the formula: ``a*1e6/h``, ``c*10000/e``."""
    found = re.search(r"1e\d|\b\d{3,}\b", row["formula"])
    assert found
    return int(float(found[0]))


def emissions_by_unit(row: Row) -> Iterator[Case]:
    kwh, factor = re.fullmatch(r"(\d+) kWh; (\d+) gCO2e/kWh", row["inputs"]).groups()
    yield _carbon(row, kwh, "kWh", factor, "gCO2e/kWh")


def emissions_of_diesel(row: Row) -> Iterator[Case]:
    litres, factor = re.fullmatch(r"(\d+) L diesel; ([\d.]+)", row["inputs"]).groups()
    yield _carbon(row, litres, "L", factor, "kgCO2e/L")


def _carbon(row: Row, quantity: str, unit: str, factor: str, per: str) -> Case:
    return Case(
        row["id"],
        "carbon",
        {
            "activities": [
                {
                    "quantity": quantity,
                    "unit": unit,
                    "factor": factor,
                    "factor_unit": per,
                }
            ]
        },
        {"total": row["expected"]},
        Decimal("0.00001"),
    )


def gas_blend(row: Row) -> Iterator[Case]:
    gas, gwp_set = row["inputs"].split()
    release = {"gas": gas, "mass_kg": "1", "gwp_set": gwp_set}
    expected = {"total": row["expected"].split()[0]}
    yield Case(row["id"], "carbon", {"activities": [release]}, expected)
    for other, value in re.findall(r"(AR\d) (?:\S+=)?([\d.]+)", row["note"]):
        yield Case(
            f"{row['id']}-{other}",
            "carbon",
            {"activities": [{**release, "gwp_set": other}]},
            {"total": value},
        )


def lagoon(row: Row) -> Iterator[Case]:
    """Methane of a lagoon: BOD times its methane factor is a release of CH4."""
    bod, methane, _gwp = row["formula"].split("*")
    mass = Decimal(bod) * Decimal(methane)
    release = {"gas": "CH4", "mass_kg": str(mass), "gwp_set": "AR5"}
    yield Case(
        row["id"], "carbon", {"activities": [release]}, {"total": row["expected"]}
    )


def plant_nitrous_oxide(row: Row) -> Iterator[Case]:
    published = re.search(r"N2O ([\d.]+) kg; AR6 (\d+\.\d+)", row["note"])
    assert published
    for gwp_set, expected in (("AR5", row["expected"]), ("AR6", published[2])):
        release = {"gas": "N2O", "mass_kg": published[1], "gwp_set": gwp_set}
        # The mass is published in whole grams: up to 0.0005 kg x 273.
        yield Case(
            f"{row['id']}-{gwp_set}",
            "carbon",
            {"activities": [release]},
            {"total": expected},
            Decimal("0.14"),
        )


def diesel_by_gas(row: Row) -> Iterator[Case]:
    """CO2, CH4 and N2O of burnt diesel: the sum of three releases."""
    found = re.fullmatch(
        r"100\*0\.84\*43\.0e-6\*\(74100\+([\d.]+)\*28\+([\d.]+)\*265\)", row["formula"]
    )
    assert found
    terajoules = Decimal(100) * Decimal("0.84") * Decimal("43.0e-6")
    masses = {"CO2": "74100", "CH4": found[1], "N2O": found[2]}
    releases = [
        {"gas": gas, "mass_kg": f"{terajoules * Decimal(mass):f}", "gwp_set": "AR5"}
        for gas, mass in masses.items()
    ]
    yield Case(
        row["id"],
        "carbon",
        {"activities": releases},
        {"total": row["expected"]},
        Decimal("0.00005"),
    )


MONTHLY_SITE = (
    ("3200", "kWh", "0.57765"),
    ("610", "L", "2.66155"),
    ("0.4", "kg", "1924"),
    ("24", "kg", "3.03338067"),
    ("45", "m3", "0.1913"),
    ("60", "kg", "1.3450779"),
)


def monthly_site(row: Row) -> Iterator[Case]:
    parts = re.search(r"parts: ([\d.; ]+)", row["note"])
    assert parts
    given = [
        {"quantity": quantity, "unit": unit, "factor": factor, "factor_unit": unit}
        for quantity, unit, factor in MONTHLY_SITE
    ]
    expected: dict[str, object] = {
        f"activities.{position}.kgco2e": part.strip()
        for position, part in enumerate(parts[1].rstrip("; ").split(";"))
    }
    expected["total"] = row["expected"]
    yield Case(
        row["id"], "carbon", {"activities": given}, expected, Decimal("0.000001")
    )


def coverage_by_population(row: Row) -> Iterator[Case]:
    """Two populations of named people, some of them covered."""
    shares = re.findall(r"(\d+)/(\d+)", row["inputs"])
    targets, attendances = [], []
    for group, (covered, target) in zip("ab", shares, strict=True):
        people = [f"{group}{number}" for number in range(int(target))]
        targets += [{"person": person, "group": group} for person in people]
        attendances += [{"person": person} for person in people[: int(covered)]]
    rates = [Decimal(text) for text in row["expected"].split(" / ")]
    expected: dict[str, object] = {
        f"groups.{group}.rate": f"{rate:.1f}"
        for group, rate in zip("ab", rates, strict=True)
    }
    expected["total.covered"] = sum(int(covered) for covered, _target in shares)
    given = {"targets": targets, "attendances": attendances}
    yield Case(row["id"], "coverage", given, expected)


def coverage_without_target(row: Row) -> Iterator[Case]:
    assert row["inputs"] == "target 0"
    given = {"targets": [], "attendances": [{"person": "a"}]}
    yield Case(row["id"], "coverage", given, {"total.rate": None, "total.covered": 0})


HSE: dict[str, Callable[[Row], Iterator[Case]]] = {
    **dict.fromkeys(
        (
            *("TF-01", "TF-02", "TF-04", "TF-05", "TF-07", "TF-08", "TF-10", "TF-11"),
            *("TF-13", "TG-01", "TG-03", "TG-04", "TG-06", "FAT-01", "MP-01"),
            *("TRIR-01", "TRIR-03", "TRIR-04"),
        ),
        safety,
    ),
    "COV-03": coverage_by_population,
    "COV-05": coverage_without_target,
    "CB-01": emissions_by_unit,
    "CB-04": emissions_of_diesel,
    **dict.fromkeys(("CB-09", "CB-10"), diesel_by_gas),
    "CB-12": plant_nitrous_oxide,
    "CB-13": lagoon,
    "CB-15": monthly_site,
    **dict.fromkeys(("GWP-01", "GWP-02"), gas_blend),
}


# ---------------------------------------------------------------- projects

EARNED_VALUE_KEYS = {"EAC_typical": "eac", "EAC_atypical": "eac_atypical"}


def earned_value(row: Row) -> Iterator[Case]:
    given = json.loads(row["inputs"], parse_float=str, parse_int=str)
    expected = json.loads(row["expected"], parse_float=str, parse_int=str)
    for key, value in expected.items():
        # EVM-01 prints amounts computed from a rounded index.
        amount = "." not in value
        yield Case(
            f"{row['id']}-{key}",
            "earned-value",
            {
                key.lower(): given[key]
                for key in ("BAC", "PV", "EV", "AC")
                if key in given
            },
            {EARNED_VALUE_KEYS.get(key, key.lower()): value},
            Decimal(1) if amount and row["id"] == "EVM-01" else close_to(value),
        )


# Published key -> key of the calculation.
WATER_KEYS = {
    "SIV": "siv",
    "volume_mis_en_distribution_m3": "siv",
    "volume_facture_m3": "billed_metered",
    "longueur_km": "km",
    "Lm_km": "km",
    "jours": "days",
    "Nc": "connections",
    "Lp_per_connection_m": "private_m",
    "P_m": "pressure",
    "NRW_pct": "nrw",
    "UARL_l_per_day": "uarl",
    "rendement_pct": "yield",
    "ILP_m3_km_j": "ilp",
    "revenue_water": "billed_authorised",
    "pertes_m3": "water_losses",
}
# Volumes that the command line gives as percents, and intermediate lengths.
NOT_WATER_RESULTS = {"NRW", "Lp_km", "pertes_m3_j"}


def water(row: Row) -> Iterator[Case]:
    given = json.loads(row["inputs"], parse_float=str, parse_int=str)
    expected = json.loads(row["expected"], parse_float=str, parse_int=str)
    case = {WATER_KEYS.get(key, key): value for key, value in given.items()}
    case.setdefault("siv", "0")
    for key, value in expected.items():
        if key not in NOT_WATER_RESULTS:
            yield Case(
                f"{row['id']}-{key}",
                "water-balance",
                case,
                {WATER_KEYS.get(key, key): value},
                close_to(value),
            )


def primary_yield(row: Row) -> Iterator[Case]:
    """The published losses and yield give the volumes; the volumes the yield."""
    given = json.loads(row["inputs"], parse_float=str, parse_int=str)
    volumes = json.loads(row["expected"], parse_float=str, parse_int=str)
    yield Case(
        row["id"],
        "water-balance",
        {"siv": volumes["eau_amenee_m3"], "billed_metered": volumes["eau_facturee_m3"]},
        {"yield": given["rendement_pct"], "water_losses": given["pertes_m3"]},
    )


def _read(row: Row) -> tuple[dict, ...]:
    return tuple(
        json.loads(row[column], parse_float=str, parse_int=str)
        for column in ("inputs", "expected")
    )


def outages(row: Row) -> Iterator[Case]:
    """And the published trap: with the wrong denominator, everybody once."""
    given, expected = _read(row)
    case = {"outages": given["outages"], "n": given["N"]}
    wanted = {key.lower(): value for key, value in expected.items()}
    interrupted = int(wanted["sum_ni"])
    yield Case(row["id"], "reliability", case, wanted | {"sum_ni": interrupted})
    trap = {"outages": given["outages"], "n": interrupted}
    yield Case(f"{row['id']}-TRAP", "reliability", trap, {"saifi": "1.00"})


def budget_rates(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    case = {
        "committed": given["engagements_MMDH"],
        "commitment_rate": given["taux_engagement_pct"],
        "emission_rate": given["taux_emission_sur_engagements_pct"],
    }
    for key, name in (("credits_MMDH", "credits"), ("emissions_MMDH", "issued")):
        value = expected[key]
        # Published with one decimal; the calculation gives two.
        tolerance = close_to(value) + Decimal("0.005")
        yield Case(
            f"{row['id']}-{name}", "budget-chain", case, {name: value}, tolerance
        )


def region_shares(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    for place, facts in given.items():
        name = place.split(" (")[0].replace(" ", "")
        cost, region = facts["cout_MDH"], facts["region_MDH"]
        amounts = {"region": region, "others": str(Decimal(cost) - Decimal(region))}
        value = expected[f"{name}_pct"]
        yield Case(
            f"{row['id']}-{name}",
            "funding",
            {"amounts": amounts, "cost": cost},
            {"percents.region": value},
            close_to(value),
        )
    for field in ("cout_MDH", "region_MDH"):
        amounts = {place: facts[field] for place, facts in given.items()}
        wanted = {"resources": expected[f"sum_{field}"]}
        yield Case(f"{row['id']}-{field}", "funding", {"amounts": amounts}, wanted)


def convention_total(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    wanted = {"cost": expected["total_MDH"], "consistent": True}
    yield Case(row["id"], "funding", {"amounts": given}, wanted)


def printed_financing(row: Row) -> Iterator[Case]:
    """Printed parts that do not make the printed total: shown, never hidden."""
    given, expected = _read(row)
    cost = given.pop("total_printed")
    wanted = {"resources": expected["sum"], "consistent": expected["consistent"]}
    yield Case(row["id"], "funding", {"amounts": given, "cost": cost}, wanted)


def printed_budget(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    wanted = {"cost": expected["sum_MDH"]}
    yield Case(row["id"], "funding", {"amounts": given}, wanted)


def sewer_grades(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    case = {
        "length_m": given["length_m"],
        "scores": given["structural_scores"],
        "peak_1m": given["structural_peak_1m"],
        "thresholds_peak": given["thresholds_peak"],
        "thresholds_mean": given["thresholds_mean"],
    }
    whole = {"count", "peak_grade", "mean_grade", "final_grade"}
    wanted = {key: int(v) if key in whole else v for key, v in expected.items()}
    yield Case(row["id"], "sewer-grading", case, wanted)


def pipe_ratings(row: Row) -> Iterator[Case]:
    given, expected = (json.loads(row[name]) for name in ("inputs", "expected"))
    wanted = {k: f"{v:.2f}" if "index" in k else v for k, v in expected.items()}
    yield Case(row["id"], "pipe-rating", given, wanted, Decimal("0.005"))


def asset_ageing(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    yield Case(row["id"], "asset-health", given, expected)


def floor_lengths(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    wanted = expected | {"floors_with_length": int(expected["floors_with_length"])}
    case = {"lengths_km": given["lengths_km"]}
    yield Case(row["id"], "pressure-floors", case, wanted)


def floor_percent(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    wanted = {"rendements_pct.0": expected["rendement_pct"]}
    case = {"rendements": [given["rendement"]]}
    yield Case(row["id"], "pressure-floors", case, wanted)


def floor_shares(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    case = {"billed_m3": given["billed_m3"], "shares": given["shares"]}
    wanted = {f"shared_m3.{key}": value for key, value in expected.items()}
    yield Case(row["id"], "pressure-floors", case, wanted)


def floor_bands(row: Row) -> Iterator[Case]:
    given, expected = _read(row)
    wanted = {"bands": [text.split()[0] for text in expected["bands"]]}
    yield Case(row["id"], "pressure-floors", given, wanted)


PROJECTS: dict[str, Callable[[Row], Iterator[Case]]] = {
    **dict.fromkeys(
        ("EVM-01", "EVM-02", "EVM-04", "EVM-05", "EVM-07", "EVM-08"), earned_value
    ),
    **dict.fromkeys(("WB-01", "WB-03", "ILI-01", "NET-01"), water),
    "NET-02": primary_yield,
    "REL-02": outages,
    **dict.fromkeys(("FIN-01", "FIN-02"), budget_rates),
    "CONV-02": region_shares,
    "CONV-03": convention_total,
    "SRM-02": printed_financing,
    "SRM-03": printed_budget,
    "CCTV-01": sewer_grades,
    "CCTV-03": pipe_ratings,
    **dict.fromkeys(("CNAIM-01", "CNAIM-03", "CNAIM-04"), asset_ageing),
    "DWH-01": floor_lengths,
    "DWH-02": floor_percent,
    "DWH-04": floor_shares,
    "DWH-05": floor_bands,
}

BUILDERS = {"procurement": PROCUREMENT, "hse": HSE, "projects": PROJECTS}


def all_cases() -> list[Case]:
    """Build every case of every file."""
    return [
        case
        for name, builders in BUILDERS.items()
        for row_id, build in builders.items()
        for case in build(read_rows(name)[row_id])
    ]
