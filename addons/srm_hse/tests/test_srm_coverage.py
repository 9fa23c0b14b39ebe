from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from srm_engine.coverage import Attendance, Rate, Target, coverage

from odoo.tests import BaseCase, tagged

from ..tools.coverage import Cell, by, summed
from .common import HseCase

PROVINCES = {  # covered, target: rates 75.0, 84.0, 89.0, 84.5, 83.5
    "a": (150, 200),
    "b": (168, 200),
    "c": (89, 100),
    "d": (338, 400),
    "e": (167, 200),
}


def cells(counts):
    return [
        Cell(1, place, "employee", None, target, covered)
        for place, (covered, target) in counts.items()
    ]


@tagged("post_install", "-at_install")
class TestCoverageArithmetic(BaseCase):
    def test_trap_averaged(self):
        rates = by(cells(PROVINCES), lambda cell: cell.province)
        shown = [float(rate.rate) for rate in rates.values()]
        self.assertEqual(shown, [75.0, 84.0, 89.0, 84.5, 83.5])
        self.assertAlmostEqual(sum(shown) / 5, 83.2)
        total = summed(cells(PROVINCES))
        self.assertEqual((total.covered, total.target), (912, 1100))
        self.assertEqual(str(total.rate), "82.9")

    def test_trap_resummed_populations(self):
        found = [
            Cell(1, 1, "employee", None, 480, 433),
            Cell(1, 1, "subcontractor", None, 720, 575),
        ]
        rates = by(found, lambda cell: cell.kind)
        self.assertEqual(str(rates["employee"].rate), "90.2")
        self.assertEqual(str(rates["subcontractor"].rate), "79.9")
        self.assertEqual(str(summed(found).rate), "84.0")

    def test_no_target_has_no_rate(self):
        self.assertIsNone(summed([]).rate)

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                st.sampled_from(["employee", "subcontractor"]),
                st.integers(0, 50),
                st.integers(0, 50),
            ),
            max_size=20,
        ),
        st.randoms(),
    )
    def test_totals_equal_resums_in_any_order(self, rows, random):
        found = [
            Cell(1, place, kind, None, target, min(covered, target))
            for place, kind, target, covered in rows
        ]
        total = summed(found)
        for axis in (lambda c: c.province, lambda c: c.kind):
            parts = by(found, axis).values()
            self.assertEqual(sum(part.target for part in parts), total.target)
            self.assertEqual(sum(part.covered for part in parts), total.covered)
        shuffled = list(found)
        random.shuffle(shuffled)
        self.assertEqual(summed(shuffled), total)

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1),
        st.lists(
            st.tuples(st.sampled_from("abcdefghxy"), st.booleans(), st.booleans())
        ),
        st.tuples(st.sampled_from("abcdefghxy"), st.booleans(), st.booleans()),
        st.booleans(),
        st.randoms(),
    )
    def test_one_more_attendance_never_lowers(self, people, seen, more, rule, random):
        targets = [Target(person, person < "d" and "1" or "2") for person in people]
        before = coverage(targets, [Attendance(*one) for one in seen], rule)
        mixed = [*seen, more]
        random.shuffle(mixed)
        after = coverage(targets, [Attendance(*one) for one in mixed], rule)
        self.assertGreaterEqual(after.total.covered, before.total.covered)
        self.assertEqual(after.total.target, before.total.target)
        for name, rate in before.groups.items():
            self.assertGreaterEqual(after.groups[name].covered, rate.covered)


