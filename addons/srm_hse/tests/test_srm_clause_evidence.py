import io
import zipfile

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestClauseEvidence(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.evidence = cls.env.ref("srm_hse.evidence_parties")
        cls.clause = cls.env.ref("srm_hse.clause_45001_2018_4_2")
        cls.env["srm.interested.party"].search([]).unlink()

    def _party(self, days_ago):
        day = fields.Date.context_today(self.env.user) - relativedelta(days=days_ago)
        self.env["srm.interested.party"].create(
            {
                "name": "Communes",
                "kind": "communes",
                "needs": "Supply",
                "review_date": day,
            }
        )
        self.env.invalidate_all()

    def test_missing_then_late_then_green(self):
        self.assertEqual(
            (self.evidence.status, self.clause.status), ("missing", "missing")
        )
        self._party(400)
        self.assertEqual(self.evidence.status, "late")
        self.assertIn("365", self.evidence.reason)
        self._party(3)
        self.assertEqual((self.evidence.status, self.clause.status), ("green", "green"))

    def test_overdue_records_make_it_late(self):
        evidence = self.env.ref("srm_hse.evidence_nc")
        self.env["srm.nonconformity"].create(
            {"title": "Old", "description": "x", "deadline": "2020-01-01"}
        )
        self.assertEqual((evidence.status, evidence.late_count), ("late", 1))
        overdue = self.env["srm.nonconformity"].search(
            evidence.action_open_late()["domain"]
        )
        self.assertEqual(overdue.title, "Old")

    def test_every_shipped_evidence_can_be_computed(self):
        evidences = self.env["srm.clause.evidence"].search([])
        self.assertEqual(len(evidences), 38)
        self.assertLessEqual(
            set(evidences.mapped("status")), {"green", "late", "missing"}
        )
        self.assertTrue(all(evidences.mapped("clause_ids")))

    def test_every_shipped_clause_is_answered_by_records(self):
        shipped = [
            "9001_2015",
            "14001_2015",
            "14001_2026",
            "45001_2018",
        ]
        for edition in shipped:
            clauses = self.env.ref(f"srm_hse.edition_{edition}").clause_ids
            silent = clauses.filtered(lambda c: not c.evidence_ids)
            self.assertFalse(silent.mapped("display_name"))

    def test_a_draft_proves_nothing(self):
        awareness = self.env.ref("srm_hse.evidence_awareness")
        competence = self.env.ref("srm_hse.evidence_competence")
        self.env["srm.campaign"].search([("state", "=", "running")]).action_cancel()
        closed = [("state", "=", "closed"), ("session_ids.state", "=", "done")]
        before = self.env["srm.campaign"].search_count(closed)
        self._workers(2)
        campaign = self._campaign()
        title = self.env["srm.authorisation"].create(
            {
                "worker_id": self._workers(1, "Climber").id,
                "type_id": self.env.ref("srm_hse.authorisation_type_first_aid").id,
            }
        )
        self.assertEqual(awareness.record_count, before)
        titles = self.env["srm.authorisation"].search(competence._get_domain())
        self.assertNotIn(title, titles)
        campaign.action_compute_targets()
        campaign.action_freeze()
        session = self._session(campaign)
        self._attend(session, campaign.target_ids.worker_id[:1])
        session.action_done()
        title.action_grant()
        self.env.invalidate_all()
        self.assertEqual(awareness.record_count, before + 1)
        titles = self.env["srm.authorisation"].search(competence._get_domain())
        self.assertIn(title, titles)

    def test_lapsed_authorisation_makes_competence_late(self):
        competence = self.env.ref("srm_hse.evidence_competence")
        kind = self.env.ref("srm_hse.authorisation_type_first_aid")
        worker = self._workers(1, "Climber")
        vals = {"worker_id": worker.id, "type_id": kind.id}
        old = self.env["srm.authorisation"].create(
            {**vals, "date_from": "2024-01-01", "date_to": "2025-01-01"}
        )
        old.action_grant()
        lapsed = self.env["srm.authorisation"].search(competence._get_late_domain())
        self.assertIn(old, lapsed)
        self.assertTrue(old.lapsed)
        self.env["srm.authorisation"].create(vals).action_grant()
        self.env.invalidate_all()
        self.assertFalse(old.lapsed)

    def test_corrected_definitions_are_taken_again(self):
        """What the migration calls: shipped definitions over those of the database."""
        evidence = self.env.ref("srm_hse.evidence_awareness")
        shipped = evidence.domain
        other = self.env.ref("srm_hse.evidence_drills")
        evidence.domain = other.domain = "[]"
        self.env["srm.clause.evidence"]._reload_seed({"evidence_awareness"})
        self.assertEqual((evidence.domain, other.domain), (shipped, "[]"))
        self.assertEqual(evidence.name, "Campaigns with sessions held")
        french = evidence.with_context(lang="fr_FR")
        self.assertEqual(french.name, "Campagnes avec séances tenues")

    def test_procedure_answers_the_clauses_it_names(self):
        evidence = self.env.ref("srm_hse.evidence_procedure_8_6")
        clause = self.env.ref("srm_hse.clause_9001_2015_8_6")
        policy = self.env["srm.policy"].create(
            {"name": "Release", "kind": "procedure", "clause_ids": clause.ids}
        )
        self.assertEqual(evidence.status, "missing")
        version = (
            self.env["srm.policy.version"]
            .with_user(self.hse)
            .create({"policy_id": policy.id, "text": "<p>Release</p>"})
        )
        version.with_user(self.manager).action_approve()
        self.env.invalidate_all()
        self.assertEqual((evidence.status, clause.status), ("green", "green"))

    def test_editions_are_data(self):
        editions = self.env["srm.standard.edition"].search([])
        names = set(editions.mapped("display_name"))
        expected = {
            "ISO 9001:2015",
            "ISO 14001:2015",
            "ISO 14001:2026",
            "ISO 45001:2018",
        }
        self.assertLessEqual(expected, names)
        new = self.env["srm.standard.edition"].create(
            {"standard_id": editions[0].standard_id.id, "year": 2099}
        )
        clause = self.env["srm.standard.clause"].create(
            {
                "edition_id": new.id,
                "number": "4.2",
                "name": "Parties",
                "evidence_ids": [(4, self.evidence.id)],
            }
        )
        self._party(1)
        self.assertEqual(clause.status, "green")

    def test_clause_search_follows_the_screen(self):
        Clause = self.env["srm.standard.clause"]
        missing = Clause.search([("status", "=", "missing")])
        self.assertIn(self.clause, missing)
        self.assertEqual(set(missing.mapped("status")), {"missing"})

    def test_wrong_definition_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not\\s+valid"):
            self.evidence.date_field = "nothing"
        with self.assertRaisesRegex(ValidationError, "not\\s+valid"):
            self.evidence.domain = "[('nothing', '=', 1)]"

    def test_auditor_page_counts_add_up(self):
        edition = self.env.ref("srm_hse.edition_45001_2018")
        data = (
            self.env["srm.auditor.page"]
            .with_user(self.director)
            .get_dashboard({"edition": str(edition.id)})
        )
        total = sum(card["value"] for card in data["cards"])
        self.assertEqual(total, len(edition.clause_ids))
        self.assertEqual(len(data["tables"][1]["rows"]), total)
        with self.assertRaises(AccessError):
            self.env["srm.auditor.page"].with_user(self.staff).get_dashboard()

    def test_evidence_pack_has_an_index_and_every_evidence(self):
        edition = self.env.ref("srm_hse.edition_14001_2026")
        self._party(1)
        pack = zipfile.ZipFile(
            io.BytesIO(edition.with_user(self.director)._evidence_pack())
        )
        expected = {f"{e.code}.xlsx" for e in edition.clause_ids.evidence_ids}
        self.assertEqual(set(pack.namelist()), {"index.xlsx", *expected})
        self.assertTrue(all(pack.read(name)[:2] == b"PK" for name in pack.namelist()))


@tagged("post_install", "-at_install")
class TestDocumentsByHttp(HttpCase, ManagementCase):
    def test_pack_and_pdf_obey_the_roles(self):
        edition = self.env.ref("srm_hse.edition_45001_2018")
        self._source("T-H1", self.diesel)
        period = self._period()
        pdf = f"/srm/pdf/srm.carbon.period?ids={period.id}"
        self.authenticate(self.director.login, self.director.login)
        self.assertEqual(
            self.url_open(f"/srm/hse/evidence/{edition.id}").status_code, 200
        )
        answer = self.url_open(pdf)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(self.url_open("/srm/pdf/res.users?ids=2").status_code, 404)
        self.assertEqual(self.url_open(f"{pdf},1").status_code, 400)
        self.authenticate(self.staff.login, self.staff.login)
        self.assertEqual(
            self.url_open(f"/srm/hse/evidence/{edition.id}").status_code, 404
        )
        self.assertEqual(self.url_open(pdf).status_code, 403)
