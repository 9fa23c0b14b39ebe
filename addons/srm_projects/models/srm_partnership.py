from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

MANAGER = "srm_base.group_project_manager"
RENEWAL_DAYS = 60


class SrmPartnership(models.Model):
    """Convention with a university, an association or another body."""

    _name = "srm.partnership"
    _inherit = [
        "srm.evidence.mixin",
        "srm.territory.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Partnership Convention"
    _order = "date_end, id"
    _evidence_fields = ("document_ids",)
    _guard = Guard(
        steps={
            "sign": Step(("draft",), "active", group=MANAGER),
            "end": Step(("active",), "ended", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("active", "ended"),
                but=("contact_id", "user_id"),
                files=True,
                database=True,
            ),
        ),
        deletable=("draft",),
    )

    name = fields.Char(string="Object", required=True)
    reference = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", required=True, index=True)
    kind = fields.Selection(
        [
            ("university", "University"),
            ("association", "Association"),
            ("authority", "Authority"),
            ("other", "Other"),
        ],
        required=True,
        default="university",
    )
    contact_id = fields.Many2one("res.partner")
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user
    )
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="Until")
    commitments = fields.Text()
    document_ids = fields.Many2many("ir.attachment", string="Documents")
    state = fields.Selection(
        [("draft", "In preparation"), ("active", "In force"), ("ended", "Ended")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)", "A convention ends after it begins."
    )
    _dates_in_force = models.Constraint(
        "CHECK (state != 'active' OR NUM_NULLS(date_start, date_end) = 0)",
        "A convention in force has its dates.",
    )

    def action_sign(self):
        return bool(self._take_step("sign"))

    def action_end(self):
        return bool(self._take_step("end"))

    @api.model
    def _cron_renewal(self):
        """Tell the owner two months before the end, once."""
        limit = fields.Date.context_today(self) + timedelta(RENEWAL_DAYS)
        ending = self.search([("state", "=", "active"), ("date_end", "<=", limit)])
        todo = self.env.ref("mail.mail_activity_data_todo")

        def tell(item):
            if todo not in item.activity_ids.activity_type_id:
                item.activity_schedule(
                    activity_type_id=todo.id,
                    user_id=(item.user_id or self.env.user).id,
                    date_deadline=item.date_end,
                    summary=self.env._("Renew or end the convention"),
                )

        ending._each(tell)
