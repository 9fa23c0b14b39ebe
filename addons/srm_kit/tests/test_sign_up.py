from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file, mute_logger

from odoo.addons.auth_signup.models.res_partner import SignupError


@tagged("post_install", "-at_install")
class TestSignUp(TransactionCase):
    """Nobody opens an account for himself, and it stays so."""

    def test_strangers_are_not_let_in(self):
        users = self.env["res.users"].sudo()
        self.assertEqual(users._get_signup_invitation_scope(), "b2b")
        stranger = {"login": "stranger@x.ma", "name": "Stranger", "password": "x" * 12}
        for token in (None, ""):
            with self.assertRaises(SignupError), self.env.cr.savepoint():
                users.signup(dict(stranger), token)
        self.assertFalse(users.search([("login", "=", "stranger@x.ma")]))

    @mute_logger("odoo.tools.convert")
    def test_an_update_closes_what_somebody_opened(self):
        settings = self.env["ir.config_parameter"]
        settings.set_param("auth_signup.invitation_scope", "b2c")
        convert_file(self.env, "srm_kit", "data/signup_data.xml", {}, mode="update")
        self.assertEqual(settings.get_param("auth_signup.invitation_scope"), "b2b")