@tagged("post_install", "-at_install")
class TestSrmCoverage(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._workers(4, "Staff")
        cls.external = cls._workers(
            4,
            "External",
            kind="subcontractor",
            employer_id=cls.contractor.id,
            territory_id=cls.other_province.id,
        )
        cls.campaign = cls._running()

    def _total(self, campaign=None, until="2026-12-31"):
        campaign = campaign or self.campaign
        found = self.env["srm.coverage"]._cube(campaign, until)
        return summed(found)

    def test_trap_attendances_are_not_persons(self):
        first = self._session(self.campaign)
        second = self._session(
            self.campaign, start="2026-03-03 09:00:00", stop="2026-03-03 10:00:00"
        )
        self._attend(first, self.staff[:2])
        self._attend(second, self.staff[:2])
        self.assertEqual(self._total(), Rate(8, 2))
        page = self.env["srm.coverage.page"].get_page(self.campaign.id)
        self.assertEqual(page["effort"]["attendances"], 4)
        self.assertEqual(page["effort"]["hours"], 2 * 2.5 + 2 * 1)
        self.assertEqual(page["total"], {"target": 8, "covered": 2, "rate": 25.0})

    def test_people_outside_the_list_add_nothing(self):
        late = self._workers(1, "Late")
        self._attend(self._session(self.campaign), late | self.staff[0])
        self.assertEqual(self._total(), Rate(8, 1))

    def test_who_left_before_the_cut_off_is_not_counted(self):
        self._attend(self._session(self.campaign), self.staff[0] | self.staff[1])
        self.staff[0].end_date = "2026-06-30"
        self.staff[2].end_date = "2026-06-30"
        self.assertEqual(self._total(until="2026-06-30"), Rate(8, 2))
        self.assertEqual(self._total(until="2026-07-01"), Rate(6, 1))

    def test_a_session_after_the_cut_off_does_not_count(self):
        self._attend(self._session(self.campaign), self.staff[0])
        self.assertEqual(self._total(until="2026-03-01").covered, 0)
        self.assertEqual(self._total(until="2026-03-02").covered, 1)

    def test_the_quiz_when_it_must_be_passed(self):
        campaign = self._running(require_pass=True, pass_mark=60)
        lines = self._attend(self._session(campaign), self.staff[:3])
        self.assertEqual(self._total(campaign).covered, 0)
        for line, score in zip(lines, (59.9, 60, 100), strict=True):
            line._record_score("after", score)
        self.assertEqual(lines.mapped("result"), ["failed", "passed", "passed"])
        self.assertEqual(self._total(campaign).covered, 2)

    def test_themes_are_counted_apart(self):
        themes = self.env.ref("srm_hse.theme_safety") | self.env.ref(
            "srm_hse.theme_environment"
        )
        campaign = self._running(theme_ids=themes.ids)
        self._attend(self._session(campaign, theme_ids=themes[:1].ids), self.staff[:2])
        self._attend(self._session(campaign), self.staff[1:3])
        rows = {
            row["id"]: row
            for row in self.env["srm.coverage.page"].get_page(campaign.id)["tables"][
                "theme"
            ]
        }
        self.assertEqual(rows[themes[0].id]["covered"], 3)
        self.assertEqual(rows[themes[1].id]["covered"], 2)
        self.assertEqual(self._total(campaign).covered, 3)

    def test_tables_of_the_screen_add_up(self):
        self._attend(self._session(self.campaign), self.staff[:3] | self.external[0])
        page = self.env["srm.coverage.page"].get_page(self.campaign.id)
        for axis in ("province", "kind", "employer"):
            rows = page["tables"][axis]
            self.assertEqual(sum(row["target"] for row in rows), 8, axis)
            self.assertEqual(sum(row["covered"] for row in rows), 4, axis)
        heat = page["heat"]
        inner = Counter()
        for row in heat["rows"]:
            inner.update(
                target=sum(cell["target"] for cell in row["cells"]),
                covered=sum(cell["covered"] for cell in row["cells"]),
            )
            self.assertEqual(
                sum(cell["covered"] for cell in row["cells"]), row["total"]["covered"]
            )
        self.assertEqual((inner["target"], inner["covered"]), (8, 4))
        empty = [
            cell for row in heat["rows"] for cell in row["cells"] if not cell["target"]
        ]
        self.assertTrue(empty)
        self.assertTrue(all(cell["rate"] is None for cell in empty))
        self.assertEqual(page["curve"]["rates"], [0.0, 50.0, 50.0])
        days = page["curve"]["days"]
        self.assertEqual((days[0], days[1]), ("2026-01-01", "2026-03-02"))
        self.assertEqual(days[2], page["until"])
        line = next(one for one in page["comparison"] if one["id"] == self.campaign.id)
        self.assertEqual((line["covered"], line["rate"]), (4, 50.0))

    def test_database_and_engine_agree(self):
        self._attend(self._session(self.campaign), self.staff[:3] | self.external[:2])
        self.staff[3].end_date = "2026-02-01"
        lines = self.env["srm.attendance"].search(
            [("campaign_id", "=", self.campaign.id)]
        )
        expected = coverage(
            [
                Target(
                    str(target.worker_id.id),
                    target.kind,
                    not target.end_date or target.end_date.isoformat() >= "2026-12-31",
                )
                for target in self.campaign.target_ids
            ],
            [Attendance(str(line.worker_id.id)) for line in lines],
        )
        found = self.env["srm.coverage"]._cube(self.campaign, "2026-12-31")
        self.assertEqual(by(found, lambda cell: cell.kind), expected.groups)
        self.assertEqual(summed(found), expected.total)

    def test_not_reached_and_one_click_catch_up(self):
        self._attend(self._session(self.campaign), self.staff[:3])
        action = self.env["srm.coverage.page"].open_targets(
            self.campaign.id, {"province_id": self.province.id}, False
        )
        missing = self.env["srm.campaign.target"].search(action["domain"])
        self.assertEqual(missing.worker_id, self.staff[3])
        self.campaign.action_plan_catch_up()
        sessions = self.campaign.session_ids.filtered("catch_up")
        self.assertEqual(len(sessions), 2)
        self.assertEqual(
            sessions.attendance_ids.worker_id, self.staff[3] | self.external
        )
        self.assertEqual(sessions.province_id, self.province | self.other_province)

    def test_covered_can_be_searched_both_ways(self):
        self._attend(self._session(self.campaign), self.staff[:2])
        targets = self.env["srm.campaign.target"]
        mine = [("campaign_id", "=", self.campaign.id)]
        reached = targets.search([*mine, ("covered", "=", True)])
        self.assertEqual(reached.worker_id, self.staff[:2])
        self.assertEqual(len(targets.search([*mine, ("covered", "!=", True)])), 6)
        self.assertTrue(all(reached.mapped("covered")))

    def test_provincial_user_counts_the_province(self):
        self.hse.srm_territory_ids = self.province
        page = (
            self.env["srm.coverage.page"].with_user(self.hse).get_page(self.campaign.id)
        )
        self.assertEqual(page["total"]["target"], 4)

    def test_director_reads_the_screen_and_the_workbook(self):
        screen = self.env["srm.coverage.page"].with_user(self.director)
        self.assertEqual(screen.get_page(self.campaign.id)["total"]["target"], 8)
        report = screen._xlsx_report_coverage(self.campaign.id)
        self.assertEqual(len(report.sheets), 7)
        cuts = list(report.sheets[5].rows)
        self.assertEqual([row[4:6] for row in cuts], [(4, 0), (4, 0)])
        self.assertEqual(
            {row[0] for row in cuts}, {"Test province 1", "Test province 2"}
        )
        missing = [row[0] for row in report.sheets[-1].rows]
        self.assertEqual(
            sorted(missing), sorted((self.staff | self.external).mapped("name"))
        )
        self.assertEqual(list(report.sheets[0].rows)[-1][1:], (8, 0, 0.0))

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 7)), max_size=12))
    def test_any_sequence_of_attendances(self, visits):
        """Coverage only grows, repeated visits change nothing, totals are re-sums."""
        people = self.staff | self.external
        with self.cr.savepoint() as savepoint:
            sessions = self._session(self.campaign) | self._session(self.campaign)
            before = 0
            for session, person in visits:
                self._attend(sessions[session], people[person])
                found = self.env["srm.coverage"]._cube(self.campaign, "2026-12-31")
                now = summed(found).covered
                self.assertGreaterEqual(now, before)
                before = now
            self.assertEqual(before, len({person for _session, person in visits}))
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
