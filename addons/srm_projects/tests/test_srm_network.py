import base64
import json
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_srm_water_balance import SupplyCase

LINE = json.dumps({"type": "LineString", "coordinates": [[-9.6, 30.4], [-9.6, 30.41]]})


class NetworkCase(SupplyCase):
    """Sections of a commune, a scale with scores, a grid.

    ``scale``: WSA 05 with BAB scoring 5, BAC 20.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sanitation = cls.env["srm.service"].search([("code", "=", "sanitation")])
        cls.scale = cls.env.ref("srm_projects.scale_wsa05")
        cls.scale.score_ids = False
        cls.bab = cls.env.ref("srm_projects.defect_code_bab")
        cls.bac = cls.env.ref("srm_projects.defect_code_bac")
        cls.scale.score_ids = [
            Command.create({"code_id": cls.bab.id, "score": 5}),
            Command.create({"code_id": cls.bac.id, "score": 20}),
        ]

    def section(self, code="S-1", **values):
        return (
            self.env["srm.network.section"]
            .with_user(self.network_officer)
            .create(
                {
                    "code": code,
                    "kind": "main",
                    "service_id": self.water.id,
                    "territory_id": self.commune.id,
                    "length_m": 100,
                    **values,
                }
            )
        )

    def inspection(self, section, *defects, **values):
        return (
            self.env["srm.network.inspection"]
            .with_user(self.network_officer)
            .create(
                {
                    "section_id": section.id,
                    "length_m": 36.5,
                    "scale_id": self.scale.id,
                    "defect_ids": [
                        Command.create({"code_id": code.id, "position": position})
                        for code, position in defects
                    ],
                    **values,
                }
            )
        )

    def ranking(self, **values):
        ranking = (
            self.env["srm.priority.ranking"]
            .with_user(self.network_officer)
            .create(
                {
                    "service_id": self.water.id,
                    "territory_id": self.province.id,
                    "grid_id": self.env.ref("srm_projects.grid_equal").id,
                    **values,
                }
            )
        )
        ranking.action_rank()
        return ranking

    def plan(self, ranking, ceiling, **values):
        plan = (
            self.env["srm.urgent.plan"]
            .with_user(self.network_officer)
            .create(
                {
                    "title": "Plan",
                    "ranking_id": ranking.id,
                    "ceiling": ceiling,
                    **values,
                }
            )
        )
        plan.action_build()
        return plan


@tagged("post_install", "-at_install")
class TestNetworkSection(NetworkCase):
    def test_drawing_gives_the_place_and_the_length(self):
        section = self.section(geometry=LINE)
        self.assertEqual((section.longitude, section.latitude), (-9.6, 30.41))
        self.assertAlmostEqual(section.drawn_m, 1111.95, 1)
        for wrong in ("x", '{"type": "Polygon"}', LINE.replace("30.4]", "130.4]")):
            with self.assertRaisesRegex(ValidationError, "GeoJSON"):
                section.geometry = wrong

    def test_health_by_age_then_by_inspection(self):
        material = self.env.ref("srm_projects.material_pvc")
        material.life = 40
        section = self.section(material_id=material.id, year=self.today.year - 40)
        self.assertEqual(section.health, 5.5)
        section.year = False
        self.assertIn("year", section.health_missing)
        section.year = self.today.year
        inspection = self.inspection(section, condition_factor=4, grade_seen="2")
        inspection.with_user(self.network_manager).action_validate()
        self.assertEqual(section.health, 2)

    def test_cost_by_the_smallest_diameter_that_holds(self):
        prices = self.env["srm.unit.cost"]
        prices.search([("kind", "in", ("main", "tank"))]).unlink()
        for kind, bound, amount in (
            ("main", 200, 1000.01),
            ("main", 0, 3000),
            ("tank", 0, 500000),
        ):
            prices.create({"kind": kind, "diameter_max": bound, "amount": amount})
        self.assertEqual(self.section("A", diameter=200).cost, 100001)
        self.assertEqual(self.section("B", diameter=201).cost, 300000)
        self.assertEqual(self.section("C", kind="tank").cost, 500000)
        section = self.section("D", cost_entered=7)
        self.assertEqual(section.cost, 7)
        dearer = self.section("E", diameter=200)
        prices.search([("kind", "=", "main"), ("diameter_max", "=", 200)]).amount = 2000
        dearer.action_refresh_cost()
        self.assertEqual((dearer.cost, section.cost), (200000, 7))

    def test_breaks_of_five_years_and_those_taken_over(self):
        section = self.section(breaks_taken_over=2)
        for days in (10, 400, 2000):
            self.env["srm.network.break"].with_user(self.network_officer).create(
                {"section_id": section.id, "date": self.today - timedelta(days)}
            )
        self.assertEqual(section.break_count, 4)

    def test_unique_code_and_possible_year(self):
        self.section()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.section()
        with self.assertRaisesRegex(ValidationError, "future"):
            self.section("F", year=self.today.year + 1)

    def test_a_page_of_sections_asks_once(self):
        sections = self.section("A")
        for number in range(9):
            sections |= self.section(f"B{number}", year=1990)
        fields_read = ["display_name", "break_count", "health", "grade", "cost"]
        sections.read(fields_read)  # rights and rules are read once
        counts = []
        for records in (sections[:1], sections):
            self.env.flush_all()
            sections.invalidate_recordset()
            before = self.env.cr.sql_log_count
            records.read(fields_read)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_roles_and_territory(self):
        section = self.section()
        for user in (self.director, self.manager):
            self.assertTrue(section.with_user(user).code)
            with self.assertRaises(AccessError):
                section.with_user(user).year = 2000
        far = new_test_user(
            self.env, "t_far", groups="srm_projects.group_network_officer"
        )
        far.srm_territory_ids = self.other_province
        found = self.env["srm.network.section"].with_user(far).search([])
        self.assertNotIn(section, found)
        with self.assertRaises(AccessError):
            self.env.ref("srm_projects.material_pvc").with_user(
                self.network_officer
            ).life = 3


@tagged("post_install", "-at_install")
class TestNetworkInspection(NetworkCase):
    def test_wsa_peak_and_mean_worst_of(self):
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        inspection = self.inspection(
            sewer, (self.bab, 1), (self.bab, 9), (self.bab, 9.5), (self.bac, 20)
        )
        self.assertEqual((inspection.total, inspection.peak), (35, 20))
        self.assertEqual((inspection.peak_grade, inspection.grade), ("3", "3"))
        self.assertEqual(inspection.quick, "3113")

    def test_one_bad_defect_is_not_five(self):
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        one = self.inspection(sewer, (self.bac, 1))
        five = self.inspection(sewer, *((self.bac, 5 * n) for n in range(5)))
        self.assertEqual((one.quick, five.quick), ("3100", "3500"))
        self.assertGreater(five.rating, one.rating)

    def test_continuous_defect_counts_once_per_metre(self):
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        inspection = self.inspection(sewer, (self.bab, 2))
        inspection.defect_ids.length_m = 3.2
        self.assertEqual(inspection.total, 20)

    def test_no_grade_is_invented(self):
        other = self.env.ref("srm_projects.defect_code_bbh")
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        inspection = self.inspection(sewer, (other, 1))
        self.assertFalse(inspection.grade)
        self.assertIn("BBH", inspection.grading_missing)
        with self.assertRaisesRegex(UserError, "no grade"):
            inspection.with_user(self.network_manager).action_validate()
        self.scale.score_ids = [Command.create({"code_id": other.id, "score": 1})]
        inspection.action_score()
        self.assertEqual(inspection.grade, "1")

    def test_validated_by_somebody_else_then_unchanged(self):
        sewer = self.section(kind="sewer", service_id=self.sanitation.id)
        inspection = self.inspection(sewer, (self.bac, 1))
        with self.assertRaises(AccessError):
            self.inspection(sewer, (self.bac, 1)).with_user(
                self.second_officer()
            ).action_validate()
        own = self.inspection(sewer).with_user(self.network_manager)
        own.sudo().entered_by_id = self.network_manager
        with self.assertRaisesRegex(UserError, "somebody else"):
            own.action_validate()
        inspection.with_user(self.network_manager).action_validate()
        self.assertEqual((sewer.grade, sewer.inspected_on), ("3", inspection.date))
        for change in (
            lambda: inspection.write({"length_m": 1}),
            lambda: inspection.defect_ids.write({"position": 3}),
            inspection.unlink,
        ):
            with self.assertRaisesRegex(UserError, f"{inspection.name} is .*Cancel it"):
                change()
        inspection.with_user(self.network_manager).action_cancel()
        self.assertFalse(sewer.grade)

    def second_officer(self):
        return new_test_user(
            self.env, "t_officer2", groups="srm_projects.group_network_officer"
        )

    def test_bounds_of_a_scale_grow(self):
        with self.assertRaisesRegex(ValidationError, "grow"):
            self.scale.threshold_ids[0].peak = 500
            self.scale._check_thresholds()


@tagged("post_install", "-at_install")
class TestDiagnosis(NetworkCase):
    def test_progress_counts_each_section_once(self):
        one = self.section("A", length_m=400)
        self.section("B", length_m=600)
        diagnosis = (
            self.env["srm.diagnosis"]
            .with_user(self.network_officer)
            .create(
                {
                    "name": "D",
                    "service_id": self.water.id,
                    "territory_id": self.province.id,
                    "date_start": self.today,
                    "date_end": self.today,
                }
            )
        )
        with self.assertRaises(AccessError):
            diagnosis.line_ids = [
                Command.create({"commune_id": self.commune.id, "km_planned": 1})
            ]
            diagnosis.action_start()
        diagnosis.line_ids.unlink()
        diagnosis.action_propose_communes()
        self.assertEqual(diagnosis.km_planned, 1)
        diagnosis.with_user(self.network_manager).action_start()
        for length in (100, 250):
            self.inspection(
                one, diagnosis_id=diagnosis.id, length_m=length, grade_seen="4"
            ).with_user(self.network_manager).action_validate()
        diagnosis.invalidate_recordset()
        self.assertEqual((diagnosis.km_done, diagnosis.progress), (0.25, 25))

    def test_nothing_to_inspect_is_said(self):
        diagnosis = self.env["srm.diagnosis"].create(
            {
                "name": "D",
                "service_id": self.sanitation.id,
                "territory_id": self.province.id,
                "date_start": self.today,
                "date_end": self.today,
            }
        )
        with self.assertRaisesRegex(UserError, "sections first"):
            diagnosis.action_propose_communes()


@tagged("post_install", "-at_install")
class TestPriority(NetworkCase):
    def sections(self):
        return [
            self.section("A", customers=5000, breaks_taken_over=10, cost_entered=60),
            self.section("B", customers=2500, cost_entered=50),
            self.section("C", customers=100, cost_entered=40),
            self.section("D", critical_customers=1),
        ]

    def test_contributions_add_up_and_unknown_scores_nothing(self):
        self.sections()
        ranking = self.ranking()
        lines = ranking.line_ids.sorted("rank")
        self.assertEqual(lines.section_id.mapped("code"), ["A", "B", "C", "D"])
        first = lines[0]
        self.assertEqual((first.part_customers, first.part_breaks), (10, 10))
        self.assertEqual(first.part_access, 0, "the test commune has no census")
        for line in lines:
            parts = sum(line[name] for name in line._fields if name.startswith("part_"))
            self.assertAlmostEqual(parts, line.score, 4)
        self.assertIn("not known", first.explanation)
        self.assertIn("10.00", first.explanation)
        self.assertIn("5,000", first.explanation)

    def test_access_rate_and_households_both_count(self):
        self.commune.households_2024 = 1000
        self.env["srm.territory.access"].create(
            {
                "territory_id": self.commune.id,
                "households": 1000,
                "running_water_pct": 40,
            }
        )
        self.section()
        line = self.ranking().line_ids
        self.assertEqual(line.criteria["households"], 600)
        self.assertEqual((line.part_access, line.part_households), (6, 1.2))

    def test_losses_of_the_last_month_that_matches(self):
        sector = self.sector()
        self.volume(sector)
        section = self.section(sector_id=sector.id)
        line = self.ranking().line_ids
        self.assertEqual(line.section_id, section)
        self.assertAlmostEqual(line.criteria["losses"], sector.volume_ids.ilp, 2)

    def test_ranked_once(self):
        self.sections()
        ranking = self.ranking()
        before = ranking.line_ids
        ranking.action_rank()
        self.assertEqual(ranking.line_ids, before)
        with self.assertRaises(AccessError):
            before[0].with_user(self.network_manager).score = 1

    def test_weights_are_logged(self):
        grid = self.env.ref("srm_projects.grid_equal").with_user(self.network_manager)
        criterion = grid.criterion_ids.filtered(lambda row: row.code == "breaks")
        criterion.weight = 7
        self.assertIn("1 → 7", grid.message_ids[0].body)
        with self.assertRaises(AccessError):
            criterion.with_user(self.network_officer).weight = 1
        with self.assertRaisesRegex(ValidationError, "above zero"):
            grid.criterion_ids.weight = 0
            grid._check_weights()

    def test_plan_under_a_ceiling_each_with_its_reason(self):
        self.sections()
        plan = self.plan(self.ranking(), 100)
        reasons = {line.section_id.code: line.reason for line in plan.line_ids}
        self.assertEqual(
            reasons, {"A": "taken", "B": "no_room", "C": "taken", "D": "no_cost"}
        )
        self.assertEqual((plan.taken_cost, plan.left), (100, 0))
        plan.skip = False
        plan.action_build()
        reasons = {line.section_id.code: line.reason for line in plan.line_ids}
        self.assertEqual(reasons["C"], "stopped")

    def test_forced_works_say_why_and_stay(self):
        self.sections()
        plan = self.plan(self.ranking(), 100)
        line = plan.line_ids.filtered(lambda one: one.section_id.code == "B")
        with self.assertRaisesRegex(ValidationError, "say why"):
            line.forced = True
        line.write({"forced": True, "forced_reason": "Promised to the commune"})
        plan.action_build()
        taken = plan.line_ids.filtered("taken").section_id.mapped("code")
        self.assertEqual(sorted(taken), ["B", "C"])

    def test_fragile_zones_only(self):
        self.commune.households_2024 = 1000
        self.env["srm.territory.access"].create(
            {
                "territory_id": self.commune.id,
                "households": 1000,
                "running_water_pct": 99,
            }
        )
        self.sections()
        ranking = self.ranking()
        with self.assertRaisesRegex(UserError, "no section"):
            self.plan(ranking, 100, fragile_only=True)
        self.commune.access_ids.running_water_pct = 40
        plan = self.plan(ranking, 100, fragile_only=True)
        self.assertEqual(len(plan.line_ids), 4)

    def test_approved_by_the_manager_becomes_a_project(self):
        self.sections()
        plan = self.plan(self.ranking(), 110)
        with self.assertRaises(AccessError):
            plan.action_approve()
        plan.with_user(self.network_manager).action_approve()
        with self.assertRaisesRegex(UserError, "Ceiling cannot change any more"):
            plan.ceiling = 1
        with self.assertRaises(AccessError):
            plan.action_create_project()
        plan.with_user(self.manager).action_create_project()
        project = plan.project_id
        self.assertEqual(project.srm_budget, 110)
        plan.with_user(self.manager).action_create_project()
        self.assertEqual(plan.project_id, project)
        with self.assertRaisesRegex(UserError, "carried out"):
            plan.with_user(self.network_manager).action_cancel()

    def test_map_shows_what_the_user_may_see(self):
        self.section("A", geometry=LINE, cost_entered=5)
        self.section("B", geometry=LINE, territory_id=self.other_commune.id)
        page = self.env["srm.network.map"]
        data = page.with_user(self.director).get_map({})
        labels = [feature["label"] for feature in data["features"]]
        self.assertLessEqual({"A", "B"}, set(labels))
        far = new_test_user(
            self.env, "t_far2", groups="srm_projects.group_network_officer"
        )
        far.srm_territory_ids = self.other_province
        seen = page.with_user(far).get_map({})["features"]
        self.assertEqual([feature["label"] for feature in seen], ["B"])
        with self.assertRaises(AccessError):
            page.with_user(self._user("t_none", "base.group_user")).get_map({})
        plan = self.plan(self.ranking(), 10)
        found = page.with_user(self.director).get_map({"plan": plan.id})
        self.assertEqual(found["features"][0]["key"], "taken")
        self.assertEqual(found["features"][0]["parts"][0][0], [30.4, -9.6])

    def test_condition_page(self):
        material = self.env.ref("srm_projects.material_pvc")
        material.life = 50
        for code, year in (("A", 1960), ("B", self.today.year - 30), ("C", 0)):
            self.section(
                code, length_m=1000, material_id=material.id, year=year, customers=1
            )
        page = self.env["srm.condition.dashboard"].with_user(self.director)
        data = page.get_dashboard({"province": self.province.id})
        cards = {card["key"]: card["value"] for card in data["cards"]}
        self.assertEqual((cards["km"], cards["due"], cards["unknown"]), (3, 1, 1))
        (row,) = data["tables"][0]["rows"]
        self.assertEqual((row[1], row[5]), (3, 2))


HEAD = "Référence;Origine;Activité;Type;Longueur;DN;Matériau;Année de pose;Casses\n"
ROWS = (
    "T-1;RAMSA;Eau potable;Conduite;120,5;110;PVC;1990;3",
    "T-2;RAMSA;Eau potable;Conduite;80;160;fd;2001;0",
)


@tagged("post_install", "-at_install")
class TestNetworkImports(NetworkCase):
    def imported(self, kind, head, *rows):
        record = (
            self.env["srm.import"]
            .with_user(self.network_officer)
            .create(
                {
                    "kind": kind,
                    "file": base64.b64encode((head + "\n".join(rows)).encode()),
                    "file_name": "take-on.csv",
                }
            )
        )
        record.action_preview()
        record.action_check()
        if record.row_ids.filtered(lambda row: row.state == "ok"):
            record.action_load()
        record.invalidate_recordset()
        return record

    def reasons(self, record):
        return " ".join(str(row.reason_text or "") for row in record.row_ids)

    def sections(self):
        return self.env["srm.network.section"].search(
            [("origin_reference", "in", ("T-1", "T-2"))], order="code"
        )

    def test_sections_twice_changes_nothing(self):
        record = self.imported("sections", HEAD, *ROWS)
        self.assertEqual(
            record.row_ids.mapped("state"), ["loaded", "loaded"], self.reasons(record)
        )
        total = record.total_ids.filtered("amount_field")
        self.assertEqual((total.file_amount, total.loaded_amount), (200.5, 200.5))
        one, two = self.sections()
        self.assertEqual((one.length_m, one.diameter, one.year), (120.5, 110, 1990))
        self.assertEqual(one.material_id, self.env.ref("srm_projects.material_pvc"))
        self.assertEqual(two.material_id, self.env.ref("srm_projects.material_fd"))
        again = self.imported("sections", HEAD, *ROWS)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        self.imported("sections", HEAD, ROWS[0].replace("120,5", "130"))
        self.assertEqual(one.length_m, 130)

    def test_every_reason_of_a_bad_section(self):
        row = "T-1;RAMSA;Eau potable;Conduite;;110;Bois;2190;3"
        reasons = self.reasons(self.imported("sections", HEAD, row))
        for word in ("material", "length", "future"):
            self.assertIn(word, reasons)
        self.assertFalse(self.sections())

    def test_history_of_bulk_meters(self):
        meter = self.env["srm.bulk.meter"].create(
            {"code": "M-9", "to_id": self.sector().id}
        )
        head = "Compteur;Origine;Mois;Volume\n"
        rows = ("M-9;RAMSA;01/03/2025;1 200,5", "M-9;RAMSA;01/04/2025;900")
        record = self.imported("bulk_readings", head, *rows)
        self.assertEqual(
            record.row_ids.mapped("state"), ["loaded", "loaded"], self.reasons(record)
        )
        self.assertEqual(sum(meter.reading_ids.mapped("volume")), 2100.5)
        total = record.total_ids.filtered("amount_field")
        self.assertEqual((total.file_amount, total.loaded_amount), (2100.5, 2100.5))
        again = self.imported("bulk_readings", head, *rows)
        self.assertEqual(set(again.row_ids.mapped("state")), {"unchanged"})
        changed = self.imported("bulk_readings", head, rows[1].replace("900", "950"))
        self.assertEqual(changed.row_ids.mapped("state"), ["updated"])
        april = meter.reading_ids.filtered(
            lambda one: one.month == fields.Date.to_date("2025-04-01")
        )
        self.assertEqual(april.volume, 950)
        unknown = self.imported("bulk_readings", head, "M-0;RAMSA;01/03/2025;1")
        self.assertIn("meter", self.reasons(unknown))
