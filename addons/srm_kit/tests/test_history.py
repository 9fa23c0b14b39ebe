from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .fake_models import GuardCase


@tagged("post_install", "-at_install")
class TestHistory(GuardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alice, cls.bob = (
            new_test_user(cls.env, login=login, groups="base.group_user")
            for login in ("kit.alice", "kit.bob")
        )
        cls.order = cls.env["srm.kit.order"].with_user(cls.alice).create({"name": "O"})

    def test_a_line_written_by_the_suite_stays(self):
        line = self.order.message_post(body="Approved")
        for attack in (
            lambda: line.write({"body": "Refused"}),
            line.unlink,
            lambda: line.write({"date": "2020-01-01"}),
            lambda: line.write({"message_type": "comment"}),
            lambda: self.order.message_change_thread(self.alice.partner_id),
        ):
            with self.assertRaises(UserError):
                attack()

    def test_a_comment_is_its_author_s(self):
        comment = self.order.message_post(body="hm", message_type="comment")
        comment.write({"body": "well"})
        with self.assertRaises(UserError):
            comment.with_user(self.bob).write({"body": "mine"})
        with self.assertRaises(UserError):
            comment.write({"message_type": "notification"})

    def test_nobody_writes_in_another_s_name(self):
        other = self.bob.partner_id.id
        with self.assertRaisesRegex(AccessError, "own name"):
            self.order.message_post(body="I agree", author_id=other)
        message = {"model": self.order._name, "res_id": self.order.id}
        with self.assertRaisesRegex(AccessError, "own name"):
            self.env["mail.message"].with_user(self.alice).create(
                {"body": "I agree", "author_id": other, **message}
            )
        comment = self.order.message_post(body="hm", message_type="comment")
        with self.assertRaises(UserError):
            comment.write({"author_id": other})
