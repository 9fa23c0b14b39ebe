from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestSrmPortalLinks(PortalCase):
    """Links that open a file without a login: who gets one, and how long it works."""

    def setUp(self):
        super().setUp()
        self.reader = new_test_user(
            self.env, "links_reader", groups="srm_base.group_meter_reader"
        )

    def token(self):
        """The token as the database has it, read with the system's rights."""
        self.env.invalidate_all()
        return self.file.sudo().access_token

    def attacks(self, user):
        """Ways to a link of the file, as a user calls them."""
        file = self.file.with_user(user)
        context = {
            "active_model": "srm.debt.file",
            "active_id": self.file.id,
            "active_ids": self.file.ids,
        }
        share = self.env["portal.share"].with_user(user).with_context(**context)
        return {
            "get_portal_url": file.get_portal_url,
            "action_send_link": file.action_send_link,
            "action_share": file.with_context(**context).action_share,
            "window": lambda: share.default_get(["share_link"]),
            "window made": lambda: (
                share.create(
                    {
                        "res_model": "srm.debt.file",
                        "res_id": self.file.id,
                        "partner_ids": user.partner_id.ids,
                    }
                ).share_link
            ),
        }

    def test_neither_strangers_nor_staff_without_the_file_get_a_link(self):
        for user in (self.stranger, self.reader, self.env.ref("base.public_user")):
            for name, attack in self.attacks(user).items():
                with self.subTest(user=user.login, way=name):
                    with self.assertRaises(AccessError):
                        attack()
                    self.assertFalse(self.token())

    def test_the_creditor_itself_gets_no_link_either(self):
        """It has a login; a link would outlive it."""
        for name, attack in self.attacks(self.creditor).items():
            with self.subTest(way=name), self.assertRaises(AccessError):
                attack()
        self.assertFalse(self.token())
        self.assertNotIn("token", self.file.with_user(self.creditor)._get_share_url())

    def test_the_token_is_read_by_the_staff_only(self):
        self.file._portal_ensure_token()
        for name in ("access_token", "access_secret"):
            with self.assertRaises(AccessError):
                self.file.with_user(self.creditor).read([name])
        with self.assertRaises(AccessError):
            self.file.with_user(self.officer).read(["access_secret"])

    def test_nobody_chooses_a_token(self):
        for user in (self.officer, self.manager):
            for name in ("access_token", "access_secret"):
                with self.assertRaises(UserError):
                    self.file.with_user(user).write({name: "guess"})
        self.assertFalse(self.token())
        self.file.sudo().access_token = "guess"
        self.assertNotEqual(self.token(), "guess")
        self.assertGreaterEqual(len(self.token()), 43)

    def test_a_withdrawn_link_stays_withdrawn(self):
        token = self.file.with_user(self.officer)._portal_ensure_token()
        self.file.with_user(self.officer).action_revoke_link()
        self.assertFalse(self.token())
        for way in ("get_portal_url", "action_send_link"):
            with self.assertRaisesRegex(UserError, "withdrawn by"):
                self.attacks(self.manager)[way]()
        self.assertFalse(self.file._portal_ensure_token())
        self.file.with_user(self.officer).message_post(body="A message to all")
        self.assertFalse(self.token())
        self.assertEqual(self.file.access_revoked_by_id, self.officer)
        self.file.with_user(self.manager).action_allow_link()
        self.assertIn("access_token=", self.attacks(self.officer)["get_portal_url"]())
        self.assertFalse(self.file._portal_token_valid(token))

    def test_withdrawing_needs_the_right_to_change_the_file(self):
        token = self.file._portal_ensure_token()
        for user in (self.creditor, self.stranger, self.reader, self.director):
            for step in ("action_revoke_link", "action_allow_link"):
                with self.assertRaises(AccessError):
                    getattr(self.file.with_user(user), step)()
        self.assertEqual(self.token(), token)

    def test_every_shared_document_has_links_that_expire(self):
        """Those of Odoo too: bills, projects, tasks."""
        token = self.move._portal_ensure_token()
        self.assertEqual(self.move.access_token, token)
        self.assertLess(
            self.move.access_token_expiry, fields.Datetime.now() + timedelta(days=91)
        )
        thread = self.env["account.move"].with_user(self.stranger)
        found = thread._get_thread_with_access(self.move.id, token=token)
        self.assertEqual(found, self.move)
        self.move.sudo().access_token_expiry = fields.Datetime.subtract(
            fields.Datetime.now(), seconds=1
        )
        self.env.invalidate_all()
        self.assertFalse(self.move.access_token)
        self.assertFalse(thread._get_thread_with_access(self.move.id, token=token))

    def test_a_signature_without_a_link_opens_nothing(self):
        """The address of a message sent while links were withdrawn."""
        partner = self.creditor.partner_id
        signed = self.move._sign_token(partner.id)
        thread = self.env["account.move"].with_user(self.stranger)
        found = thread._get_thread_with_access(
            self.move.id, hash=signed, pid=partner.id
        )
        self.assertFalse(found)

    @property
    def move(self):
        return self.env["account.move"].search([], limit=1) or self.env[
            "account.move"
        ].create({"move_type": "entry"})

    def test_what_the_suite_keeps_on_a_bill_stays_inside(self):
        """A creditor reads its own bills, not what we note on them."""
        bills = self.env["account.move"].with_user(self.creditor)
        shown = bills.fields_get()
        self.assertIn("amount_total", shown)
        added = [
            name
            for name, field in bills._fields.items()
            if field._modules and all(m.startswith("srm_") for m in field._modules)
        ]
        self.assertTrue(added)
        self.assertFalse(shown.keys() & set(added))
        with self.assertRaises(AccessError):
            bills.search([(added[0], "!=", False)])
