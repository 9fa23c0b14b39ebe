from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmAttendance(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._workers(3, "Staff")
        cls.campaign = cls._running()
        cls.session = cls._session(cls.campaign)

    def test_presence_keeps_the_first_record(self):
        line = self._attend(self.session, self.staff[0])
        first = line.check_in
        line._sign_in("badge", check_in="2026-03-02 10:00:00")
        self.assertEqual((line.check_in, line.method), (first, "office"))
        self.assertEqual(line.hours, 2.5)
        with self.assertRaises(UserError):
            line.unlink()

    def test_a_signed_presence_is_not_withdrawn(self):
        line = self._attend(self.session, self.staff[0])
        line.action_absent()
        self.assertEqual(line.status, "absent")
        line._sign_in("badge", signature=b"iVBORw0KGgo=")
        with self.assertRaises(UserError):
            line.action_absent()

    def test_nobody_signs_in_at_a_draft_session(self):
        draft = self.env["srm.campaign.session"].create(
            {
                "campaign_id": self.campaign.id,
                "start": "2026-03-02 09:00:00",
                "stop": "2026-03-02 10:00:00",
            }
        )
        with self.assertRaises(UserError):
            self._attend(draft, self.staff[0])

    def test_employer_of_the_day_is_kept(self):
        worker = self._workers(
            1, "Ext", kind="subcontractor", employer_id=self.contractor.id
        )
        line = self._attend(self.session, worker)
        worker.assignment_ids.date_to = "2026-04-01"
        worker.employer_id = self.env["res.partner"].create({"name": "New firm"})
        self.assertEqual(line.employer_id, self.contractor)

    def test_quiz_answer_gives_its_score(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Safety quiz",
                "scoring_type": "scoring_with_answers",
                "question_and_page_ids": [
                    (
                        0,
                        0,
                        {
                            "title": "Who may open the panel?",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                (
                                    0,
                                    0,
                                    {
                                        "value": "Authorised",
                                        "is_correct": True,
                                        "answer_score": 10,
                                    },
                                ),
                                (0, 0, {"value": "Anybody"}),
                            ],
                        },
                    )
                ],
            }
        )
        self.campaign.quiz_after_id = survey
        line = self._attend(self.session, self.staff[0]).with_user(self.leader)
        action = line.action_quiz_after()
        answer = line.sudo().answer_ids
        self.assertIn(answer.access_token, action["url"])
        self.assertEqual(line.action_quiz_after()["url"], action["url"])
        question = survey.question_ids
        answer.sudo()._save_lines(question, str(question.suggested_answer_ids[0].id))
        answer.sudo()._mark_done()
        self.assertEqual(line.score_after, 100)
        self.assertEqual(line.result, "passed")

    def test_roles(self):
        self.session._expect(self.staff[:1])
        line = self.session.attendance_ids
        line.with_user(self.leader).action_present()
        self.assertEqual(line.recorded_by_id, self.leader)
        other = self._session(self.campaign, user_id=self.hse.id)
        with self.assertRaises(AccessError):
            self.env["srm.attendance"].with_user(self.leader).create(
                {"session_id": other.id, "worker_id": self.staff[1].id}
            )
        self.assertEqual(line.with_user(self.director).status, "present")
        with self.assertRaises(AccessError):
            line.with_user(self.director).action_excused()
