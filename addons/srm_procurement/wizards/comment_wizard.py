from odoo import models


class CommentWizard(models.TransientModel):
    """A comment is that of the reviewer, on the reviews that are his to decide."""

    _inherit = "comment.wizard"

    def add_comment(self):
        self.ensure_one()
        own = self.review_ids.filtered(
            lambda review: (
                (review.model, review.res_id) == (self.res_model, self.res_id)
                and review.status in ("waiting", "pending")
                and self.env.user in review.reviewer_ids
            )
        )
        own._by_code().write({"comment": self.comment})
        self.review_ids = own
        return super().add_comment()
