import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_guard import GuardedCase

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nsigned")


@tagged("post_install", "-at_install")
class TestCampaignGuard(GuardedCase):
    """Lists, sheets, signatures, certificates and titles stay what they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workers = cls._workers(3)
        cls.new_worker = cls._workers(1, "Later", territory_id=False)
        cls.campaign = cls._running()
        cls.session = cls._session(cls.campaign)

    def _signed(self):
        self.session._expect(self.workers[0])
        line = self.session.attendance_ids
        line.with_user(self.leader)._sign_in("badge", signature=PNG)
        return line

    def test_the_list_of_a_campaign(self):
        for state in ("running", "closed"):
            if state == "closed":
                self.session.action_cancel()
                self.campaign.action_close()
            with self.subTest(state):
                self.attack(
                    self.campaign,
                    self.hse,
                    closed={
                        "state": "draft",
                        "code": "C-1",
                        "frozen_by_id": self.hr_officer.id,
                    },
                    frozen={
                        "province_ids": [Command.clear()],
                        "population_ids": [Command.clear()],
                        "require_pass": True,
                        "pass_mark": 1,
                    },
                    parts={
                        "target_ids": (
                            {"worker_id": self.new_worker.id},
                            {"excluded": True, "reason": "Ill"},
                        )
                    },
                    held={"require_pass": True, "frozen_date": "2020-01-01"},
                )

    def test_a_closed_campaign(self):
        self.session.action_cancel()
        self.campaign.action_close()
        times = {"start": "2026-04-01 09:00:00", "stop": "2026-04-01 11:00:00"}
        self.attack(
            self.campaign,
            self.hse,
            frozen={"objective": 1, "name": "Other"},
            parts={"session_ids": (times, times)},
        )
        self.session.with_user(self.hse).report = "<p>Cancelled: storm</p>"
        self.campaign.with_user(self.hse).description = "<p>What was learnt</p>"

    def test_a_held_session_and_its_sheet(self):
        self._attend(self.session, self.workers[0])
        self.session.action_done()
        self.attack(
            self.session,
            self.hse,
            closed={"state": "draft", "event_id": False},
            frozen={"start": "2026-01-01", "user_id": self.hse.id, "place": "Else"},
            parts={"attendance_ids": ({"worker_id": self.workers[1].id}, {"hours": 1})},
        )
        self.session.with_user(self.leader).report = "<p>Well attended</p>"

    def test_a_session_where_people_signed_in(self):
        self._attend(self.session, self.workers[0])
        other = self._running(name="Other")
        for name, value in {
            "campaign_id": other.id,
            "start": "2026-03-01 09:00:00",
            "theme_ids": [Command.clear()],
        }.items():
            self.assertRefused(
                lambda v={name: value}: self.session.with_user(self.leader).write(v),
                name,
            )

    def test_a_signed_presence(self):
        line = self._signed()
        self.assertEqual(len(line.signature_sha256), 64)
        self.assertRefused(line.with_user(self.leader).action_absent, "withdrawn")
        self.attack(
            line,
            self.leader,
            closed={
                "status": "absent",
                "check_in": "2026-03-01 08:00:00",
                "signature": PNG + PNG,
                "signature_sha256": "0" * 64,
                "recorded_by_id": self.hse.id,
                "score_after": 100,
                "result": "passed",
            },
            frozen={
                "worker_id": self.workers[1].id,
                "session_id": self._session(self.campaign).id,
            },
            held={"worker_id": self.workers[1].id, "check_in": "2026-03-01 08:00:00"},
        )
        line.with_user(self.leader).hours = 1.5
        self.assertProof(line, self.hse, "signature")

    def test_nobody_is_at_a_session_to_come_nor_longer_than_it(self):
        line = self._attend(self.session, self.workers[0])
        with self.assertRaisesRegex(UserError, "nobody was trained longer"):
            line.with_user(self.leader).hours = 20
        coming = self._session(
            self.campaign, start="2099-03-02 09:00:00", stop="2099-03-02 11:00:00"
        )
        with self.assertRaisesRegex(UserError, "not started"):
            self._attend(coming, self.workers[0])

    def test_nobody_is_invited_to_a_cancelled_session(self):
        self.session._expect(self.workers)
        self.session.action_cancel()
        with self.assertRaises(AccessError):
            self.session.with_user(self.director).action_invite()
        self.session.with_user(self.hse).action_invite()
        self.assertFalse(any(self.session.attendance_ids.mapped("invitation_channel")))

    def test_a_quiz_is_not_opened_by_who_only_reads(self):
        line = self._attend(self.session, self.workers[0])
        with self.assertRaises(AccessError):
            line.with_user(self.director).action_quiz_after()

    def test_an_answer_is_not_given_to_another_attendance(self):
        line = self._attend(self.session, self.workers[0])
        answer = self.env["survey.user_input"]
        user = self._user("t_survey", "survey.group_survey_manager")
        answer = answer.create(
            {"survey_id": self.env["survey.survey"].create({"title": "Quiz"}).id}
        )
        for name, value in {
            "srm_attendance_id": line.id,
            "srm_moment": "after",
        }.items():
            self.assertRefused(
                lambda v={name: value}: answer.with_user(user).write(v), name
            )

    def test_a_certificate(self):
        line = self._attend(self.session, self.workers[0])
        line.with_user(self.hse).action_issue_certificate()
        certificate = line.certificate_id
        self.assertEqual(certificate.issued_by_id, self.hse)
        self.attack(
            certificate,
            self.hse,
            closed={
                "name": "CERT/1",
                "session_id": False,
                "issued_by_id": self.hr_officer.id,
                "revoked_date": "2026-01-01",
            },
            frozen={
                "worker_id": self.workers[1].id,
                "title": "Work at height",
                "hours": 40,
                "valid_until": "2099-01-01",
                "theme_ids": [Command.clear()],
            },
            held={"title": "Work at height", "hours": 40},
        )
        certificate.with_user(self.hse).revoked_reason = "Wrong person"
        certificate.with_user(self.hse).action_revoke()
        self.assertRefused(
            lambda: certificate.with_user(self.hse).write({"revoked_reason": "x"}),
            "why it was revoked",
        )

    def test_a_material(self):
        material = self.env["srm.campaign.material"].create(
            {"name": "Slides", "file": PNG}
        )
        material.with_user(self.hse).action_approve()
        self.attack(
            material,
            self.hse,
            closed={"approved_by_id": self.hr_officer.id, "file_sha256": "0"},
            frozen={"name": "Other", "file": PNG + PNG, "version": "2"},
            held={"version": "2"},
        )
        self.assertProof(material, self.hse, "file")

    def test_a_title(self):
        title = self.env["srm.authorisation"].create(
            {
                "worker_id": self.workers[0].id,
                "type_id": self.env.ref("srm_hse.authorisation_type_first_aid").id,
                "date_from": "2026-01-01",
                "date_to": "2027-01-01",
            }
        )
        title.with_user(self.hse).action_grant()
        attacks = {
            "closed": {"state": "draft", "issued_by_id": self.hr_officer.id},
            "frozen": {
                "worker_id": self.workers[1].id,
                "date_to": "2099-01-01",
                "limits": "None",
            },
            "held": {"date_to": "2099-01-01", "worker_id": self.workers[1].id},
        }
        self.attack(title, self.hse, **attacks)
        title.with_user(self.hse).document = PNG
        self.assertProof(title, self.hse, "document")
        title.reason = "Left the trade"
        title.with_user(self.hse).action_withdraw()
        attacks["frozen"]["reason"] = "x"
        self.attack(title, self.hse, **attacks)
        self.assertFalse(title.copy().document)

    def test_an_examination(self):
        exam = self.env["srm.medical.exam"].with_user(self.doctor)
        exam = exam.create({"worker_id": self.workers[0].id, "conclusion": "unfit"})
        self.attack(
            exam,
            self.doctor,
            closed={"doctor_id": self.hse.id},
            frozen={"conclusion": "fit", "valid_until": "2099-01-01"},
            held={"conclusion": "fit"},
        )
        exam.notes = "<p>Seen again in June</p>"

    def test_conditions_of_a_work_are_set_by_the_manager(self):
        requirement = self.env["srm.work.requirement"].search([], limit=1)
        kind = requirement.type_id
        for attack in (
            requirement.with_user(self.hse).unlink,
            lambda: kind.with_user(self.hse).write({"medical_required": False}),
        ):
            with self.assertRaises(AccessError):
                attack()
        kind.with_user(self.manager).notice_months = 4
