from datetime import timedelta

from odoo import api, models

#: Clocks of several machines never agree on the minute.
TOLERANCE = timedelta(minutes=5)


class Base(models.AbstractModel):
    """What the schedulers made by a clock that was wrong."""

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _made_ahead(self):
        """Records of this model that were made at a time that has not come yet.

        A freeze of a quarter that is not over, an order of next year: the scheduled
        action that made them takes them back, and makes them when it is time.
        """
        # By the clock that wrote the dates, the database's.
        limit = self.env.cr.now() + TOLERANCE
        return self.with_context(active_test=False).search(
            [("create_date", ">", limit)]
        )
