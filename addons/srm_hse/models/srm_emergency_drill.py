from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step


class SrmEmergencyDrill(models.Model):
    """A drill: who took part, how long it took, what was learnt."""

    _name = "srm.emergency.drill"
    _inherit = ["srm.numbered.mixin", "srm.action.mixin", "mail.thread"]
    _description = "Emergency Drill"
    _order = "date desc"
    _guard = Guard(
        steps={
            "report": Step(("planned",), "reported", check="_check_lessons"),
            "cancel": Step(("planned",), "cancelled"),
        },
        freezes=(Freeze(("reported", "cancelled"), files=True, database=True),),
        deletable=("planned",),
    )

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
        self._take_step("report")

    def action_cancel(self):
        self._take_step("cancel")

    def _check_lessons(self):
        for drill in self:
            if not (drill.participants and drill.lessons):
                raise UserError(
                    self.env._(
                        "%(drill)s: say who took part and what was learnt.",
                        drill=drill.display_name,
                    )
                )
