from unittest.mock import patch

from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import TransactionCase, new_test_user, tagged

from ..hardening import harden
from ..models.doors import srm_login_attempt
from ..models.doors.srm_login_attempt import WINDOW


@tagged("post_install", "-at_install")
class TestLogins(TransactionCase):
    """What the drills on a running server (`tests/doors`) do not reach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = new_test_user(
            cls.env, "door.person", groups="base.group_user", email="p@example.com"
        )
        cls.attempts = cls.env["srm.login.attempt"]
        settings = cls.env["ir.config_parameter"]
        settings.set_param("base.login_cooldown_after", "5")
        settings.set_param("base.login_cooldown_duration", "60")

    def attempt(self, outcome="failed", account="door.person", source="192.0.2.1"):
        self.env.cr.execute(
            "INSERT INTO srm_login_attempt (account, source, moment, outcome)"
            " VALUES (%s, %s, now() AT TIME ZONE 'UTC', %s)",
            [account, source, outcome],
        )

    def refused(self, account="door.person", source="192.0.2.1") -> bool:
        try:
            self.attempts._refuse_locked(account, source)
        except AccessDenied:
            return True
        return False

    def age(self, seconds):
        self.env.cr.execute(
            "UPDATE srm_login_attempt SET moment = moment - %s * interval '1 second'",
            [seconds],
        )

    def test_the_wait_doubles_and_ends(self):
        for _number in range(5):
            self.attempt()
        self.assertTrue(self.refused())
        self.age(61)
        self.assertFalse(self.refused())
        self.attempt()
        self.age(61)
        self.assertTrue(self.refused(), "two minutes after the sixth")
        self.age(60)
        self.assertFalse(self.refused())
        for _number in range(20):
            self.attempt()
        self.age(901)
        self.assertFalse(self.refused(), "a quarter of an hour at most")

    def test_failures_are_forgotten(self):
        for _number in range(5):
            self.attempt()
        self.age(WINDOW)
        self.attempt()
        self.assertFalse(self.refused())
        self.age(2 * 86_400)
        self.attempts._gc_login_attempts()
        self.assertFalse(self.attempts.search([("source", "=", "192.0.2.1")]))

    def test_a_person_has_a_whole_network_of_ipv6(self):
        addresses = {
            "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
            "::ffff:192.0.2.1": "192.0.2.1",
            "192.0.2.1": "192.0.2.1",
            "nonsense": "nonsense",
        }
        for address, source in addresses.items():
            with patch.object(
                srm_login_attempt, "current_address", return_value=address
            ):
                self.assertEqual(self.attempts._source(), source)

    def test_an_administrator_lets_in_and_nobody_else_reads_who_failed(self):
        self.attempt()
        with self.assertRaises(AccessError):
            self.attempts.with_user(self.person).search([])
        rows = self.attempts.with_user(self.env.ref("base.user_admin")).search([])
        with self.assertRaises(AccessError):
            rows.write({"outcome": "succeeded"})
        rows.unlink()
        self.assertFalse(self.refused())

    def test_who_asks_for_a_password_gets_a_mail_if_there_is_an_account(self):
        requests = self.env["srm.password.request"]
        requests.create([{"login": name} for name in ("door.person", "nobody", " ")])
        cron = self.env.registry["ir.cron"]
        mail = self.env.registry["mail.mail"]
        with (
            patch.object(cron, "_commit_progress", return_value=60),
            patch.object(mail, "send") as send,
        ):
            requests._cron_send()
        self.assertFalse(requests.search([]))
        send.assert_called_once()
        self.assertEqual(self.person.partner_id.signup_type, "reset")

    def test_a_machine_never_logs_in(self):
        machine = new_test_user(
            self.env, "door.machine", groups="base.group_portal,srm_kit.group_machine"
        )
        account = {
            "login": machine.login,
            "password": machine.login,
            "type": "password",
        }
        with self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(account, {"interactive": False})
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._check_uid_passwd(machine.id, machine.login)
        self.assertFalse(machine._compute_session_token("a" * 84))
        self.assertTrue(self.person._compute_session_token("a" * 84))

    def test_a_key_of_a_machine_opens_its_own_endpoint_only(self):
        machine = new_test_user(
            self.env, "door.machine", groups="base.group_portal,srm_kit.group_machine"
        )
        keys = self.env["res.users.apikeys"]
        own = keys.with_user(machine).sudo()
        made = {
            scope: own._generate(scope, "test", False)
            for scope in ("srm.door", "rpc", None)
        }
        opened = {
            (made_for, scope)
            for made_for, key in made.items()
            for scope in ("srm.door", "srm.other", "rpc")
            if keys._check_credentials(scope=scope, key=key)
        }
        self.assertEqual(opened, {("srm.door", "srm.door")})

    def test_headers_say_no_more_than_they_must(self):
        plain = dict(harden({}, [("Content-Type", "text/html")]))
        self.assertIn("frame-ancestors", plain["Content-Security-Policy"])
        self.assertNotIn("Strict-Transport-Security", plain)
        own = harden({}, [("Content-Security-Policy", "default-src 'none'")])
        self.assertEqual(dict(own)["Content-Security-Policy"], "default-src 'none'")
        secure = {"wsgi.url_scheme": "https"}
        with patch.dict("odoo.addons.srm_kit.hardening.config.options") as options:
            options["srm_hsts_max_age"] = "600"
            (header,) = [v for k, v in harden(secure, []) if k.startswith("Strict")]
            self.assertEqual(header, "max-age=600")
            options["srm_hsts_max_age"] = "0"
            self.assertNotIn("Strict-Transport-Security", dict(harden(secure, [])))
