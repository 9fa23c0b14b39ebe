from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestObligation(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.obligation = cls.env["srm.obligation"].create(
            {
                "name": "Discharge limits",
                "reference": "T-36-15",
                "application_ids": [
                    Command.create({"site_id": cls.site.id}),
                    Command.create({"site_id": cls.other_site.id}),
                ],
            }
        )
        cls.here, cls.there = cls.obligation.application_ids.sorted("site_id")

    def _evaluate(self, application, result, date):
        return self.env["srm.compliance.evaluation"].create(
            {
                "application_id": application.id,
                "result": result,
                "date": date,
                "evidence": "Analyses",
            }
        )

    def test_last_evaluation_counts(self):
        self._evaluate(self.here, "not_compliant", "2026-01-10")
        self._evaluate(self.here, "compliant", "2026-06-10")
        self.assertEqual(self.here.result, "compliant")
        self.assertEqual(str(self.here.next_date), "2027-06-10")
        self.assertEqual(
            (self.obligation.compliant_rate, self.obligation.unknown_count), (100, 1)
        )

    def test_not_applicable_needs_a_reason(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.there.applicable = False
            self.there.flush_recordset()

    def test_gap_without_action_makes_the_clause_late(self):
        evidence = self.env.ref("srm_hse.evidence_compliance")
        gap = self._evaluate(self.here, "not_compliant", "2026-11-01")
        late = self.env[evidence.model].search(evidence._get_late_domain())
        self.assertIn(gap, late)
        self.env["srm.action"].create(
            {
                "title": "Treat",
                "res_model": gap._name,
                "res_id": gap.id,
                "deadline": "2027-01-01",
            }
        )
        self.assertNotIn(
            gap, self.env[evidence.model].search(evidence._get_late_domain())
        )

    def test_register_ships_titles_in_three_languages(self):
        law = self.env.ref("srm_hse.obligation_28_00")
        self.env.cr.execute("SELECT name FROM srm_obligation WHERE id = %s", [law.id])
        self.assertLessEqual(
            {"en_US", "fr_FR", "ar_001"}, set(self.env.cr.fetchone()[0])
        )
        self.assertFalse(law.watch_date, "Nobody has looked it up yet")
