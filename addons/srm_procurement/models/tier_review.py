from odoo import models

from odoo.addons.srm_kit.guard import Guard


class TierReview(models.Model):
    """A review is asked for and decided by the buttons of its document only.

    Every internal user may write reviews, because asking for a validation creates them
    with the rights of whoever asks: what they say is written by code alone.
    """

    _inherit = "tier.review"
    _guard = Guard(
        closed=(
            "model",
            "res_id",
            "definition_id",
            "company_id",
            "reviewer_id",
            "reviewer_group_id",
            "reviewer_ids",
            "sequence",
            "status",
            "can_review",
            "todo_by",
            "requested_by",
            "done_by",
            "reviewed_date",
            "comment",
        ),
        deletable=(),
    )

    def _update_review_status(self):
        return super(TierReview, self._by_code())._update_review_status()
