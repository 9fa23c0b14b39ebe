from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmCertificate(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._workers(2, "Staff", name_ar="إبراهيم أيت لحسن")
        cls.campaign = cls._running(require_pass=True)
        cls.lines = cls._attend(cls._session(cls.campaign), cls.staff)

    def test_only_who_is_entitled_gets_one_once(self):
        self.lines[0]._record_score("after", 80)
        self.lines.action_issue_certificate()
        self.lines.action_issue_certificate()
        certificate = self.env["srm.certificate"].search(
            [("campaign_id", "=", self.campaign.id)]
        )
        self.assertEqual(certificate.worker_id, self.staff[0])
        self.assertEqual(certificate.hours, 2.5)
        self.assertEqual(certificate, self.lines[0].certificate_id)

    def _certificate(self, **vals):
        return self.env["srm.certificate"].create(
            {"worker_id": self.staff[0].id, "title": "Premiers secours", **vals}
        )

    def test_status_and_revocation(self):
        certificate = self._certificate(date="2020-01-01", valid_until="2021-01-01")
        self.assertEqual(certificate.status, "expired")
        with self.assertRaises(UserError):
            certificate.action_revoke()
        certificate.revoked_reason = "Wrong person"
        certificate.action_revoke()
        self.assertEqual(certificate.status, "revoked")
        with self.assertRaises(UserError):
            certificate.unlink()

    def test_numbers_and_tokens_differ(self):
        found = self._certificate() | self._certificate()
        self.assertEqual(len(set(found.mapped("name"))), 2)
        self.assertEqual(len(set(found.mapped("token"))), 2)

    def test_printed_in_french_and_arabic(self):
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
        found = self._certificate() | self._certificate()
        pdf = found.with_user(self.hse)._render_certificates()
        self.assertEqual(pdf[:5], b"%PDF-")
        self.assertIn(b"Tajawal", pdf)

    def test_roles(self):
        certificate = self._certificate()
        self.assertEqual(certificate.with_user(self.director).title, certificate.title)
        for user in (self.director, self.leader):
            with self.assertRaises(AccessError):
                certificate.with_user(user).write({"title": "Changed"})
        with self.assertRaises(AccessError):
            certificate.with_user(self.hse).read(["token"])


@tagged("post_install", "-at_install")
class TestCertificatePages(HttpCase):
    def test_anybody_may_check_the_paper(self):
        worker = self.env["srm.worker"].create(
            {"name": "Lahcen Ouhammou", "name_ar": "لحسن أوحمو"}
        )
        certificate = self.env["srm.certificate"].create(
            {"worker_id": worker.id, "title": "Work at height"}
        )
        page = self.url_open(f"/srm/hse/verify/{certificate.token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Lahcen Ouhammou", page.text)
        self.assertIn("Genuine and valid", page.text)
        arabic = self.url_open(f"/srm/hse/verify/{certificate.token}?lang=ar").text
        self.assertIn('lang="ar" dir="rtl"', arabic)
        self.assertIn(worker.name_ar, arabic)
        self.assertEqual(self.url_open("/srm/hse/verify/wrong").status_code, 404)
        denied = self.url_open(
            f"/srm/hse/certificates?ids={certificate.id}", allow_redirects=False
        )
        self.assertEqual(denied.status_code, 303)
