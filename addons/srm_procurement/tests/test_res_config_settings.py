from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .arrears_common import ArrearsCase


@tagged("post_install", "-at_install")
class TestResConfigSettings(ArrearsCase):
    def test_weights_must_sum_to_100(self):
        settings = self.env["res.config.settings"].create({"srm_weight_age": 30})
        self.assertEqual(settings.srm_weight_total, 105)
        with self.assertRaisesRegex(ValidationError, "105"):
            settings.execute()

    def test_two_weights_change_together(self):
        self.env["res.config.settings"].create(
            {"srm_weight_age": 30, "srm_weight_distress": 5}
        ).execute()
        weights = self.env.company._srm_score_weights()
        self.assertEqual((weights["age"], weights["distress"]), (30, 5))

    def test_negative_weight_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env.company.write({"srm_weight_age": -5, "srm_weight_distress": 40})

    def test_counting_rule_asks_for_a_refresh(self):
        cron = self.env.ref("srm_procurement.cron_refresh_exposure")
        domain = [("cron_id", "=", cron.id)]
        debt = self.new_debt()
        before = self.env["ir.cron.trigger"].search_count(domain)
        self.env["res.config.settings"].create(
            {"srm_counting": "date_to_date"}
        ).execute()
        self.assertEqual(self.env.company.srm_counting, "date_to_date")
        self.assertFalse(debt.exposure_date, "to be computed again the same day")
        self.assertGreater(self.env["ir.cron.trigger"].search_count(domain), before)

    def test_new_weights_score_again_the_same_day(self):
        self.new_debt(stage="scored")
        before = self.file.score
        self.env.company.write({"srm_weight_age": 5, "srm_weight_distress": 30})
        self.env["srm.debt"]._refresh_scores(limit=100000)
        self.assertNotEqual(self.file.score, before)
        self.assertFalse(self.file.score_stale)
