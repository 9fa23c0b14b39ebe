from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.srm_base.tools.xlsx import write_workbook

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestCarbonStatement(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fuel = cls._source("T-C1", cls.diesel)
        cls.power = cls._source("T-C2", cls.grid)
        cls.losses = cls._source(
            "T-C3",
            cls.grid,
            perimeter="excluded",
            perimeter_reason="Method of the losses not approved yet",
            frequency="event",
        )

    def _entered(self, month="2026-06-01", litres=610, kwh=3200):
        statement = self._statement(self._period(month))
        self._line(statement, self.fuel).quantity = litres
        self._line(statement, self.power).quantity = kwh
        return statement

    def test_case_cb_15_month_of_a_site(self):
        """Published parts: scope 1, 2, 3 and total of the case CB-15."""
        ref = self.env.ref
        printed = self.env["srm.emission.factor"].create(
            {
                "name": "R-410A as printed by DESNZ",
                "code": "T-R410A",
                "series": "T-R410A",
                "unit": "kg",
                "kgco2e": 1924,
                "gwp_set": "ar5",
                "valid_from": "2026-01-01",
                "publisher": "DESNZ",
                "licence": "OGL-3.0",
            }
        )
        others = [
            (self._source("T-C4", printed), 0.4),
            (
                self._source(
                    "T-C5", ref("srm_hse.emission_factor_fu_butane_kg_desnz26")
                ),
                24,
            ),
            (
                self._source("T-C6", ref("srm_hse.emission_factor_wa_supply_desnz25")),
                45,
            ),
            (self._source("T-C7", ref("srm_hse.emission_factor_ma_paper_desnz25")), 60),
        ]
        statement = self._entered()
        for source, quantity in others:
            self._line(statement, source).quantity = quantity
        self.assertAlmostEqual(statement.total, 4403.739810, places=3)
        self.assertAlmostEqual(statement.scope1, 2465.946636, places=3)
        self.assertAlmostEqual(statement.scope2, 1848.480000, places=3)
        self.assertAlmostEqual(statement.scope3, 89.313174, places=3)
        period = statement.period_id
        self.assertAlmostEqual(period.gap, 5000 - 4403.740, places=3)
        self.assertFalse(period.over_target)

    def test_excluded_source_is_listed_and_not_counted(self):
        statement = self._entered()
        before = statement.total
        self._line(statement, self.losses).quantity = 1_000_000
        self.assertEqual(statement.total, before)
        self.assertEqual(statement.memo_total, 577650)
        self.assertIn("1 left out", statement.period_id.perimeter_text)

    def test_montreal_gas_stays_outside_the_total(self):
        r22 = self._source("T-C8", gas_id=self.env.ref("srm_hse.gas_r22").id)
        statement = self._entered(litres=0, kwh=0)
        self._line(statement, r22).quantity = 2
        self.assertEqual((statement.total, statement.memo_total), (0, 3520))

    def test_market_based_electricity_is_beside_the_total(self):
        self._source("T-C9", self.grid, scope="2", scope2_method="market")
        line = self._line(
            self._statement(self._period()),
            self.env["srm.emission.source"].search([("code", "=", "T-C9")]),
        )
        line.quantity = 100
        self.assertFalse(line.counted)

    def test_circuit_needs_three_persons(self):
        statement = self._entered()
        statement.with_user(self.hse).action_submit()
        with self.assertRaisesRegex(UserError, "somebody else"):
            statement.with_user(self.hse).action_check()
        with self.assertRaises(AccessError):
            statement.with_user(self.second_officer).action_validate()
        statement.with_user(self.manager).action_check()
        with self.assertRaisesRegex(UserError, "somebody else"):
            statement.with_user(self.manager).action_validate()
        other = self._user("t_hse_manager_2", "srm_hse.group_hse_manager")
        statement.with_user(other).action_validate()
        self.assertEqual(statement.state, "validated")
        self.assertTrue(all(statement.line_ids.mapped("frozen")))

    def test_steps_are_safe_to_repeat(self):
        statement = self._entered()
        self._validate(statement)
        signed = statement.validated_date
        statement.with_user(self.manager).action_validate()
        self.assertEqual(statement.validated_date, signed)
        with self.assertRaisesRegex(UserError, "Not possible in the present state"):
            statement.with_user(self.second_officer).action_check()

    def test_missing_value_must_be_explained(self):
        statement = self._statement(self._period())
        self._line(statement, self.fuel).quantity = 10
        self.assertEqual(statement.missing_count, 1)
        with self.assertRaisesRegex(ValidationError, "missing or unusual"):
            statement.with_user(self.hse).action_submit()
        self._line(statement, self.power).note = "Bill not received, asked on 3 July"
        statement.with_user(self.hse).action_submit()
        self.assertEqual(statement.state, "submitted")

    def test_true_zero_is_not_missing(self):
        statement = self._statement(self._period())
        statement.line_ids.quantity_given = True
        self.assertEqual(statement.missing_count, 0)

    def test_undecided_perimeter_blocks(self):
        self._source(
            "T-C10", self.diesel, perimeter="undecided", perimeter_reason=False
        )
        with self.assertRaisesRegex(ValidationError, "in the perimeter"):
            self._entered().with_user(self.hse).action_submit()

    def test_unusual_quantity_must_be_explained(self):
        for month in ("2026-01-01", "2026-02-01", "2026-03-01"):
            self._validate(self._entered(month))
        statement = self._entered("2026-04-01", litres=6100)
        with self.assertRaisesRegex(ValidationError, "unusual"):
            statement.with_user(self.hse).action_submit()
        line = self._line(statement, self.fuel)
        line._compare_with_history()
        self.assertEqual((line.history_mean, line.deviation), (610, 900))
        line.note = "Generator ran during the outage of 4 April"
        statement.with_user(self.hse).action_submit()

    def test_handed_over_lines_are_closed(self):
        statement = self._entered()
        statement.with_user(self.hse).action_submit()
        with self.assertRaisesRegex(UserError, "Submitted.*sent back"):
            self._line(statement, self.fuel).quantity = 1
        with self.assertRaisesRegex(UserError, "Submitted.*sent back"):
            statement.line_ids.unlink()
        statement.with_user(self.second_officer)._reject("Litres of May")
        self._line(statement, self.fuel).quantity = 1

    def test_new_factor_version_does_not_touch_a_validated_month(self):
        statement = self._entered()
        self._validate(statement)
        total = statement.total
        self.env["srm.emission.factor"].create(
            {
                "name": "Diesel 2027",
                "code": "T-DIESEL27",
                "series": self.diesel.series,
                "unit": "L",
                "kgco2e": 5,
                "valid_from": "2026-07-01",
                "publisher": "Test",
                "licence": "OGL-3.0",
            }
        )
        statement.period_id.action_prepare_statements()
        self.assertEqual(statement.total, total)
        self.assertEqual(self._line(statement, self.fuel).factor_value, 2.66155)
        july = self._statement(self._period("2026-07-01"))
        self.assertEqual(self._line(july, self.fuel).factor_value, 5)

    def test_restatement_keeps_the_original(self):
        statement = self._entered()
        self._validate(statement)
        statement.period_id.with_user(self.manager).action_close()
        total = statement.total
        with self.assertRaisesRegex(ValidationError, "needs a reason"):
            statement.with_user(self.manager)._restate(" ")
        with self.assertRaises(AccessError):
            statement.with_user(self.hse)._restate("No right")
        revision = statement.with_user(self.manager)._restate("Bill corrected")
        self.assertEqual((statement.state, statement.total), ("superseded", total))
        self.assertEqual((revision.revision, revision.total), (1, total))
        self.assertEqual(statement.period_id.state, "open")
        self._line(revision, self.fuel).quantity = 500
        self.assertAlmostEqual(revision.restatement_gap, -110 * 2.66155, places=3)
        self.assertAlmostEqual(statement.period_id.total, revision.total, places=3)

    def test_month_closes_when_every_site_is_validated(self):
        self._source("T-C11", self.diesel, self.other_site)
        statement = self._entered()
        self._validate(statement)
        period = statement.period_id
        with self.assertRaisesRegex(UserError, "T-WW"):
            period.with_user(self.manager).action_close()
        other = self._statement(period, self.other_site)
        other.line_ids.quantity = 1
        self._validate(other)
        period.with_user(self.manager).action_close()
        self.assertEqual(period.state, "closed")

    def test_total_of_the_month_is_the_sum_of_its_scopes_and_sites(self):
        self._source("T-C12", self.diesel, self.other_site)
        statement = self._entered()
        period = statement.period_id
        self._statement(period, self.other_site).line_ids.quantity = 77
        self.assertAlmostEqual(
            period.total, period.scope1 + period.scope2 + period.scope3, places=3
        )
        self.assertAlmostEqual(
            period.total, sum(period.current_statement_ids.mapped("total")), places=3
        )

    def test_mixed_warming_potentials_are_said(self):
        self.env.company.srm_gwp_set = "ar6"
        self._source("T-C13", gas_id=self.env.ref("srm_hse.gas_sf6").id)
        statement = self._entered()
        self.assertTrue(statement.gwp_mixed)

    def test_uncertainty_combines_in_quadrature(self):
        self.fuel.uncertainty = self.power.uncertainty = 10
        statement = self._entered(litres=100, kwh=0)
        self.assertAlmostEqual(statement.uncertainty, 10, places=2)

    def test_printed_month_in_french_and_arabic(self):
        period = self._entered().period_id
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("ar_001")
        for lang in ("fr_FR", "ar_001"):
            pdf = period.with_context(lang=lang).with_user(self.director)._render_pdf()
            self.assertTrue(pdf.startswith(b"%PDF"))
        boxed = [b for b in period._print_blocks() if b["kind"] == "boxed"]
        self.assertIn("left out", boxed[0]["text"])

    def test_workbook_has_the_perimeter_beside_the_total(self):
        period = self._entered().period_id
        self._line(self._statement(period), self.losses).quantity = 100
        report = period.with_user(self.director)._xlsx_report_months()
        months, sites, counted, left_out = (list(s.rows) for s in report.sheets[:4])
        self.assertEqual(months[0][1], period.total)
        self.assertIn("left out", months[0][2])
        self.assertAlmostEqual(sum(row[5] for row in sites), period.total, 2)
        self.assertAlmostEqual(sum(row[9] or 0 for row in counted), period.total, 2)
        self.assertEqual(left_out[0][3], self.losses.perimeter_reason)
        self.assertTrue(write_workbook(report.sheets, "ar_001").startswith(b"PK"))

    def test_perimeter_is_said_in_the_language_of_each_reader(self):
        """Read in one language first: the next reader gets his or her own."""
        period = self._entered().period_id
        langs = ("en_US", "fr_FR", "ar_001")
        texts = {lang: period.with_context(lang=lang).perimeter_text for lang in langs}
        self.assertEqual(len(set(texts.values())), 3, texts)
        self.assertIn("left out", period.with_context(lang="en_US").perimeter_text)

    def test_dashboard_for_the_director(self):
        period = self._entered().period_id
        data = (
            self.env["srm.carbon.dashboard"]
            .with_user(self.director)
            .get_dashboard({"period": str(period.id)})
        )
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual(cards["total"], round(period.total, 1))
        self.assertEqual(data["tables"][0]["rows"][0][2], self.losses.perimeter_reason)
        with self.assertRaises(AccessError):
            self.env["srm.carbon.dashboard"].with_user(self.staff).get_dashboard()

    def test_director_reads_and_changes_nothing(self):
        statement = self._entered().with_user(self.director)
        self.assertGreater(statement.total, 0)
        with self.assertRaises(AccessError):
            statement.action_submit()
        with self.assertRaises(AccessError):
            statement.line_ids[0].write({"quantity": 1})

    def test_provincial_officer_sees_the_sites_of_the_province(self):
        self._source("T-C14", self.diesel, self.other_site)
        period = self._period()
        self.hse.srm_territory_ids = self.province
        seen = (
            self.env["srm.carbon.statement"]
            .with_user(self.hse)
            .search([("period_id", "=", period.id)])
        )
        self.assertEqual(seen.site_id, self.site)
