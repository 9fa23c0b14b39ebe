import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_path

from .common_management import ManagementCase

#: Rates: count of persons, their outcome or their days off, hours, and the basis the
#: company would set for the published unit (TF, TG and TRIR of the suite otherwise).
RATES = {
    "TF-01": (1, "3_lost_time", 10 * 35 * 47, "tf", {}),
    "TF-04": (100, "3_lost_time", 10_000_000, "tf", {}),
    "TF-13": (1, "3_lost_time", 42 * 45 * 35, "tf", {}),
    "TF-10": (12, "2_medical", 2_500_000, "trir", {"srm_basis_trir": 1_000_000}),
    "TRIR-01": (5, "2_medical", 100_000, "trir", {}),
    "TRIR-03": (2, "2_medical", 2_000_000, "trir", {}),
    "FAT-01": (1, "5_fatal", 5_000_000, "tf", {"srm_basis_frequency": 10_000_000}),
    "TG-03": (1000, "days", 10_000_000, "tg", {}),
    "TG-06": (180, "days", 400_000, "tg", {"srm_basis_severity": 1_000_000}),
}
#: ECAM rows: shipped factor, quantity entered, digits published.
ECAM = {
    "CB-09": ("fu_diesel_veh_ipcc06_ar5", 100, 4),
    "CB-10": ("fu_diesel_eng_ipcc06_ar5", 100, 4),
    "CB-13": ("ww_ch4_lag_shallow", 135_050, 0),
}


def cases():
    """The published rows, by id."""
    root = Path(file_path("srm_hse")).parents[1]
    path = root / "engine" / "tests" / "cases" / "hse.csv"
    with path.open(encoding="utf-8") as handle:
        return {row["id"]: row for row in csv.DictReader(handle)}


