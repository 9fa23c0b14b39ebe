from odoo import fields, models
from odoo.exceptions import UserError


class SrmEmergencyDrill(models.Model):
    """A drill: who took part, how long it took, what was learnt."""

    _name = "srm.emergency.drill"
    _inherit = [
        "srm.numbered.mixin",
        "srm.step.mixin",
        "srm.action.mixin",
        "mail.thread",
    ]
    _description = "Emergency Drill"
    _order = "date desc"

    plan_id = fields.Many2one(
        "srm.emergency.plan", required=True, index=True, ondelete="restrict"
    )
    site_id = fields.Many2one("srm.site", required=True)
    date = fields.Date(required=True, index=True)
    announced = fields.Boolean()
    participants = fields.Integer()
    response_minutes = fields.Float(string="Evacuation or response (minutes)")
    target_minutes = fields.Float()
    report = fields.Html()
    lessons = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Photos")
    state = fields.Selection(
        [("planned", "Planned"), ("reported", "Reported"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
    )

    def action_report(self):
        for drill in self.filtered(lambda d: d.state == "planned"):
            if not (drill.participants and drill.lessons):
                raise UserError(
                    self.env._(
                        "%(drill)s: say who took part and what was learnt.",
                        drill=drill.display_name,
                    )
                )
        self._step(["planned"], "reported")

    def action_cancel(self):
        self._step(["planned"], "cancelled")
