from odoo import api, models
from odoo.exceptions import UserError


class SrmFrozenMixin(models.AbstractModel):
    """Records that are a memory: made once, never changed, never deleted."""

    _name = "srm.frozen.mixin"
    _description = "Frozen record"

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%(records)s: this is a record of what was, it does not change. Make "
                "a new one instead.",
                records=", ".join(self.mapped("display_name")[:3]),
            )
        )
