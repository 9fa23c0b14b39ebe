from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HseCase


@tagged("post_install", "-at_install")
class TestPopulationThemeMaterial(HseCase):
    def test_criteria_must_all_be_met(self):
        job = self.env["hr.job"].create({"name": "Diver"})
        both = self._workers(1, "Both", job_id=job.id)
        self._workers(1, "Job only", job_id=job.id, kind="subcontractor")
        population = self.env["srm.population"].create(
            {"name": "Divers", "kind": "employee", "job_ids": job.ids}
        )
        found = self.env["srm.worker"].search(population._worker_domain())
        self.assertEqual(found, both)
        self.assertEqual(population.worker_count, 1)
        population.write({"kind": False})
        self.assertEqual(
            self.env["srm.worker"].search_count(population._worker_domain()), 2
        )

    def test_shipped_rows_have_french_and_arabic_names(self):
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
        theme = self.env.ref("srm_hse.theme_safety")
        self.assertEqual(theme.with_context(lang="fr_FR").name, "Sécurité")
        self.assertEqual(theme.with_context(lang="ar_001").name, "السلامة")
        before = self.env["srm.work.requirement"].search_count([])
        self.env["srm.work.kind"]._load_shipped()
        self.assertEqual(self.env["srm.work.requirement"].search_count([]), before)

    def test_approved_material_never_changes(self):
        material = self.env["srm.campaign.material"].create({"name": "Slides"})
        material.with_user(self.hse).action_approve()
        self.assertEqual(material.approved_by_id, self.hse)
        with self.assertRaises(UserError):
            material.version = "2"
        with self.assertRaises(AccessError):
            self.env["srm.theme"].with_user(self.director).create(
                {"name": "X", "code": "x"}
            )
