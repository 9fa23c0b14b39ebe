from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.ir_http import KEY_SCOPE

GATEWAY = "srm_projects.group_telemetry_gateway"
MANAGER = "srm_projects.group_network_manager"
MOST_DAYS = 366


class SrmTelemetryKey(models.TransientModel):
    """A key for the account of a gateway: it opens the endpoint of the points and
    nothing else, it is shown once and kept nowhere, it expires."""

    _name = "srm.telemetry.key"
    _description = "Key of a Telecontrol Gateway"

    user_id = fields.Many2one(
        "res.users",
        string="Gateway",
        required=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(GATEWAY).ids)],
    )
    days = fields.Integer(string="Valid for (days)", default=180, required=True)
    # Never stored: the window that shows it gets it from who issued it.
    key = fields.Char(store=False, readonly=True)

    _days_possible = models.Constraint(
        f"CHECK (days BETWEEN 1 AND {MOST_DAYS})",
        "A key is valid for a day to a year.",
    )

    def action_issue(self):
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(self.env._("Your role does not allow this step."))
        self._check_machine()
        until = fields.Datetime.add(fields.Datetime.now(), days=self.days)
        # The key is the machine's: nobody else may make one for an account.
        keys = self.env["res.users.apikeys"].with_user(self.user_id).sudo()
        self.key = keys._generate(KEY_SCOPE, self.env._("Telecontrol"), until)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key of the gateway"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_user_id": self.user_id.id,
                "default_days": self.days,
                "default_key": self.key,
            },
        }

    def _check_machine(self):
        """The account of a key sends points and has no other rights."""
        gateway = self.env.ref(GATEWAY)
        user = self.user_id.sudo()
        if gateway not in user.all_group_ids or (
            user.all_group_ids - gateway - gateway.all_implied_ids
        ):
            raise UserError(
                self.env._(
                    "%(user)s has other rights than sending points: use an account "
                    "made for the gateway.",
                    user=user.name,
                )
            )
