from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_management import ManagementCase


@tagged("post_install", "-at_install")
class TestIncident(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.committee_body = cls.env["srm.committee"].create(
            {
                "name": "CSSCT",
                "kind": "cssct",
                "member_ids": [
                    Command.create(
                        {"name": "Chair", "side": "employer", "role": "chair"}
                    ),
                    Command.create({"name": "Delegate", "side": "staff"}),
                ],
            }
        )
        cls.employer_side, cls.staff_side = cls.committee_body.member_ids.sorted("side")

    def _incident(self, outcome="3_lost_time", kind="employee", **vals):
        return self.env["srm.incident"].create(
            {
                "title": "Fall from a ladder",
                "kind": "injury",
                "occurred": datetime(2026, 11, 2, 9, 0),
                "informed": datetime(2026, 11, 2, 11, 0),
                "site_id": self.site.id,
                "person_ids": [
                    Command.create({"kind": kind, "name": "Said", "outcome": outcome})
                ],
                **vals,
            }
        )

    def _deadline(self, incident, code):
        return incident.deadline_ids.filtered(lambda d: d.rule_id.code == code)

    def _analysed(self, incident):
        incident.with_user(self.hse).action_qualify()
        incident.write(
            {
                "committee_id": self.committee_body.id,
                "employer_member_id": self.employer_side.id,
                "staff_member_id": self.staff_side.id,
                "inquiry_date": "2026-11-05",
                "inquiry_report": "<p>Ladder not tied</p>",
                "cause_ids": [
                    Command.create({"name": "Ladder not tied", "root": True})
                ],
            }
        )
        incident.with_user(self.hse).action_decide()

    def _effective_action(self, incident):
        action = self.env["srm.action"].create(
            {
                "title": "Fixed ladders",
                "res_model": "srm.incident",
                "res_id": incident.id,
                "control": "3_engineering",
                "user_id": self.second_officer.id,
                "deadline": "2026-12-31",
                "evidence": "Photos 12 to 15",
            }
        )
        action.with_user(self.second_officer).action_done()
        action.check_note = "In use for three months"
        action.with_user(self.hse).action_effective()
        return action

    def test_legal_deadlines_of_a_work_accident(self):
        """Case LEG-02 and law 18-12: 48 h, 5 days, 5 days after, 15 days."""
        incident = self._incident()
        incident.with_user(self.hse).action_qualify()
        due = {d.rule_id.code: d.due for d in incident.deadline_ids}
        self.assertEqual(due["VICTIM"], datetime(2026, 11, 4, 9, 0))
        self.assertEqual(due["INSURER"], datetime(2026, 11, 7, 11, 0))
        self.assertEqual(due["INQUIRY"].date(), fields.Date.to_date("2026-11-17"))
        self.assertEqual(
            self._deadline(incident, "VICTIM")._state_at(due["VICTIM"]), "met"
        )
        self.assertFalse(due["LABOUR"], "Runs once the insurer was told")
        self._deadline(incident, "INSURER").done = datetime(2026, 11, 6, 10, 0)
        self.assertEqual(
            self._deadline(incident, "LABOUR").due, datetime(2026, 11, 11, 10, 0)
        )

    def test_delays_are_data(self):
        self.env.ref("srm_hse.deadline_insurer").write(
            {"delay": 3, "counting": "working"}
        )
        incident = self._incident(informed=datetime(2026, 11, 6, 8, 0))
        incident.with_user(self.hse).action_qualify()
        # Friday 6 November + 3 working days = Wednesday 11
        self.assertEqual(
            self._deadline(incident, "INSURER").due, datetime(2026, 11, 11, 8, 0)
        )

    def test_no_declaration_for_the_public_or_a_near_miss(self):
        public = self._incident(kind="public", outcome="5_fatal")
        public.with_user(self.hse).action_qualify()
        self.assertFalse(public.deadline_ids)
        self.assertEqual(public.severity, "5_fatal")

    def test_severity_is_unknown_until_the_persons_hurt_are_listed(self):
        incident = self.env["srm.incident"].create({"title": "Fall", "kind": "injury"})
        self.assertFalse(incident.severity)
        incident.person_ids = [Command.create({"name": "A", "outcome": "1_first_aid"})]
        self.assertEqual(incident.severity, "1_first_aid")
        near = self.env["srm.incident"].create({"title": "Trip", "kind": "near_miss"})
        self.assertEqual(near.severity, "near_miss")

    def test_states_of_a_deadline(self):
        incident = self._incident()
        incident.with_user(self.hse).action_qualify()
        deadline = self._deadline(incident, "INSURER")
        before = deadline.due - timedelta(hours=1)
        after = deadline.due + timedelta(hours=1)
        self.assertEqual(deadline._state_at(before), "running")
        self.assertEqual(deadline._state_at(after), "late")
        deadline.done = after
        self.assertEqual(deadline._state_at(after), "met_late")

    def test_alarm_is_raised_once(self):
        incident = self._incident()
        incident.with_user(self.hse).action_qualify()
        self.env["srm.incident"]._cron_alarms()
        count = len(incident.activity_ids)
        self.assertGreater(count, 0)
        self.env["srm.incident"]._cron_alarms()
        self.assertEqual(len(incident.activity_ids), count)

    def test_from_declared_to_closed(self):
        incident = self._incident()
        self._analysed(incident)
        with self.assertRaisesRegex(UserError, "not done yet"):
            incident.with_user(self.manager).action_close()
        waiting = incident.deadline_ids.filtered(lambda line: not line.done)
        waiting.done = datetime(2026, 11, 3)
        with self.assertRaisesRegex(UserError, "no action was decided"):
            incident.with_user(self.manager).action_close()
        self._effective_action(incident)
        with self.assertRaises(AccessError):
            incident.with_user(self.hse).action_close()
        incident.with_user(self.manager).action_close()
        self.assertEqual(incident.state, "closed")
        incident.with_user(self.manager).action_close()

    def test_grave_accident_needs_inquiry_of_both_sides_and_a_root_cause(self):
        incident = self._incident()
        incident.with_user(self.hse).action_qualify()
        with self.assertRaisesRegex(UserError, "one member of each side"):
            incident.with_user(self.hse).action_decide()
        with self.assertRaisesRegex(ValidationError, "employer's side"):
            incident.employer_member_id = self.staff_side
        near_miss = self._incident(
            kind="employee", outcome="0_unharmed", potential="high"
        )
        near_miss.with_user(self.hse).action_qualify()
        with self.assertRaisesRegex(UserError, "root cause"):
            near_miss.with_user(self.hse).action_decide()

    def test_five_whys(self):
        incident = self._incident()
        Cause = self.env["srm.incident.cause"]
        parent = Cause
        for number in range(1, 6):
            parent = Cause.create(
                {
                    "incident_id": incident.id,
                    "parent_id": parent.id,
                    "name": f"Why {number}",
                }
            )
        self.assertEqual(parent.depth, 5)
        with self.assertRaisesRegex(ValidationError, "end of the branch"):
            parent.parent_id.root = True
        other = self._incident()
        with self.assertRaisesRegex(ValidationError, "same incident"):
            Cause.create(
                {"incident_id": other.id, "parent_id": parent.id, "name": "Elsewhere"}
            )

    def test_lost_days_are_periods(self):
        person = self._incident().person_ids
        periods = [("2026-11-03", "2026-11-12"), ("2026-11-13", "2026-11-20")]
        person.period_ids = [
            Command.create({"date_from": first, "date_to": last})
            for first, last in periods
        ]
        self.assertEqual(person.lost_days, 18)
        with self.assertRaisesRegex(ValidationError, "day after the accident"):
            person.period_ids[0].date_from = "2026-11-02"
        with self.assertRaisesRegex(ValidationError, "overlap"):
            person.period_ids[1].date_from = "2026-11-12"

    def test_near_miss_with_somebody_hurt_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "it is an accident"):
            self._incident(kind="employee", outcome="1_first_aid").kind = "near_miss"

    def test_anybody_declares_and_sees_only_own_declarations(self):
        Incident = self.env["srm.incident"].with_user(self.staff)
        self._incident()
        mine = Incident.create({"title": "Open manhole", "kind": "situation"})
        self.assertEqual(Incident.search([]), mine)
        self.assertRegex(mine.name, r"INC/\d{4}/\d{4}")
        self.assertIn(mine.name, mine.action_declare()["params"]["message"])
        with self.assertRaises(AccessError):
            mine.action_qualify()

    def test_medical_data_is_for_the_doctor(self):
        person = self._incident().person_ids
        person.with_user(self.doctor).disability_rate = 12
        for user in (
            self.hse,
            self.manager,
            self.director,
            self.committee,
            self.hr_officer,
        ):
            with self.assertRaises(AccessError, msg=user.login):
                person.with_user(user).read(["disability_rate"])
        with self.assertRaises(AccessError):
            person.with_user(self.committee).read(["body_part"])

    def test_director_and_committee_read(self):
        incident = self._incident()
        for user in (self.director, self.committee, self.hr_officer):
            self.assertEqual(incident.with_user(user).severity, "3_lost_time")
            with self.assertRaises(AccessError, msg=user.login):
                incident.with_user(user).write({"title": "Changed"})
