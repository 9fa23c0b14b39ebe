from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestAudit(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.edition = cls.env.ref("srm_hse.edition_45001_2018")
        cls.clauses = cls.edition.clause_ids[:2]
        cls.programme = cls.env["srm.audit.programme"].create(
            {
                "name": "2026",
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "edition_ids": cls.edition.ids,
                "site_ids": (cls.site | cls.other_site).ids,
            }
        )
        cls.audit = cls.env["srm.audit"].create(
            {
                "title": "Head office",
                "programme_id": cls.programme.id,
                "date": "2026-05-04",
                "site_ids": cls.site.ids,
                "clause_ids": cls.clauses.ids,
                "lead_id": cls.hse.id,
            }
        )

    def _reported(self):
        self.audit.with_user(self.hse).action_start()
        first, second = self.audit.line_ids
        first.write({"result": "conform", "evidence": "Register seen"})
        second.write({"result": "nonconformity", "evidence": "No minutes since March"})
        self.audit.with_user(self.hse).action_report()
        return second.nonconformity_id

    def test_programme_says_what_is_not_covered(self):
        self.assertEqual(self.programme.uncovered_site_ids, self.other_site)
        self.assertNotIn(self.clauses[0], self.programme.uncovered_clause_ids)
        share = 100 * 2 / len(self.edition.clause_ids)
        self.assertAlmostEqual(self.programme.coverage, share)

    def test_nobody_audits_own_work(self):
        with self.assertRaisesRegex(ValidationError, "own work"):
            self.audit.auditee_ids = self.hse

    def test_answers_rest_on_evidence(self):
        self.audit.with_user(self.hse).action_start()
        self.assertEqual(len(self.audit.line_ids), 2)
        with self.assertRaisesRegex(UserError, "2 lines have no answer"):
            self.audit.with_user(self.hse).action_report()
        with self.assertRaisesRegex(ValidationError, "evidence"):
            self.audit.line_ids[0].result = "conform"

    def test_finding_to_closed_audit(self):
        nonconformity = self._reported()
        self.audit.line_ids._open_nonconformities()
        self.assertEqual(self.audit.nonconformity_count, 1)
        self.assertEqual(
            (nonconformity.origin, nonconformity.site_id), ("audit", self.site)
        )
        with self.assertRaisesRegex(UserError, "still open"):
            self.audit.with_user(self.manager).action_close()
        self._close(nonconformity)
        self.audit.with_user(self.manager).action_close()
        self.assertEqual(self.audit.state, "closed")

    def _close(self, nonconformity):
        with self.assertRaisesRegex(UserError, "root cause"):
            nonconformity.with_user(self.hse).action_analyse()
        nonconformity.write({"correction": "Meeting held", "cause": "No secretary"})
        nonconformity.with_user(self.hse).action_analyse()
        with self.assertRaisesRegex(UserError, "no corrective action"):
            nonconformity.with_user(self.manager).action_close()
        action = self.env["srm.action"].create(
            {
                "title": "Name a secretary",
                "res_model": "srm.nonconformity",
                "res_id": nonconformity.id,
                "deadline": "2026-06-30",
                "user_id": self.staff.id,
                "control": "4_administrative",
                "control_reason": "A matter of organisation",
                "evidence": "Decision 12",
            }
        )
        action.action_done()
        with self.assertRaisesRegex(UserError, "not finished"):
            nonconformity.with_user(self.manager).action_close()
        action.check_note = "Two meetings held since"
        action.with_user(self.hse).action_effective()
        nonconformity.with_user(self.manager).action_close()

    def test_owner_does_not_close_own_nonconformity(self):
        record = self.env["srm.nonconformity"].create(
            {
                "title": "x",
                "description": "x",
                "user_id": self.manager.id,
                "correction": "Isolated",
                "cause": "Unknown to the team",
            }
        )
        action = self.env["srm.action"].create(
            {
                "title": "y",
                "res_model": record._name,
                "res_id": record.id,
                "deadline": "2026-01-01",
                "cancel_reason": "Not needed",
            }
        )
        record.action_analyse()
        action.action_cancel()
        with self.assertRaisesRegex(UserError, "somebody else"):
            record.with_user(self.manager).action_close()

    def test_deadline_by_gravity(self):
        vals = {"title": "x", "description": "x", "date": "2026-01-31"}
        major = self.env["srm.nonconformity"].create({**vals, "major": True})
        minor = self.env["srm.nonconformity"].create(vals)
        self.assertEqual(str(major.deadline), "2026-02-28")
        self.assertEqual(str(minor.deadline), "2026-04-30")

    def test_director_reads_only(self):
        self.assertEqual(self.audit.with_user(self.director).title, "Head office")
        with self.assertRaises(AccessError):
            self.audit.with_user(self.director).action_start()
        with self.assertRaises(AccessError):
            self.audit.with_user(self.hr_officer).read(["title"])


@tagged("post_install", "-at_install")
class TestManagementReview(ManagementCase):
    def test_every_required_input_has_its_line(self):
        review = self.env["srm.management.review"].create(
            {"date": "2026-12-10", "attendee_ids": [Command.set(self.director.ids)]}
        )
        topics = self.env["srm.review.topic"].search([])
        self.assertEqual(review.input_ids.topic_id, topics)
        review.conclusion = "<p>Suitable</p>"
        with self.assertRaisesRegex(UserError, "Missing"):
            review.with_user(self.manager).action_held()
        review.input_ids.content = "Presented"
        review.with_user(self.manager).action_held()
        self.assertEqual((review.state, review.missing_count), ("held", 0))
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            pdf = review.with_context(lang=lang)._render_pdf()
            self.assertTrue(pdf.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestPolicy(ManagementCase):
    def test_versions_replace_each_other_and_diffusion_is_proved(self):
        policy = self.env["srm.policy"].create({"name": "QSE policy"})
        Version = self.env["srm.policy.version"].with_user(self.hse)
        first = Version.create({"policy_id": policy.id, "text": "<p>One</p>"})
        second = Version.create({"policy_id": policy.id, "text": "<p>Two</p>"})
        self.assertEqual((first.number, second.number), (1, 2))
        with self.assertRaises(AccessError):
            first.action_approve()
        first.with_user(self.manager).action_approve()
        second.with_user(self.manager).action_approve()
        self.assertEqual((first.state, policy.current_version_id), ("replaced", second))
        self.assertFalse(policy.diffused)
        second.diffusion_ids = [Command.create({"proof": "Notice board, photo 3"})]
        self.assertTrue(policy.diffused)
        with self.assertRaisesRegex(UserError, "Text cannot change"):
            second.text = "<p>Changed</p>"

    def test_author_does_not_approve(self):
        policy = self.env["srm.policy"].create({"name": "Scope", "kind": "scope"})
        version = (
            self.env["srm.policy.version"]
            .with_user(self.manager)
            .create({"policy_id": policy.id, "text": "<p>x</p>"})
        )
        with self.assertRaisesRegex(UserError, "somebody else"):
            version.action_approve()
