from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from .common import SrmCase


@tagged("post_install", "-at_install")
class TestResUsersApikeys(SrmCase):
    def key_of(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        expiration = fields.Datetime.now() + timedelta(days=1)
        return keys._generate("rpc", "key of the tests", expiration)

    def accepted(self, key):
        return self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key)

    def test_key_of_a_demo_login(self):
        user = new_test_user(
            self.env, "demo.tester", "srm_base.group_user", srm_demo_login=True
        )
        key = self.key_of(user)
        with patch.dict(config.options, {"srm_demo": "True"}):
            self.assertEqual(self.accepted(key), user.id)
        with patch.dict(config.options, {"srm_demo": ""}):
            self.assertFalse(self.accepted(key))

    def test_key_of_another_user(self):
        user = self.user("finance_officer")
        key = self.key_of(user)
        with patch.dict(config.options, {"srm_demo": ""}):
            self.assertEqual(self.accepted(key), user.id)
