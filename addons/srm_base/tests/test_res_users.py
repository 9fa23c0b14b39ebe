from unittest.mock import patch

from odoo.exceptions import AccessDenied
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import config, mute_logger

from ..tools.demo_mode import is_demo_mode
from .common import SrmCase

CREDENTIAL = {"login": "demo.tester", "password": "demo.tester", "type": "password"}


def demo_mode(value):
    """The server configuration says ``srm_demo = value``."""
    return patch.dict(config.options, {"srm_demo": value})


@tagged("post_install", "-at_install")
class TestResUsers(SrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demo = new_test_user(
            cls.env, "demo.tester", "srm_base.group_user", srm_demo_login=True
        )

    def log_in(self):
        # The environment of a server process: nobody is logged in yet.
        return self.env["res.users"].authenticate(CREDENTIAL, {"interactive": True})

    def test_demo_mode_is_read_from_the_configuration(self):
        for value, expected in (
            ("True", True),
            ("1", True),
            (True, True),
            ("False", False),
            ("0", False),
            ("", False),
            (None, False),
            ("nonsense", False),
        ):
            with demo_mode(value):
                self.assertIs(is_demo_mode(), expected, value)

    def test_demo_login_accepted_in_demo_mode(self):
        with demo_mode("True"):
            self.assertEqual(self.log_in()["uid"], self.demo.id)

    @mute_logger("odoo.addons.base.models.res_users")
    def test_demo_login_refused_otherwise(self):
        with demo_mode(""), self.assertRaisesRegex(AccessDenied, "demonstration mode"):
            self.log_in()

    @mute_logger("odoo.addons.base.models.res_users")
    def test_wrong_password_refused_in_demo_mode(self):
        credential = {**CREDENTIAL, "password": "wrong"}
        with demo_mode("True"), self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(credential, {"interactive": True})

    def test_other_users_log_in_anyway(self):
        new_test_user(self.env, "real.tester", "srm_base.group_user")
        credential = {**CREDENTIAL, "login": "real.tester", "password": "real.tester"}
        with demo_mode(""):
            found = self.env["res.users"].authenticate(
                credential, {"interactive": True}
            )
        self.assertTrue(found["uid"])

    @mute_logger("odoo.addons.base.models.res_users")
    def test_rpc_password_refused(self):
        with demo_mode(""), self.assertRaises(AccessDenied):
            self.env["res.users"]._check_uid_passwd(self.demo.id, "demo.tester")

    def test_open_sessions_end(self):
        with demo_mode("True"):
            self.assertTrue(self.demo._compute_session_token("session"))
        with demo_mode(""):
            self.assertFalse(self.demo._compute_session_token("session"))
        self.assertTrue(self.user("finance_officer")._compute_session_token("session"))

    def test_a_password_of_ones_own_lifts_the_flag(self):
        with demo_mode("True"):
            self.env["res.users"].with_user(self.demo).change_password(
                CREDENTIAL["password"], "Something-else-2026"
            )
        self.assertFalse(self.demo.srm_demo_login)
        credential = {**CREDENTIAL, "password": "Something-else-2026"}
        with demo_mode(""):
            found = self.env["res.users"].authenticate(
                credential, {"interactive": True}
            )
        self.assertEqual(found["uid"], self.demo.id)

    def test_a_deleted_user_has_no_session(self):
        gone = self.env["res.users"].browse(2**30)
        with demo_mode(""):
            self.assertFalse(gone._compute_session_token("session"))

    def test_copy_is_not_a_demo_login(self):
        self.assertFalse(self.demo.copy({"login": "copy"}).srm_demo_login)

    def test_only_administrators_see_the_flag(self):
        user = self.user("finance_officer")
        self.assertNotIn("srm_demo_login", self.demo.with_user(user).fields_get())


@tagged("post_install", "-at_install")
class TestDemoLoginHttp(HttpCase):
    def test_login_page_says_why(self):
        new_test_user(
            self.env, "demo.tester", "srm_base.group_user", srm_demo_login=True
        )
        with demo_mode(""), mute_logger("odoo.addons.base.models.res_users"):
            self.opener.cookies["frontend_lang"] = "en_US"
            page = self.url_open("/web/login")
            token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
            answer = self.url_open(
                "/web/login", data={**CREDENTIAL, "csrf_token": token}
            )
        self.assertIn("not in demonstration mode", answer.text)
