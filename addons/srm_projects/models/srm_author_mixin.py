from odoo import api, models
from odoo.exceptions import AccessError


class SrmAuthorMixin(models.AbstractModel):
    """Records that know who entered them, so that somebody else validates them."""

    _name = "srm.author.mixin"
    _description = "Record with an author"

    #: Many2one to the user who enters the record: never chosen by the caller.
    _author_field = ""

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals[self._author_field] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if self._author_field in vals and not self.env.su:
            raise AccessError(
                self.env._("Who entered a record is not chosen: it is who did.")
            )
        return super().write(vals)
