import base64
import io
import json
import uuid
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.srm_kit.tests.pictures_common import endless, photo

from .common import HseCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
SIGNATURE = "data:image/png;base64," + base64.b64encode(PNG).decode()


def drawing(content):
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size, picture.convert("RGBA").tobytes()


@tagged("post_install", "-at_install")
class TestSrmMobileAttendance(HseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = cls._workers(3, "Staff")
        cls.staff[0].badge = "b-100"
        cls.campaign = cls._running()
        now = cls.env.cr.now()
        cls.session = cls._session(
            cls.campaign,
            start=now.replace(hour=0, minute=0, second=0, microsecond=0),
            stop=now.replace(hour=23, minute=0, second=0, microsecond=0),
        )

    def _submit(self, user=None, client_id=None, entered_on=None, **payload):
        payload = {
            "session": self.session.id,
            "worker": self.staff[0].id,
            "method": "badge",
            "signature": SIGNATURE,
            **payload,
        }
        return (
            self.env["srm.submission"]
            .with_user(user or self.leader)
            ._submit("attendance", client_id or str(uuid.uuid4()), payload, entered_on)
        )

    def test_signing_in(self):
        entered = fields.Datetime.now() - timedelta(hours=5)
        answer = self._submit(satisfaction=4, entered_on=f"{entered.isoformat()}.123Z")
        self.assertEqual((answer["state"], answer["repeated"]), ("done", False))
        line = self.session.attendance_ids
        self.assertEqual((line.worker_id, line.status), (self.staff[0], "present"))
        self.assertEqual(line.check_in, entered)
        self.assertEqual((line.method, line.satisfaction), ("badge", "4"))
        self.assertEqual(drawing(base64.b64decode(line.signature)), drawing(PNG))
        self.assertNotIn("signature", line.submission_id.payload)

    def test_an_entry_sent_after_the_sheet_was_closed(self):
        self.session.action_done()
        answer = self._submit(score=90)
        self.assertEqual(answer["state"], "done")
        line = self.session.attendance_ids
        self.assertEqual((line.status, line.score_after), ("present", 90))
        self.assertEqual(len(line.signature_sha256), 64)

    def test_repeated_entry_changes_nothing(self):
        client_id = str(uuid.uuid4())
        answers = [self._submit(client_id=client_id) for _time in range(5)]
        self.assertEqual([one["repeated"] for one in answers], [False] + [True] * 4)
        self.assertEqual({one["state"] for one in answers}, {"done"})
        self.assertEqual(len(self.session.attendance_ids), 1)

    def test_two_phones_the_same_person(self):
        self._submit()
        later = fields.Datetime.to_string(fields.Datetime.now())
        second = self._submit(method="search", entered_on=later)
        self.assertTrue(second["result"]["already"])
        self.assertEqual(len(self.session.attendance_ids), 1)
        self.assertEqual(self.session.attendance_ids.method, "badge")

    def test_badge_typed_without_the_list(self):
        answer = self._submit(worker=None, badge="B 100")
        self.assertEqual(answer["result"]["worker"], self.staff[0].id)

    def test_refused_then_mended_at_the_office(self):
        client_id = str(uuid.uuid4())
        answer = self._submit(client_id=client_id, worker=None, badge="999")
        self.assertEqual(answer["state"], "refused")
        self.assertIn("999", answer["message"])
        self.assertFalse(self.session.attendance_ids)
        self.staff[1].badge = "999"
        entry = self.env["srm.submission"].search([("client_id", "=", client_id)])
        entry.with_user(self.hse).sudo(False).action_retry()
        self.assertEqual(entry.state, "done")
        self.assertEqual(self.session.attendance_ids.worker_id, self.staff[1])
        self.assertEqual(self.session.attendance_ids.recorded_by_id, self.leader)

    def test_a_signature_is_needed(self):
        for image in (
            None,
            "",
            "data:text/html;base64,AAAA",
            "data:image/png;base64,!",
            "data:image/png;base64,AAAA",
            # Ten thousand million pixels, and a photograph
            "data:image/png;base64," + base64.b64encode(endless()).decode(),
            "data:image/png;base64," + base64.b64encode(photo()).decode(),
        ):
            self.assertEqual(self._submit(signature=image)["state"], "refused")
        self.assertFalse(self.session.attendance_ids)

    def test_another_leader_s_session_is_refused(self):
        other = self._session(self.campaign, user_id=self.hse.id)
        answer = self._submit(session=other.id)
        self.assertEqual(answer["state"], "refused")
        self.assertFalse(other.attendance_ids)

    def test_who_may_use_the_page(self):
        for user in (self.director, self.doctor):
            with self.assertRaises(AccessError):
                self._submit(user=user)
        with self.assertRaises(UserError):
            self._submit(client_id="not-a-uuid")
        client_id = str(uuid.uuid4())
        self._submit(client_id=client_id)
        with self.assertRaises(AccessError):
            self._submit(user=self.hse, client_id=client_id)

    def test_late_entry_after_the_sheet_was_closed(self):
        self.session._expect(self.staff)
        self.session.action_done()
        self.assertEqual(self._submit()["state"], "done")
        self.assertEqual(self.session.present_count, 1)

    def test_score_decides_when_the_quiz_must_be_passed(self):
        campaign = self._running(require_pass=True)
        session = self._session(campaign)
        self._submit(session=session.id, score=75)
        self.assertEqual(session.attendance_ids.result, "passed")

    def test_data_kept_on_the_phone(self):
        self.session._expect(self.staff[:1])
        page = self.env["srm.mobile.attendance"].with_user(self.leader)
        (session,) = page._data()["sessions"]
        self.assertEqual(session["id"], self.session.id)
        people = {person["id"]: person for person in session["people"]}
        self.assertEqual(set(people), set(self.staff.ids))
        self.assertTrue(people[self.staff[0].id]["expected"])
        self.assertEqual(people[self.staff[0].id]["badge"], "B100")
        self.assertNotIn("cin", people[self.staff[0].id])


@tagged("post_install", "-at_install")
class TestMobilePages(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        HseCase._user.__func__(cls, "t_leader_http", "srm_hse.group_session_leader")
        HseCase._user.__func__(cls, "t_staff_http", "srm_base.group_contributor")

    def test_pages(self):
        worker = self.url_open("/srm/m/sw.js")
        self.assertIn("/srm_hse/static/src/mobile/attendance.js", worker.text)
        self.assertIn("javascript", worker.headers["Content-Type"])
        login = self.url_open("/srm/m/attendance", allow_redirects=False)
        self.assertEqual(login.status_code, 303)
        self.authenticate("t_leader_http", "t_leader_http")
        page = self.url_open("/srm/m/attendance")
        config = page.text.split('type="application/json">')[1].split("</script>")[0]
        self.assertEqual(json.loads(config)["app"], "attendance")
        manifest = self.url_open("/srm/m/attendance/app.webmanifest").json()
        self.assertEqual(manifest["scope"], "/srm/m/")
        self.assertEqual(self.url_open("/srm/m/nothing").status_code, 404)
        self.assertEqual(self.url_open("/srm/m/app").status_code, 404)
        for path in json.loads(worker.text.split("const SHELL = ")[1].split(";\n")[0])[
            "files"
        ]:
            self.assertEqual(self.url_open(path).status_code, 200, path)
        self.authenticate("t_staff_http", "t_staff_http")
        self.assertEqual(self.url_open("/srm/m/attendance").status_code, 403)

    def test_entry_of_another_person_is_not_sent_in_my_name(self):
        self.authenticate("t_leader_http", "t_leader_http")
        answer = self.make_jsonrpc_request(
            "/srm/m/submit",
            {
                "app": "attendance",
                "user": self.env.ref("base.user_admin").id,
                "id": str(uuid.uuid4()),
                "payload": {},
            },
        )
        self.assertEqual(answer, {"state": "other_user"})
