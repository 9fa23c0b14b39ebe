from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .frozen_common import FrozenCase
from .settlement_common import SettlementCase


@tagged("post_install", "-at_install")
class TestTaxCertificate(FrozenCase, SettlementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Bureau Argane", "is_company": True}
        )

    def _state(self, certificate, day):
        certificate.invalidate_recordset(["state", "days_left"])
        with freeze_time(day):
            return certificate.state

    def test_it_serves_less_than_six_months(self):
        certificate = self._certificate(self.partner, "2026-01-15")
        self.assertEqual(fields.Date.to_string(certificate.date_expiry), "2026-07-14")
        self.assertEqual(self._state(certificate, "2026-06-28"), "valid")
        self.assertEqual(self._state(certificate, "2026-06-29"), "expiring")
        self.assertEqual(self._state(certificate, "2026-07-14"), "expiring")
        self.assertEqual(self._state(certificate, "2026-07-15"), "expired")
        valid_on = self.env["srm.tax.certificate"]._valid_on
        for day, found in (
            ("2026-01-14", {}),
            ("2026-07-14", {self.partner: certificate}),
            ("2026-07-15", {}),
        ):
            self.assertEqual(valid_on(self.partner, fields.Date.to_date(day)), found)

    def test_it_counts_once_verified_only(self):
        certificate = self._certificate(self.partner, verify=False)
        self.assertEqual(certificate.state, "to_verify")
        self.assertFalse(self.partner.srm_certificate_expiry)
        certificate.with_user(self.officer).action_verify()
        self.assertEqual(certificate.verified_by_id, self.officer)
        self.assertEqual(self.partner.srm_certificate_expiry, certificate.date_expiry)
        when = certificate.verified_on
        certificate.with_user(self.manager).action_verify()
        self.assertEqual(
            (certificate.verified_by_id, certificate.verified_on), (self.officer, when)
        )

    def test_verification_needs_the_document_and_is_not_typed(self):
        certificate = self._certificate(self.partner, verify=False)
        certificate.file = False
        with self.assertRefused("Attach the certificate"):
            certificate.action_verify()
        with self.assertRefused("Use its buttons"):
            certificate.with_user(self.officer).verified_by_id = self.officer

    def test_a_verified_certificate_is_frozen(self):
        certificate = self._certificate(self.partner)
        with self.assertRefused("Register another certificate"):
            certificate.number = "X"

    def test_a_verified_certificate_and_its_file_by_no_door(self):
        certificate = self._certificate(self.partner)
        digest = certificate.file_sha256
        self.assertEqual(certificate._proof("file"), b"attestation")
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", certificate._name),
                ("res_id", "=", certificate.id),
                ("res_field", "=", "file"),
            ]
        )
        values = {
            "number": "X",
            "partner_id": self.file.partner_id.id,
            "date_issue": self.today - timedelta(days=9),
            "date_expiry": self.today + timedelta(days=9),
            "file": "YXV0cmU=",
            "file_name": "autre.pdf",
            "file_sha256": "0" * 64,
            "verified_by_id": self.manager.id,
            "verified_on": "2026-01-01 10:00:00",
        }
        for user in (self.officer, self.manager):
            self.assertHeld(certificate, user, values)
            mine = files.with_user(user)
            self.assertAllRefused(
                {
                    "content": lambda mine=mine: mine.write({"raw": b"autre"}),
                    "away": lambda mine=mine: mine.write({"res_id": 0}),
                    "deleted": mine.unlink,
                    "beside": lambda mine=mine: mine.create(
                        {
                            "name": "autre",
                            "raw": b"autre",
                            "res_model": certificate._name,
                            "res_id": certificate.id,
                            "res_field": "file",
                        }
                    ),
                }
            )
        self.assertEqual(certificate.file_sha256, digest)
        self.assertDatabaseHolds(certificate, "date_expiry", self.today)
        self.assertDatabaseHolds(certificate, "verified_by_id", None)

    def test_who_verified_is_not_given_at_creation(self):
        certificates = self.env["srm.tax.certificate"].with_user(self.officer)
        values = {
            "partner_id": self.partner.id,
            "number": "N",
            "date_issue": self.today,
        }
        with self.assertRaises(UserError):
            certificates.create(values | {"verified_by_id": self.officer.id})
        context = {"default_verified_by_id": self.officer.id}
        made = certificates.with_context(**context).create(values)
        self.assertEqual(made.state, "to_verify")

    def test_dates(self):
        with self.assertRaises(ValidationError):
            self._certificate(self.partner, self.today + timedelta(days=1))
        certificate = self._certificate(self.partner, verify=False)
        with self.assertRaises(ValidationError):
            certificate.date_expiry = self.today + timedelta(days=200)
        certificate.date_expiry = self.today + timedelta(days=30)
        self.assertEqual(certificate.state, "to_verify")

    def test_searching_by_state_agrees_with_the_state(self):
        for days in (0, 165, 172, 200):
            partner = self.partner.copy({"name": f"F{days}"})
            self._certificate(partner, self.today - timedelta(days=days))
        self._certificate(self.partner, verify=False)
        certificates = self.env["srm.tax.certificate"].search([])
        for state in ("to_verify", "valid", "expiring", "expired"):
            self.assertEqual(
                certificates.search([("state", "=", state)]),
                certificates.filtered(lambda item, state=state: item.state == state),
            )

    def test_who_verified_it_is_told_once_before_it_expires(self):
        certificate = self._certificate(self.partner, self.today - timedelta(days=172))
        renewed = self.partner.copy({"name": "Renouvelé"})
        self._certificate(renewed, self.today - timedelta(days=172))
        self._certificate(renewed)
        for _run in range(2):
            self.env["srm.tax.certificate"]._cron_alert_expiring()
        self.assertEqual(len(certificate.activity_ids), 1)
        self.assertEqual(certificate.activity_ids.user_id, self.officer)
        self.assertEqual(
            certificate.activity_ids.date_deadline, certificate.date_expiry
        )
        self.assertFalse(renewed.srm_certificate_ids.activity_ids)

    def test_a_used_certificate_stays(self):
        self._drop_certificates(self.file.partner_id)
        certificate = self._certificate(self.file.partner_id)
        debt = self._debt(1200, nature="services")
        settlement = self._settlement(debt, count=1)
        self._schedule(settlement)
        # A small operation: nothing is kept, the certificate is noted all the same.
        order = self._order(settlement.instalment_ids)
        order.with_user(self.manager).draft2open()
        self.assertEqual(
            order.payment_ids.srm_withholding_ids.certificate_id, certificate
        )
        with self.assertRaises(UserError):
            certificate.unlink()
