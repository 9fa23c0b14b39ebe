from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestScoring(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method = cls.env.ref("srm_hse.scoring_risk")
        cls.risk = cls.env["srm.risk"].create({"name": "Work at height"})

    def _evaluate(self, probability, severity, record=None, **vals):
        record = record or self.risk
        method = self.env["srm.scoring.method"].search(
            [("applies_to", "=", record._name), ("state", "=", "used")]
        )
        values = [probability, severity, 1][: len(method.criterion_ids)]
        evaluation = self.env["srm.evaluation"].create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "method_id": method.id,
                "value_ids": [
                    Command.create({"criterion_id": c.id, "value": v})
                    for c, v in zip(method.criterion_ids, values, strict=True)
                ],
                **vals,
            }
        )
        evaluation.action_confirm()
        return evaluation

    def test_product_of_four_by_four(self):
        """Case RISK-01: results from 1 to 16."""
        levels = {
            (p, s): self._evaluate(p, s).level for p in range(1, 5) for s in range(1, 5)
        }
        scores = {p * s for p, s in levels}
        self.assertEqual((min(scores), max(scores)), (1, 16))
        self.assertEqual(levels[1, 1], "1_low")
        self.assertEqual(levels[2, 2], "2_medium")
        self.assertEqual(levels[3, 3], "3_high")

    def test_residual_is_kept_beside_the_gross_level(self):
        self._evaluate(4, 4)
        self._evaluate(1, 2, residual=True)
        self.assertEqual((self.risk.score, self.risk.residual_score), (16, 2))
        self.assertEqual(
            (self.risk.level, self.risk.residual_level), ("3_high", "1_low")
        )

    def test_version_in_use_is_not_edited(self):
        with self.assertRaisesRegex(UserError, "new version"):
            self.method.high_from = 12
        first = self._evaluate(3, 3)
        new = self.env["srm.scoring.method"].browse(
            self.method.action_new_version()["res_id"]
        )
        new.write({"high_from": 12, "medium_from": 6})
        new.with_user(self.manager).action_use()
        second = self._evaluate(3, 3)
        self.assertEqual((first.level, second.level), ("3_high", "2_medium"))
        self.assertEqual((first.method_id.version, second.method_id.version), (1, 2))
        self.assertEqual(self.method.state, "retired")

    def test_legal_noncompliance_is_significant(self):
        aspect = self.env["srm.aspect"].create(
            {"name": "Discharge", "impact": "Pollution", "activity": "Treatment"}
        )
        self._evaluate(1, 1, aspect)
        self.assertEqual(aspect.level, "1_low")
        self._evaluate(1, 1, aspect, not_compliant=True)
        self.assertEqual(aspect.level, "3_high")

    def test_values_stay_on_the_scale_and_confirmed_ones_stay(self):
        with self.assertRaisesRegex(ValidationError, "from 1 to 4"):
            self._evaluate(5, 1)
        evaluation = self._evaluate(1, 1)
        with self.assertRaisesRegex(UserError, "Confirmed.*another evaluation"):
            evaluation.note = "Changed"

    def test_roles(self):
        with self.assertRaises(AccessError):
            self.risk.with_user(self.director).write({"name": "x"})
        self.assertEqual(self.risk.with_user(self.committee).name, "Work at height")
        with self.assertRaises(AccessError):
            self.risk.with_user(self.staff).read(["name"])
