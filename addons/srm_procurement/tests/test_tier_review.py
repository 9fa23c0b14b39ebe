from odoo.exceptions import AccessError
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestTierReview(ContractCase):
    """A call from outside the screens decides nothing in another's place."""

    def setUp(self):
        super().setUp()
        self.drawn = self.statement(self.running(400000), 1000)
        self.drawn.with_user(self.officer).action_draw()
        self.reviews = self.drawn.review_ids.with_user(self.officer)
        self.assertGreater(len(self.reviews), 1)

    def test_status(self):
        for status in ("approved", "rejected"):
            with self.assertRaises(AccessError):
                self.reviews.write({"status": status})
        self.assertEqual(self.drawn.validation_status, "pending")

    def test_reviewer(self):
        with self.assertRaises(AccessError):
            self.reviews.write({"reviewer_id": self.officer.id})

    def test_one_of_several_is_not_dropped(self):
        with self.assertRaises(AccessError):
            self.reviews[:1].unlink()

    def test_no_review_comes_decided(self):
        vals = {
            "model": self.drawn._name,
            "res_id": self.drawn.id,
            "definition_id": self.reviews[:1].definition_id.id,
            "status": "approved",
        }
        with self.assertRaises(AccessError):
            self.reviews.create(vals)

    def test_reviewers_decide(self):
        self.drawn.with_user(self.buyer).action_approve()
        self.drawn.with_user(self.manager).action_approve()
        self.assertEqual(self.drawn.state, "approved")

    def test_message_names_who_is_awaited(self):
        group = self.reviews.sorted("sequence")[:1].reviewer_group_id
        self.assertIn(group.name, self.drawn.to_validate_message)
