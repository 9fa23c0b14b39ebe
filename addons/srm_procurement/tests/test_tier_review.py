from odoo import Command
from odoo.exceptions import AccessError, UserError
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

    def test_what_a_review_says_is_not_written(self):
        for vals in (
            {"status": "approved"},
            {"status": "rejected"},
            {"done_by": self.manager.id},
            {"requested_by": self.buyer.id},
            {"comment": "I agree"},
            {"reviewer_id": self.officer.id},
            {"reviewer_ids": [Command.set(self.officer.ids)]},
            {"sequence": 9},
            {"res_id": 0},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self.reviews.write(vals)
            with self.subTest(vals), self.assertRaises(UserError):
                command = Command.update(self.reviews[0].id, vals)
                self.drawn.with_user(self.officer).write({"review_ids": [command]})
        self.assertEqual(self.drawn.validation_status, "pending")

    def test_reviews_are_not_dropped(self):
        for reviews in (self.reviews[:1], self.reviews):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                reviews.unlink()
        for user in (self.buyer, self.director):
            with self.assertRaises(AccessError):
                self.drawn.with_user(user).restart_validation()

    def test_no_review_is_made_by_hand(self):
        vals = {
            "model": self.drawn._name,
            "res_id": self.drawn.id,
            "definition_id": self.reviews[:1].definition_id.id,
        }
        for given in (vals, vals | {"status": "approved"}):
            with self.assertRaises(UserError):
                self.reviews.create(given)

    def test_who_drew_it_reviews_it_by_no_door(self):
        statement = self.statement(self.running(400000), 1000).with_user(self.manager)
        statement.action_draw()
        statement.with_user(self.buyer).action_approve()
        wizard = self.comment(statement, "Mine")
        for attack in (
            statement.action_approve,
            statement.validate_tier,
            statement.reject_tier,
            wizard.add_comment,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attack()
        self.assertEqual(statement.state, "drawn")

    def comment(self, statement, text, reviews=None, decision="validate"):
        return statement.env["comment.wizard"].create(
            {
                "res_model": statement._name,
                "res_id": statement.id,
                "review_ids": [Command.set((reviews or statement.review_ids).ids)],
                "comment": text,
                "validate_reject": decision,
            }
        )

    def test_a_comment_decides_in_turn_and_on_this_document_only(self):
        other = self.statement(self.running(400000), 1000)
        other.with_user(self.officer).action_draw()
        buyers = self.drawn.with_user(self.buyer)
        self.comment(buyers, "Measured on site", other.review_ids).add_comment()
        self.assertFalse(any(other.review_ids.mapped("comment")))
        self.assertEqual(other.validation_status, "pending")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.comment(other.with_user(self.manager), "Before the visa").add_comment()
        self.comment(other.with_user(self.buyer), "Seen").add_comment()
        self.comment(other.with_user(self.manager), "Approved").add_comment()
        self.assertEqual(other.state, "approved")
        self.assertEqual(
            other.review_ids.sorted("sequence").mapped("comment"), ["Seen", "Approved"]
        )

    def test_a_draft_is_not_reviewed_before_it_is_drawn(self):
        draft = self.statement(self.running(400000), 1000).with_user(self.officer)
        draft.with_context(skip_check_state_condition=True).request_validation()
        self.assertFalse(draft.review_ids)

    def test_validation_status_is_not_written(self):
        with self.assertRaises(UserError):
            self.drawn.with_user(self.officer).validation_status = "validated"
        with self.assertRaises(UserError):
            self.drawn.with_user(self.officer).with_context(
                skip_validation_check=True
            ).date = self.ago(5)

    def test_reviewers_decide(self):
        self.drawn.with_user(self.buyer).action_approve()
        self.drawn.with_user(self.manager).action_approve()
        self.assertEqual(self.drawn.state, "approved")

    def test_message_names_who_is_awaited(self):
        group = self.reviews.sorted("sequence")[:1].reviewer_group_id
        self.assertIn(group.name, self.drawn.to_validate_message)
