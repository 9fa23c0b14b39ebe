from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import srm_campaign_print
from .common import HseCase


@tagged("post_install", "-at_install")
class TestSrmCampaignSession(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._workers(5, "Staff")
        cls.campaign = cls._running()

    def test_planning_fills_the_calendar(self):
        session = self._session(self.campaign)
        self.assertEqual(session.event_id.start, session.start)
        self.assertEqual(session.duration, 2.5)
        session.write({"stop": "2026-03-02 12:00:00"})
        self.assertEqual(session.event_id.stop, session.stop)
        event = session.event_id
        session.action_cancel()
        self.assertFalse(event.exists())

    def test_no_session_before_the_list_is_frozen(self):
        campaign = self._campaign()
        with self.assertRaises(UserError):
            self._session(campaign)

    def test_filling_takes_who_is_not_reached_nor_expected(self):
        held = self._session(self.campaign)
        self._attend(held, self.staff[0])
        session = self._session(self.campaign, capacity=3)
        session.action_fill()
        self.assertEqual(len(session.attendance_ids), 3)
        self.assertNotIn(self.staff[0], session.attendance_ids.worker_id)
        other = self._session(self.campaign)
        other.action_fill()
        self.assertEqual(len(other.attendance_ids), 1)
        session.action_fill()
        self.assertEqual(len(session.attendance_ids), 3)

    def test_closing_the_sheet_makes_absents(self):
        session = self._session(self.campaign)
        session.action_fill()
        self._attend(session, self.staff[0])
        session.action_done()
        session.action_done()
        self.assertEqual((session.present_count, session.absent_count), (1, 4))
        with self.assertRaises(UserError):
            session.write({"start": "2026-03-01 09:00:00"})
        with self.assertRaises(UserError):
            session.unlink()

    def test_a_session_to_come_cannot_be_closed(self):
        session = self._session(
            self.campaign, start="2099-01-01 09:00:00", stop="2099-01-01 10:00:00"
        )
        with self.assertRaises(UserError):
            session.action_done()

    def test_day_is_that_of_the_region(self):
        session = self._session(
            self.campaign, start="2026-06-01 23:30:00", stop="2026-06-02 01:00:00"
        )
        self.assertEqual(session.date.isoformat(), "2026-06-02")

    def test_invitations_by_mail_or_sms(self):
        self.staff[0].email = "a@example.com"
        self.staff[1].phone = "+212600000001"
        session = self._session(self.campaign)
        session.action_fill()
        session.action_invite()
        channel = {
            line.worker_id: line.invitation_channel for line in session.attendance_ids
        }
        self.assertEqual(
            [channel[worker] for worker in self.staff[:3]], ["mail", "sms", "none"]
        )
        mail = self.env["mail.mail"].search([("email_to", "ilike", "a@example.com")])
        self.assertEqual(len(mail), 1)
        sms = self.env["sms.sms"].search([("number", "=", "+212600000001")])
        self.assertIn(self.campaign.name, sms.body)
        session.action_invite()
        self.assertEqual(
            self.env["sms.sms"].search_count([("number", "=", "+212600000001")]), 1
        )

    def test_leader_sees_the_sessions_he_leads(self):
        mine = self._session(self.campaign)
        other = self._session(self.campaign, user_id=self.hse.id)
        seen = (
            self.env["srm.campaign.session"]
            .with_user(self.leader)
            .search([("id", "in", (mine | other).ids)])
        )
        self.assertEqual(seen, mine)
        with self.assertRaises(AccessError):
            other.with_user(self.leader).action_done()
        with self.assertRaises(AccessError):
            self.env["srm.campaign.session"].with_user(self.leader).create(
                {
                    "campaign_id": self.campaign.id,
                    "start": "2026-03-02 09:00:00",
                    "stop": "2026-03-02 10:00:00",
                }
            )
        with self.assertRaises(AccessError):
            mine.with_user(self.director).action_cancel()

    def test_printed_sheet_and_report(self):
        session = self._session(self.campaign)
        self._attend(session, self.staff[:2])
        session.action_done()
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            sheet = session.with_context(lang=lang)._render_pdf()
            self.assertEqual(sheet[:5], b"%PDF-")
            pdf = self.campaign.with_context(lang=lang)._render_pdf()
            self.assertEqual(pdf[:5], b"%PDF-")

    def test_report_lists_the_signatures(self):
        session = self._session(self.campaign)
        self._attend(session, self.staff[:2])
        kinds = [block["kind"] for block in self.campaign._print_blocks()]
        self.assertNotIn("sheet", kinds)  # not held yet
        session.action_done()
        sheets = [b for b in self.campaign._print_blocks() if b["kind"] == "sheet"]
        names = [row["cells"][1] for row in sheets[0]["rows"]]
        self.assertEqual(names, session.attendance_ids.worker_id.mapped("name"))
        with patch.object(srm_campaign_print, "SIGNATURES", 1):
            blocks = self.campaign._print_blocks()
        self.assertFalse([b for b in blocks if b["kind"] == "sheet"])
        texts = [b["text"] for b in blocks if b["kind"] == "boxed"]
        self.assertIn("2 presences", texts[-1])

    def test_catch_up_sessions_of_one_province_follow_day_after_day(self):
        self._workers(30, "More")
        campaign = self._running()
        campaign.action_plan_catch_up()
        sessions = campaign.session_ids.sorted("date")
        self.assertEqual(sessions.mapped("invited_count"), [30, 5])
        first, second = sessions.mapped("date")
        self.assertEqual((second - first).days, 1)
