import base64
import uuid

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.srm_kit.tests.pictures_common import PLACE, PROGRAM, endless, photo

from .common_works import WorksCase

HEAD = "data:image/jpeg;base64,"
PHOTO = HEAD + base64.b64encode(photo()).decode()


@tagged("post_install", "-at_install")
class TestSiteEntry(WorksCase):
    def send(self, user, **payload):
        submissions = self.env["srm.submission"].with_user(user)
        return submissions._submit("site", str(uuid.uuid4()), payload)

    def test_photo_with_position(self):
        project = self.project()
        answer = self.send(
            self.manager,
            project=project.id,
            text="Trench open",
            photos=[PHOTO],
            latitude=30.42,
            longitude=-9.6,
        )
        self.assertEqual(answer["state"], "done")
        entry = project.srm_site_entry_ids
        self.assertEqual((entry.text, entry.photo_count), ("Trench open", 1))
        self.assertEqual((entry.latitude, entry.longitude), (30.42, -9.6))
        kept = base64.b64decode(entry.photo_ids.datas)
        self.assertTrue(kept.startswith(b"\xff\xd8\xff"))
        for hidden in (PLACE, PROGRAM):
            self.assertNotIn(hidden, kept)

    def test_sent_twice_is_entered_once(self):
        project = self.project()
        submissions = self.env["srm.submission"].with_user(self.manager)
        key = str(uuid.uuid4())
        payload = {"project": project.id, "text": "Once"}
        for _time in range(2):
            submissions._submit("site", key, payload)
        self.assertEqual(len(project.srm_site_entry_ids), 1)

    def test_a_technician_writes_in_the_diary_and_nothing_else(self):
        project = self.project()
        user = new_test_user(
            self.env, "t_technician", groups="srm_base.group_field_technician"
        )
        answer = self.send(user, project=project.id, text="Seen")
        self.assertEqual(answer["state"], "done", answer["message"])
        with self.assertRaises(AccessError):
            project.with_user(user).name = "Other"
        with self.assertRaises(AccessError):
            project.srm_site_entry_ids.with_user(user).text = "Changed"

    def test_what_is_no_photo_is_refused(self):
        project = self.project()
        for content in (b"a photo", photo(kind="PNG"), endless()):
            url = HEAD + base64.b64encode(content).decode()
            answer = self.send(self.manager, project=project.id, text="x", photos=[url])
            self.assertEqual(answer["state"], "refused")
        for url in ("data:text/html,x", HEAD + "!!!", HEAD):
            answer = self.send(self.manager, project=project.id, text="x", photos=[url])
            self.assertEqual(answer["state"], "refused")
        self.assertFalse(project.srm_site_entry_ids.photo_ids)
        self.assertIn("no photo", answer["message"])
        many = self.send(self.manager, project=project.id, text="x", photos=[PHOTO] * 6)
        self.assertEqual(many["state"], "refused")

    def test_page(self):
        project = self.project()
        page = self.env["srm.mobile.site"].with_user(self.manager)
        ids = [one["id"] for one in page._data()["projects"]]
        self.assertIn(project.id, ids)
        with self.assertRaises(AccessError):
            self.env["srm.mobile.site"].with_user(self.director)._check_allowed()