@tagged("post_install", "-at_install")
class TestPublishedCases(ManagementCase):
    """Rows of the published cases that a person would enter in the screens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cases()

    def _kilograms(self, source, quantity):
        line = self._line(self._statement(self._period()), source)
        line.quantity = quantity
        return Decimal(str(line.kgco2e))

    def assertPublished(self, found, expected, digits):
        step = Decimal(1).scaleb(-digits)
        self.assertEqual(found.quantize(step), Decimal(expected).quantize(step))

    # Safety rates

    def _injuries(self, count, outcome):
        """``count`` persons hurt in one accident, or that many days off for one."""
        days = count if outcome == "days" else 0
        person = {"outcome": "3_lost_time" if days else outcome}
        if days:
            last = date.fromordinal(date(2026, 1, 10).toordinal() + days)
            period = {"date_from": "2026-01-11", "date_to": last}
            person["period_ids"] = [Command.create(period)]
        self.env["srm.incident"].create(
            {
                "title": "Published case",
                "kind": "injury",
                "occurred": "2026-01-10 09:00:00",
                "site_id": self.site.id,
                "person_ids": [
                    Command.create({"name": f"Person {number}", **person})
                    for number in range(1 if days else count)
                ],
            }
        )

    def _hours(self, hours):
        line = self.env["srm.worked.hours"].create(
            {
                "month": "2026-01-01",
                "site_id": self.site.id,
                "headcount": max(1, round(hours / 160)),
                "hours": hours,
                "note": "Published case",
            }
        )
        line.action_confirm()

    def _one_rate(self, count, outcome, hours, basis):
        self.env.company.write(basis)
        self._hours(hours)
        self._injuries(count, outcome)
        return self.env["srm.safety.rate"].create(
            {"date_from": "2026-01-01", "date_to": "2030-12-31"}
        )

    def test_rates(self):
        for case, (count, outcome, hours, name, basis) in RATES.items():
            with self.subTest(case), self.cr.savepoint() as savepoint:
                rate = self._one_rate(count, outcome, hours, basis)
                expected = self.cases[case]["expected"]
                digits = len(expected.partition(".")[2])
                self.assertPublished(Decimal(str(rate[name])), expected, digits)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_case_fat_01_counts_the_fatality(self):
        count, outcome, hours, _name, basis = RATES["FAT-01"]
        rate = self._one_rate(count, outcome, hours, basis)
        self.assertEqual((rate.fatalities, rate.tf), (1, 2.0))
        self.assertEqual(rate.basis_frequency, 10_000_000)

    def test_case_mp_01_occupational_diseases(self):
        """Cases for 10,000 persons at work; a disease is no accident."""
        given = re.findall(r"\d+", self.cases["MP-01"]["inputs"])
        cases, employees = map(int, given)
        self._hours(employees * 160)
        self._injuries(cases, "2_medical")
        people = self.env["srm.incident.person"].search(
            [("incident_id.title", "=", "Published case")]
        )
        people.disease = True
        rate = self.env["srm.safety.rate"].create(
            {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        )
        self.assertEqual((rate.diseases, rate.headcount), (cases, employees))
        expected = self.cases["MP-01"]["expected"]
        self.assertPublished(Decimal(rate.disease_text), expected, 1)
        self.assertEqual((rate.recordable_accidents, rate.trir), (0, 0))

    def test_trap_sgtm_days_typed_as_hours(self):
        """1,645 are man-days: for its persons they cannot be hours of a month."""
        days = int(re.search(r"=(\d+) ", self.cases["SGTM-TRAP"]["inputs"])[1])
        line = self.env["srm.worked.hours"].create(
            {
                "month": "2026-01-01",
                "site_id": self.site.id,
                "headcount": days // 20,
                "hours": days,
            }
        )
        with self.assertRaisesRegex(ValidationError, "looks like days"):
            line.action_confirm()

    def test_trap_ig_is_not_shipped(self):
        """An index with competing definitions, misprinted: days per person x 1,000
        is 100 and not the 1 printed, and the suite shows no such index."""
        row = self.cases["IG-TRAP"]
        days, employees = map(int, re.findall(r"\d+", row["inputs"]))
        self.assertTrue(row["expected"].startswith(str(days * 1000 // employees)))
        self.assertIn("WRONG", row["kind"])
        names = set(self.env["srm.safety.rate"]._fields)
        self.assertFalse(names & {"ig", "if_rate", "severity_index"})

    # Carbon

    def test_trap_cb_03_unit_of_the_factor(self):
        """Cubic metres against a factor per kWh: refused; with the right one, right."""
        row = self.cases["CB-03-TRAP"]
        per_m3 = self.env.ref("srm_hse.emission_factor_fu_natgas_m3_desnz26")
        quantity = int(re.search(r"(\d+) m3", row["inputs"])[1])
        found = self._kilograms(self._source("T-P7", per_m3), quantity)
        expected = re.search(r"= ([\d.]+) kg", row["note"])[1]
        self.assertPublished(found, expected, 2)
        per_kwh = self.env.ref("srm_hse.emission_factor_fu_natgas_kwhnet_desnz26")
        with self.assertRaisesRegex(ValidationError, "cannot be multiplied"):
            self._source("T-P6", per_kwh, entry_unit="m3")

    def test_no_row_is_left_out(self):
        """Every published row is named by a test of the models."""
        folder = Path(__file__).parent
        text = "".join(
            path.read_text(encoding="utf-8").upper().replace("_", "-")
            for path in folder.glob("test_*.py")
        )
        missing = [case for case in self.cases if case not in text]
        # Named by the family in the tests' names.
        named = {"IG-TRAP": "TRAP-IG", "SGTM-TRAP": "TRAP-SGTM"}
        self.assertFalse([c for c in missing if named.get(c, c) not in text])

    def test_ecam_diesel_and_lagoon(self):
        for case, (factor, quantity, digits) in ECAM.items():
            with self.subTest(case), self.cr.savepoint() as savepoint:
                shipped = self.env.ref(f"srm_hse.emission_factor_{factor}")
                found = self._kilograms(self._source("T-P1", shipped), quantity)
                self.assertPublished(found, self.cases[case]["expected"], digits)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_case_cb_13_deep_lagoon_emits_four_times_more(self):
        deep = self.env.ref("srm_hse.emission_factor_ww_ch4_lag_deep")
        expected = re.search(r"deep lagoon (\d+)", self.cases["CB-13"]["note"])[1]
        found = self._kilograms(self._source("T-P2", deep), 135_050)
        self.assertPublished(found, expected, 0)

    def test_case_cb_12_inhabitants_of_a_plant(self):
        """People enter inhabitants; the ratio of the source makes nitrogen of them."""
        factor = self.env.ref("srm_hse.emission_factor_ww_n2o_aerobic")
        nitrogen = Decimal("36.8942") * Decimal("0.16") * Decimal("1.1") ** 2
        source = self._source(
            "T-P3",
            factor,
            self.other_site,
            entry_unit="inhabitant",
            entry_ratio=float(nitrogen * Decimal("1.25")),
            ratio_note="Proteins x 0.16 x 1.1 x 1.1 x 1.25, per year",
        )
        statement = self._statement(self._period(), self.other_site)
        line = self._line(statement, source)
        line.quantity = 10_000
        self.assertPublished(
            Decimal(str(line.kgco2e)), self.cases["CB-12"]["expected"], 1
        )
        # One small plant passes the ceiling of the whole company.
        self.assertTrue(statement.period_id.over_target)

    def _own_factor(self, code, unit, value):
        return self.env["srm.emission.factor"].create(
            {
                "name": code,
                "code": code,
                "series": code,
                "unit": unit,
                "kgco2e": value,
                "gwp_set": "ar5",
                "valid_from": "2026-01-01",
                "publisher": "Test",
                "licence": "CC0-1.0",
            }
        )

    def test_case_cb_07_commuting(self):
        """Days at the office, with a ratio of kilometres driven per day."""
        days, km, per_week, grams = map(
            int, re.findall(r"(\d+) (?:d|km|d/week|g/km)\b", self._commuting_example())
        )
        source = self._source(
            "T-P4",
            self._own_factor("T-CAR", "km", grams / 1000),
            scope="3",
            entry_unit="day",
            entry_ratio=km * 2 * per_week / 7,
        )
        found = self._kilograms(source, days) * 1000
        expected = re.search(r"-> ([\d.]+) g", self._commuting_example())[1]
        self.assertPublished(found, expected, 2)

    def _commuting_example(self):
        return self.cases["CB-07"]["expected"]

    def test_case_cb_06_losses_of_the_network(self):
        """Megawatt-hours delivered; the ratio gives those lost on the way."""
        lost = Decimal("0.06") / Decimal("0.94")
        source = self._source(
            "T-P5",
            self.grid,
            family="losses",
            entry_unit="MWh",
            entry_ratio=float(lost * 1000),
        )
        kilowatt_hours = self._kilograms(source, 100) / Decimal(str(self.grid.kgco2e))
        self.assertIn("6.38 lost", self.cases["CB-06"]["expected"])
        self.assertPublished(kilowatt_hours / 1000, "6.38", 2)

    def test_cases_cb_01_and_cb_04_published_factors(self):
        for case, unit, value, quantity in (
            ("CB-01", "kWh", 0.052, 1_000_000),
            ("CB-04", "L", 2.68, 500),
        ):
            with self.subTest(case), self.cr.savepoint() as savepoint:
                factor = self._own_factor(f"T-{case}", unit, value)
                found = self._kilograms(self._source(f"T-S{case}", factor), quantity)
                self.assertPublished(found, self.cases[case]["expected"], 6)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_cases_gwp_refrigerants_by_mass(self):
        for gas, gwp_set, expected in (
            ("r410a", "ar5", self.cases["GWP-01"]["expected"].split()[0]),
            ("r404a", "ar6", self.cases["GWP-02"]["expected"]),
        ):
            with self.subTest(gas), self.cr.savepoint() as savepoint:
                self.env.company.srm_gwp_set = gwp_set
                record = self.env.ref(f"srm_hse.gas_{gas}")
                source = self._source(f"T-{gas}", gas_id=record.id)
                self.assertPublished(self._kilograms(source, 1), expected, 1)
                savepoint.rollback()
                self.env.invalidate_all()

    # Coverage, through campaigns

    def _reach(self, groups):
        """A running campaign; ``groups``: (workers, how many of them attend)."""
        campaign = self._running()
        session = self._session(campaign)
        for workers, count in groups:
            self._attend(session, workers[:count])
        return self.env["srm.coverage.page"].get_page(campaign.id)

    def test_case_cov_02_provinces_are_re_summed_not_averaged(self):
        rates = re.findall(r"\d+\.\d", self.cases["COV-02"]["inputs"])
        targets = (4, 25, 100, 200, 200)
        provinces = self.env["srm.territory"].create(
            [
                {"name": f"P{number}", "code": f"97.00{number}", "level": "province"}
                for number in range(1, 6)
            ]
        )
        groups = []
        for place, target, rate in zip(provinces, targets, rates, strict=True):
            workers = self._workers(target, place.name, territory_id=place.id)
            groups.append((workers, round(target * float(rate) / 100)))
        campaign = self._running(province_ids=provinces.ids)
        session = self._session(campaign)
        for workers, count in groups:
            self._attend(session, workers[:count])
        page = self.env["srm.coverage.page"].get_page(campaign.id)
        shown = [f"{row['rate']:.1f}" for row in page["tables"]["province"]]
        self.assertEqual(shown, rates)
        covered = sum(count for _workers, count in groups)
        self.assertEqual(page["total"]["covered"], covered)
        self.assertEqual(page["total"]["rate"], round(100 * covered / 529, 1))
        wrong = self.cases["COV-02"]["expected"].split()[0]
        self.assertNotEqual(f"{page['total']['rate']:.1f}", wrong)

    def test_case_cov_03_by_population(self):
        (covered, target), (others, externals) = (
            map(int, pair)
            for pair in re.findall(r"(\d+)/(\d+)", self.cases["COV-03"]["inputs"])
        )
        page = self._reach(
            [
                (self._workers(target, "Staff"), covered),
                (
                    self._workers(
                        externals,
                        "External",
                        kind="subcontractor",
                        employer_id=self.contractor.id,
                    ),
                    others,
                ),
            ]
        )
        rows = {row["id"]: row for row in page["tables"]["kind"]}
        expected = self.cases["COV-03"]["expected"].rstrip("%").split(" / ")
        for kind, rate in zip(("employee", "subcontractor"), expected, strict=True):
            self.assertPublished(Decimal(str(rows[kind]["rate"])), rate, 1)
        self.assertEqual(page["total"], {"target": 1200, "covered": 1008, "rate": 84.0})

    def test_case_cov_05_a_province_without_anybody_has_no_rate(self):
        self._workers(2, "Staff")
        page = self.env["srm.coverage.page"].get_page(self._running().id)
        empty = next(
            row
            for row in page["tables"]["province"]
            if row["id"] == self.other_province.id
        )
        self.assertEqual((empty["target"], empty["rate"]), (0, None))
        self.assertIn("not applicable", self.cases["COV-05"]["expected"])

    # Electrical authorisations

    def _title(self, **vals):
        return self.env["srm.authorisation"].create(
            {
                "worker_id": self._workers(1, "Electrician").id,
                "type_id": self.env.ref("srm_hse.authorisation_type_electrical").id,
                **vals,
            }
        )

    def test_case_hab_01_symbol(self):
        row = self.cases["HAB-01"]
        parts = dict(part.strip().split("=") for part in row["expected"].split(";"))
        title = self._title(symbol=row["inputs"].lower())
        self.assertEqual(title.symbol, row["inputs"])
        symbol = title._parse_symbol()
        self.assertEqual(
            (symbol.domain, symbol.operation, symbol.nature, symbol.attribute),
            (parts["domain"], parts["type"], parts["nature"], parts["attribute"]),
        )
        with self.assertRaises(ValidationError):
            self._title(symbol="B2 Essai")

    def test_case_hab_02_validity(self):
        row = self.cases["HAB-02"]
        issued = row["inputs"].split(";")[0].split()[1]
        titles = [
            self._title(symbol=symbol, occasional=occasional, date_from=issued)
            for symbol, occasional in (("B2V", False), ("B2V", True), ("B1T", False))
        ]
        found = " / ".join(title.date_to.isoformat() for title in titles)
        self.assertEqual(found, row["expected"])
