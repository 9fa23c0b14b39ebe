from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .fake_models import GuardCase


@tagged("post_install", "-at_install")
class TestHistoryDoors(GuardCase):
    """Other ways to a line of history than the message itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice, cls.bob = (
            new_test_user(
                cls.env, login=login, groups="base.group_user", email=f"{login}@x.ma"
            )
            for login in ("door.alice", "door.bob")
        )
        cls.order = cls.env["srm.kit.order"].with_user(cls.alice).create({"name": "O"})
        cls.line = cls.order.message_post(body="Approved")

    def said(self):
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.order.sudo().message_ids
        return [(m.body, m.author_id, m.email_from, m.date) for m in lines]

    def assertStays(self, attack, error=UserError):
        before = self.said()
        with self.assertRaises(error), self.env.cr.savepoint():
            attack()
            self.env.flush_all()
        self.assertEqual(self.said(), before)

    def compose(self, **values):
        return (
            self.env["mail.compose.message"]
            .with_user(self.alice)
            .create(
                {
                    "model": self.order._name,
                    "res_ids": str(self.order.ids),
                    "composition_mode": "comment",
                    "body": "I agree",
                    **values,
                }
            )
        )

    def test_no_mail_is_composed_in_another_s_name(self):
        other = self.bob.partner_id
        for values in (
            {"author_id": other.id},
            {"email_from": "door.bob@x.ma"},
            {"email_from": other.email_formatted},
        ):
            with self.subTest(values):
                self.assertStays(lambda v=values: self.compose(**v).action_send_mail())

    def test_no_message_bears_another_s_address(self):
        messages = self.env["mail.message"].with_user(self.alice)
        place = {"model": self.order._name, "res_id": self.order.id, "body": "I agree"}
        address = self.bob.partner_id.email_formatted
        for values in (
            {"email_from": address},
            {"email_from": address, "author_id": False},
            {"email_from": '"The director" <nobody@x.ma>', "author_id": False},
        ):
            with self.subTest(values):
                self.assertStays(lambda v=values: messages.create(place | v))
                self.assertStays(
                    lambda v=values: self.order.message_post(body="I agree", **v)
                )
        guest = self.env["mail.guest"].create({"name": "Bob"})
        self.assertStays(lambda: messages.create(place | {"author_guest_id": guest.id}))

    def test_the_page_of_the_discussion_changes_comments_of_one_s_own_only(self):
        """It asks for the document, then writes with the system's rights."""
        comment = self.order.message_post(body="hm", message_type="comment")
        admin = self.env.ref("base.user_admin")
        for user, message in (
            (self.alice, self.line),
            (admin, self.line),
            (self.bob, comment),
            (admin, comment),
        ):
            with self.subTest(f"{user.login} {message.message_type}"):
                document = self.order.with_user(user)
                self.assertStays(
                    lambda d=document, m=message: d._message_update_content(
                        m.sudo(), body="changed"
                    )
                )
        self.order._message_update_content(comment.sudo(), body="well")
        self.assertIn("well", comment.body)

    def test_what_a_line_tracks_stays(self):
        tracking = self.env["mail.tracking.value"].sudo().search([], limit=1)
        for attack in (
            lambda: tracking.with_user(self.alice).write({"new_value_char": "x"}),
            lambda: tracking.with_user(self.alice).unlink(),
            lambda: tracking.with_user(self.alice).create(
                {"mail_message_id": self.line.id, "field_id": 1}
            ),
        ):
            with self.assertRaises(AccessError):
                attack()

    def test_no_line_of_another_time(self):
        self.assertStays(
            lambda: (
                self.env["mail.message"]
                .with_user(self.alice)
                .create(
                    {
                        "model": self.order._name,
                        "res_id": self.order.id,
                        "message_type": "notification",
                        "body": "Approved",
                        "date": "2020-01-01",
                    }
                )
            )
        )
