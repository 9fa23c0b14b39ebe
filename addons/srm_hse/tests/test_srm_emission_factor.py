from srm_engine.carbon import gwp

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.numbers import decimal_of
from ..tools.seed import read_csv
from .common_management import ManagementCase

SHIPPABLE = {"OGL-3.0", "CC-BY-SA-4.0", "ODbL-1.0"}


@tagged("post_install", "-at_install")
class TestEmissionFactor(ManagementCase):
    def test_every_shipped_factor_carries_a_licence_that_allows_it(self):
        rows = read_csv("srm_emission_factor")
        self.assertEqual({row["licence"] for row in rows}, SHIPPABLE)
        factors = self.env["srm.emission.factor"].with_context(active_test=False)
        shipped = factors.search([("code", "in", [row["code"] for row in rows])])
        self.assertEqual(len(shipped), len(rows))
        self.assertTrue(all(shipped.mapped("source_url")))

    def test_rows_without_a_licence_are_not_shipped(self):
        withheld = {
            row["code"]: row["reason"] for row in read_csv("withheld_emission_factors")
        }
        self.assertIn("EL-MA-LYDEC-2015", withheld)
        self.assertTrue(all(withheld.values()))
        factors = self.env["srm.emission.factor"].with_context(active_test=False)
        self.assertFalse(factors.search([("code", "in", list(withheld))]))

    def test_foreign_fuel_blends_are_not_offered(self):
        blend = self.env.ref("srm_hse.emission_factor_fu_diesel_blend_desnz26")
        self.assertFalse(blend.active)

    def test_names_exist_in_french_and_arabic(self):
        self.env.cr.execute(
            "SELECT count(*) FROM srm_emission_factor"
            " WHERE name->>'fr_FR' IS NULL OR name->>'ar_001' IS NULL"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_month_takes_the_version_of_its_year(self):
        versions = self.env["srm.emission.factor"]._versions_for
        series = {"EL-MA-EMAPS"}
        self.assertEqual(
            [
                versions(series, f"{year}-03-01")["EL-MA-EMAPS"].kgco2e
                for year in (2022, 2023, 2026)
            ],
            [0.62, 0.573, 0.516],
        )
        self.assertEqual(versions(series, "2019-01-01"), {})

    def test_version_used_by_a_validated_statement_is_frozen(self):
        source = self._source("T-F1", self.diesel)
        statement = self._statement(self._period())
        self._line(statement, source).quantity = 10
        self.diesel.kgco2e = self.diesel.kgco2e
        self._validate(statement)
        with self.assertRaisesRegex(UserError, "Create a new version"):
            self.diesel.kgco2e = 3
        self.diesel.note = "A note may still be written"

    def test_gas_potentials_are_those_of_the_engine(self):
        gases = self.env["srm.gas"].search([("code", "!=", "CO2")])
        for gas in gases:
            for key in ("ar5", "ar6"):
                self.assertEqual(
                    decimal_of(gas[f"gwp_{key}"], (12, 4)),
                    gwp(gas.code, key.upper()),
                    f"{gas.code} {key}",
                )

    def test_blend_follows_its_components(self):
        r410a = self.env.ref("srm_hse.gas_r410a")
        self.assertEqual(
            (r410a.gwp_ar4, r410a.gwp_ar5, r410a.gwp_ar6), (2087.5, 1923.5, 2255.5)
        )
