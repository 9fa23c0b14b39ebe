from odoo import models


class TierValidation(models.AbstractModel):
    """Reviews are decided by who they are asked from, each in its turn."""

    _inherit = "tier.validation"

    def request_validation(self):
        self.check_access("write")
        return super(TierValidation, self._by_code()).request_validation()

    def restart_validation(self):
        self.check_access("write")
        return super(TierValidation, self._by_code()).restart_validation()

    def _validate_tier(self, tiers=False):
        own = self._reviews_in_turn(tiers)
        return own and super(TierValidation, self._by_code())._validate_tier(own)

    def _rejected_tier(self, tiers=False):
        own = self._reviews_in_turn(tiers)
        return own and super(TierValidation, self._by_code())._rejected_tier(own)

    def _reviews_in_turn(self, tiers):
        """Of the reviews given, those of this document whose turn it is."""
        sequences = self._get_sequences_to_approve(self.env.user)
        found = self._by_code().review_ids.filtered(
            lambda review: (
                review.sequence in sequences or review.approve_sequence_bypass
            )
        )
        return found & tiers if tiers else found

    def _check_state_from_condition(self):
        # A key of the context is no reason to review what is not ready.
        plain = self.with_context(skip_check_state_condition=False)
        return super(TierValidation, plain)._check_state_from_condition()
