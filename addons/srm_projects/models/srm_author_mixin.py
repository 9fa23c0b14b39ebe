from odoo import Command, fields, models

from odoo.addons.srm_kit.guard.gate import by_code


class SrmAuthorMixin(models.AbstractModel):
    """Records that keep everyone who entered their figures: none of them validates.

    Whoever corrects a figure has entered it too.
    """

    _name = "srm.author.mixin"
    _description = "Record with authors"

    author_ids = fields.Many2many(
        "res.users",
        string="Figures entered by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )

    #: What is entered, and then validated by somebody else.
    _entered_fields: frozenset[str] = frozenset()

    def write(self, vals):
        result = super().write(vals)
        if self._entered_fields & vals.keys() and not by_code(self.env):
            self._add_author()
        return result

    def _add_author(self):
        user = self.env.user
        fresh = self.filtered(lambda record: user not in record.sudo().author_ids)
        if fresh:
            fresh._by_code().write({"author_ids": [Command.link(user.id)]})
