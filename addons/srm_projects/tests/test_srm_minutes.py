import base64
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_works import WorksCase


@tagged("post_install", "-at_install")
class TestMinutes(WorksCase):
    def meeting(self, days=0, present=2, **values):
        return (
            self.env["srm.minutes"]
            .with_user(self.manager)
            .create(
                {
                    "kind_id": self.env.ref("srm_projects.meeting_kind_governor").id,
                    "title": "Follow-up",
                    "territory_id": self.commune.id,
                    "date": fields.Datetime.now() + timedelta(days),
                    "presence_ids": [
                        Command.create({"name": f"Person {n}"}) for n in range(present)
                    ],
                    **values,
                }
            )
        )

    def decision(self, minutes, kind="decision", days=10, **values):
        due = self.today + timedelta(days)
        return self.env["srm.decision"].create(
            {
                "minutes_id": minutes.id,
                "kind": kind,
                "name": f"A {kind}",
                "date_due": due if kind in ("decision", "action") else False,
                "user_id": self.manager.id,
                **values,
            }
        )

    def closed(self, days=-10):
        minutes = self.meeting(days)
        minutes.action_open()
        self.decision(minutes, days=-2)
        self.decision(minutes, "information")
        minutes.action_close()
        return minutes

    def sign(self, minutes):
        files = self.env["ir.attachment"].with_user(self.manager)
        minutes.signed_document_ids = files.create(
            {"name": "pv.pdf", "datas": base64.b64encode(b"pv")}
        )
        minutes.action_sign()

    def test_written_while_open_then_never(self):
        minutes = self.closed()
        self.assertNotEqual(minutes.name, "/")
        self.assertEqual(minutes.decision_ids[0].number, f"{minutes.name}-01")
        for attempt in (
            lambda: minutes.write({"title": "Other"}),
            lambda: minutes.presence_ids[0].write({"name": "Other"}),
            lambda: minutes.decision_ids[0].write({"name": "Other"}),
            lambda: minutes.decision_ids[0].unlink(),
            lambda: self.decision(minutes),
            lambda: minutes.write({"item_ids": [Command.create({"name": "x"})]}),
            lambda: minutes.unlink(),
            lambda: minutes.write({"state": "open"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_quorum_and_outcome(self):
        minutes = self.meeting(present=1)
        minutes.action_open()
        self.decision(minutes)
        with self.assertRaisesRegex(UserError, "2 needed"):
            minutes.action_close()
        empty = self.meeting()
        empty.action_open()
        with self.assertRaisesRegex(UserError, "no outcome"):
            empty.action_close()

    def test_open_decisions_come_to_the_next_agenda(self):
        first = self.closed()
        waiting = first.decision_ids.filtered(lambda d: d.kind == "decision")
        second = self.meeting()
        second.action_open()
        self.assertEqual(second.carried_ids, waiting)
        self.assertEqual(second.previous_id, first)
        elsewhere = self.meeting(territory_id=self.other_commune.id)
        elsewhere.action_open()
        self.assertFalse(elsewhere.carried_ids)

    def test_approved_at_the_next_one(self):
        first = self.closed()
        with self.assertRaisesRegex(UserError, "signed document"):
            first.action_sign()
        second = self.meeting()
        second.action_open()
        with self.assertRaises(UserError):
            second.action_approve_previous()
        self.sign(first)
        second.action_approve_previous()
        self.assertEqual((first.state, first.approved_in_id), ("approved", second))
        shown = first.with_user(self.director).signed_document_ids
        self.assertEqual(shown.raw, b"pv")

    def test_done_with_a_proof_only(self):
        decision = self.closed().decision_ids[0]
        self.assertTrue(decision.late)
        self.assertIn(decision, decision.search([("late", "=", True)]))
        with self.assertRaisesRegex(UserError, "proof"):
            decision.action_done()
        decision.evidence = "Letter of the province"
        decision.action_done()
        self.assertFalse(decision.late)
        self.assertEqual(decision.date_done, self.today)
        with self.assertRaises(UserError):
            decision.evidence = "Other"
        self.assertNotIn(decision, decision.search([("late", "=", True)]))

    def test_a_decision_has_a_due_date(self):
        minutes = self.meeting()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.decision(minutes, date_due=False)
            self.env.flush_all()

    def test_one_reminder(self):
        decision = self.closed().decision_ids[0]
        for _time in range(2):
            self.env["srm.decision"]._cron_remind()
        self.assertEqual(len(decision.activity_ids), 1)

    def test_page_of_a_commune(self):
        minutes = self.meeting()
        minutes.action_open()
        self.decision(minutes, "request")
        minutes.action_close()
        self.project()
        place = self.commune.with_user(self.manager)
        self.assertEqual(place.srm_request_count, 1)
        self.assertEqual(place.srm_minutes_count, 1)
        self.assertEqual(place.srm_project_count, 1)
        self.assertEqual(self.province.with_user(self.manager).srm_request_count, 1)
        action = place.with_context(srm_counter="srm_request_count").action_srm_open()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, minutes.decision_ids)

    def test_roles(self):
        minutes = self.closed()
        self.assertTrue(minutes.with_user(self.director).title)
        with self.assertRaises(AccessError):
            self.meeting().with_user(self.director).action_open()
        with self.assertRaises(AccessError):
            minutes.with_user(self.network_officer).read(["title"])

    def test_prints(self):
        minutes = self.closed()
        for lang in ("en_US", "fr_FR"):
            pdf = minutes.with_context(lang=lang)._render_pdf()
            self.assertTrue(pdf.startswith(b"%PDF-"))


@tagged("post_install", "-at_install")
class TestPartnership(WorksCase):
    def test_renewal_is_asked_once(self):
        partner = self.env["res.partner"].create({"name": "Test university"})
        item = self.env["srm.partnership"].create(
            {
                "name": "Leak research",
                "partner_id": partner.id,
                "user_id": self.manager.id,
                "date_start": self.today,
                "date_end": self.today + timedelta(30),
            }
        )
        item.with_user(self.manager).action_sign()
        for _time in range(2):
            self.env["srm.partnership"]._cron_renewal()
        self.assertEqual(len(item.activity_ids), 1)
