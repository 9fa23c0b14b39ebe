from datetime import datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.srm_committee import delegates_for
from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestCommittee(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls.env["srm.committee"].create(
            {
                "name": "CSH",
                "term_start": "2026-01-01",
                "member_ids": [
                    Command.create({"name": "A", "side": "employer", "role": "chair"}),
                    Command.create({"name": "B", "user_id": cls.committee.id}),
                    Command.create({"name": "C"}),
                    Command.create({"name": "D", "seat": "substitute"}),
                ],
            }
        )

    def _meeting(self, day, present=2, **vals):
        meeting = self.env["srm.committee.meeting"].create(
            {
                "committee_id": self.body.id,
                "date": datetime(2026, day, 1, 9),
                "minutes": "<p>Minutes</p>",
                **vals,
            }
        )
        meeting.presence_ids[:present].present = True
        return meeting

    def test_delegates_by_headcount(self):
        """Case LEG-03, labour code art. 433."""
        counts = (
            10,
            25,
            26,
            50,
            51,
            100,
            101,
            250,
            251,
            500,
            501,
            1000,
            1001,
            1500,
            1501,
        )
        expected = [1, 1, 2, 2, 3, 3, 5, 5, 7, 7, 9, 9, 10, 10, 11]
        self.assertEqual([delegates_for(count) for count in counts], expected)

    def test_too_many_delegates_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "delegates by law"):
            self.env["srm.committee"].create(
                {
                    "name": "Delegates",
                    "kind": "delegates",
                    "headcount": 20,
                    "member_ids": [Command.create({"name": n}) for n in ("A", "B")],
                }
            )

    def test_quorum(self):
        meeting = self._meeting(3, present=1)
        self.assertEqual((meeting.quorum, meeting.present_count), (2, 1))
        with self.assertRaisesRegex(UserError, "the quorum is 2"):
            meeting.action_held()
        substitute = meeting.presence_ids.filtered(lambda p: p.member_id.name == "D")
        substitute.present = True
        self.assertFalse(
            meeting.quorum_reached, "A substitute votes for an absent holder"
        )
        substitute.replaces_id = meeting.presence_ids[2].member_id
        meeting.action_held()
        self.assertEqual(meeting.state, "held")

    def test_minutes_are_approved_at_the_next_meeting(self):
        first = self._meeting(3)
        first.action_held()
        with self.assertRaisesRegex(UserError, "later meeting"):
            first.action_approve()
        second = self._meeting(6)
        second.action_held()
        first.action_approve()
        self.assertEqual(first.approved_in_id, second)
        with self.assertRaisesRegex(UserError, "Minutes cannot change"):
            first.minutes = "<p>Other</p>"

    def test_rhythm(self):
        self.assertEqual(self.body.next_due, fields.Date.to_date("2026-04-01"))
        self._meeting(3).action_held()
        self.body.invalidate_recordset()
        self.assertEqual(self.body.next_due, fields.Date.to_date("2026-06-01"))

    def test_yearly_report_is_due_ninety_days_after_the_year(self):
        """Case LEG-02."""
        report = self.env["srm.committee.report"].create(
            {"committee_id": self.body.id, "year": 2026}
        )
        self.assertEqual(report.due, fields.Date.to_date("2027-03-31"))
        with self.assertRaisesRegex(UserError, "receipts"):
            report.action_sent()
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            pdf = report.with_context(lang=lang)._render_pdf()
            self.assertTrue(pdf.startswith(b"%PDF"))

    def test_member_writes_the_minutes_of_own_body_only(self):
        meeting = self._meeting(3)
        meeting.with_user(self.committee).minutes = "<p>Ours</p>"
        other = self.env["srm.committee"].create({"name": "Another"})
        foreign = self.env["srm.committee.meeting"].create(
            {"committee_id": other.id, "date": datetime(2026, 3, 1)}
        )
        with self.assertRaises(AccessError):
            foreign.with_user(self.committee).read(["minutes"])

    def test_member_calls_a_meeting_of_own_body(self):
        meeting = self.env["srm.committee.meeting"].with_user(self.committee)
        meeting = meeting.create(
            {"committee_id": self.body.id, "date": datetime(2026, 3, 1)}
        )
        self.assertEqual(meeting.presence_ids.member_id, self.body.member_ids)

    def test_union_membership_is_for_hr(self):
        member = self.body.member_ids[1]
        member.with_user(self.hr_officer).union = "UMT"
        for user in (self.hse, self.committee, self.director):
            with self.assertRaises(AccessError, msg=user.login):
                member.with_user(user).read(["union"])

    def test_substitute_votes_in_the_place_of_an_absent_holder(self):
        meeting = self._meeting(6, present=1)
        lines = {line.member_id.name: line for line in meeting.presence_ids}
        lines["D"].write({"present": True, "replaces_id": lines["B"].member_id.id})
        self.assertEqual((meeting.present_count, meeting.quorum), (2, 2))
        lines["B"].present = True
        self.assertEqual(meeting.present_count, 2)
        self.assertFalse(lines["D"].votes)

    def test_workbook_of_the_year(self):
        report = self.env["srm.committee.report"].create(
            {"committee_id": self.body.id, "year": 2026}
        )
        self._meeting(3).action_held()
        workbook = report.with_user(self.director)._xlsx_report_year()
        rates, _incidents, meetings = (list(s.rows) for s in workbook.sheets)
        self.assertIsNone(rates[-1][1])
        self.assertEqual(rates[-1][2], "not computable")
        self.assertEqual([row[1:3] for row in meetings], [(2, 2)])
