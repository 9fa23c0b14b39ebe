from odoo import api, models
from odoo.exceptions import AccessError

DECIDED = {"approved", "rejected"}
#: What a review is about, and who gives it.
FROZEN = {"definition_id", "model", "res_id", "reviewer_id", "reviewer_group_id"}


class TierReview(models.Model):
    """A review is decided by its reviewer only.

    Every internal user may write reviews, because asking for a validation creates them
    with the rights of whoever asks: without this, a call from outside the screens could
    approve a statement in another's place, or drop one of its reviews.
    """

    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("status") in DECIDED for vals in vals_list):
            self._refuse_decision()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if FROZEN & vals.keys():
                self._refuse_decision()
            if vals.get("status") in DECIDED:
                self._check_reviewer()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._check_unlinked_together()
        return super().unlink()

    def _check_reviewer(self):
        for review in self:
            if self.env.user not in review.reviewer_ids:
                review._refuse_decision()

    def _check_unlinked_together(self):
        """All the reviews of a record start again, or none is dropped."""
        for model, reviews in self.grouped("model").items():
            domain = [("model", "=", model), ("res_id", "in", reviews.mapped("res_id"))]
            if self.search(domain) - reviews:
                self._refuse_decision()

    def _refuse_decision(self):
        raise AccessError(
            self.env._(
                "A review is decided by its reviewer, with the buttons of the document."
            )
        )
