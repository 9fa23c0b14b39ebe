from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestSrmDebtFileScore(ArrearsCase):
    def scored(self, **values):
        self.new_debt(20000, "scored", **values)
        return {line.component: line for line in self.file.score_line_ids}

    def test_points_add_up_to_the_score(self):
        lines = self.scored()
        self.assertEqual(len(lines), 6)
        self.assertAlmostEqual(
            sum(line.points for line in lines.values()), self.file.score, 2
        )
        self.assertEqual(sum(line.weight for line in lines.values()), 100)

    def test_components_follow_the_facts(self):
        self.file.write({"service_continuity": "3", "distress": "3"})
        lines = self.scored(amount_contested=5000)
        self.assertEqual(lines["age"].points, 25, "two years late and more")
        self.assertEqual(lines["small_firm"].points, 15, "small: three quarters of 20")
        self.assertEqual(lines["certified_share"].points, 11.25, "75 % of 15")
        self.assertEqual(lines["continuity"].points, 15)
        self.assertEqual(lines["distress"].points, 10)
        self.assertIn("75.00 %", lines["certified_share"].explanation)
        self.assertIn("Small", lines["small_firm"].explanation)
        self.assertIn(str(self.file.age_days), lines["age"].explanation)

    def test_every_change_is_logged_with_its_reason(self):
        self.scored()
        first = self.file.score
        self.assertEqual(self.file.score_log_ids.new_score, first)
        self.file.distress = "3"
        self.file.with_user(self.officer).action_score()
        log = self.file.score_log_ids[0]
        self.assertEqual(log.old_score, first)
        self.assertEqual(log.new_score, self.file.score)
        self.assertEqual(log.user_id, self.officer)
        self.assertEqual(log.changes, {"distress": ["0.00", "10.00"]})
        self.assertIn("0.00 → 10.00", log.detail)

    def test_scoring_again_without_change_logs_nothing(self):
        with freeze_time("2026-01-01"):
            self.scored()
            self.file._compute_scores("again")
        self.assertEqual(len(self.file.score_log_ids), 1)

    def test_weights_are_settings(self):
        self.scored()
        before = self.file.score
        self.env.company.write({"srm_weight_age": 0, "srm_weight_distress": 35})
        self.file.action_score()
        lines = {line.component: line for line in self.file.score_line_ids}
        self.assertEqual(lines["age"].weight, 0)
        self.assertEqual(lines["age"].points, 0)
        self.assertLess(self.file.score, before)

    def test_weight_without_points_is_shown_too(self):
        """Doubling a weight of a component at zero points must show in its line."""
        self.scored()
        self.env.company.write({"srm_weight_age": 20, "srm_weight_distress": 15})
        self.file.action_score()
        lines = {line.component: line for line in self.file.score_line_ids}
        self.assertEqual(lines["distress"].points, 0)
        self.assertEqual(lines["distress"].weight, 15)

    def test_queue_order_breaks_ties_by_registration(self):
        with freeze_time("2026-01-01"):
            self.scored()
            twin = self.new_file("Entreprise Jumelle", date_registered="2020-01-01")
            self.new_debt(20000, "scored", file_id=twin.id)
        self.assertEqual(twin.score, self.file.score)
        files = self.env["srm.debt.file"].search([("id", "in", (twin + self.file).ids)])
        self.assertEqual(files, twin + self.file)

    def test_file_score_moves_its_classified_debts(self):
        ready = self.new_debt(stage="classified")
        early = self.new_debt(stage="certified")
        self.file.with_user(self.officer).action_score()
        self.assertEqual(ready.stage, "scored")
        self.assertEqual(early.stage, "certified")

    def test_daily_refresh_takes_the_scores_of_other_days(self):
        with freeze_time("2025-01-01"):
            self.scored()
            self.env.flush_all()
        with freeze_time("2025-12-01"):
            self.env["srm.debt"]._refresh_exposure(limit=100000)
            self.env["srm.debt"]._refresh_scores(limit=100000)
            self.assertEqual(self.file.score_date.isoformat()[:10], "2025-12-01")
            self.assertEqual(self.env["srm.debt"]._refresh_scores(), (0, 0))

    def test_scores_cannot_be_written_by_hand(self):
        line = self.scored()["age"]
        with self.assertRaises(AccessError):
            line.with_user(self.manager).write({"points": 50})
        with self.assertRaises(AccessError):
            self.file.score_log_ids.with_user(self.manager).unlink()

    def test_director_cannot_score(self):
        self.scored()
        with self.assertRaises(AccessError):
            self.file.with_user(self.director).action_score()

    def test_scoring_many_files_takes_few_queries(self):
        files = self.file
        for rank in range(30):
            files |= self.new_file(f"Firme {rank}")
        for file in files:
            self.new_debt(1000, file_id=file.id)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            files._compute_scores("bulk")
        self.assertEqual(len(files.score_line_ids), 31 * 6)
