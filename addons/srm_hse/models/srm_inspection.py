from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step


class SrmInspection(models.Model):
    """A safety visit of a site: what was looked at, what was found, photos."""

    _name = "srm.inspection"
    _inherit = [
        "srm.numbered.mixin",
        "srm.action.mixin",
        "mail.thread",
        "srm.territory.mixin",
    ]
    _description = "Inspection"
    _order = "date desc, id desc"
    _guard = Guard(
        steps={"done": Step(("draft",), "done", check="_check_complete")},
        freezes=(Freeze(("done",), children=("line_ids",), files=True, database=True),),
        deletable=("draft",),
    )

    site_id = fields.Many2one("srm.site", required=True, index=True)
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    theme = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Inspector",
        required=True,
        default=lambda self: self.env.user,
    )
    contractor_file_id = fields.Many2one("srm.contractor.file")
    line_ids = fields.One2many("srm.inspection.line", "inspection_id")
    state = fields.Selection(
        [("draft", "In progress"), ("done", "Done")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    conform_rate = fields.Float(
        string="Conform (%)", compute="_compute_rate", store=True
    )
    gap_count = fields.Integer(string="Gaps", compute="_compute_rate", store=True)

    @api.depends("line_ids.result")
    def _compute_rate(self):
        for inspection in self:
            answered = inspection.line_ids.filtered(lambda x: x.result in ("yes", "no"))
            gaps = answered.filtered(lambda x: x.result == "no")
            inspection.gap_count = len(gaps)
            share = 1 - len(gaps) / len(answered) if answered else 0
            inspection.conform_rate = 100 * share

    def action_done(self):
        self._take_step("done")

    def _check_complete(self):
        for inspection in self:
            if not inspection.line_ids or not all(inspection.line_ids.mapped("result")):
                raise UserError(
                    self.env._(
                        "%(inspection)s: answer every point first.",
                        inspection=inspection.display_name,
                    )
                )
            grave = inspection.line_ids.filtered(lambda x: x.result == "no" and x.grave)
            if grave and not inspection.action_count:
                raise UserError(
                    self.env._(
                        "A grave gap needs an action before the visit is closed."
                    )
                )
