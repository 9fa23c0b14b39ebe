from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GATEWAY = "srm_projects.group_telemetry_gateway"
MANAGER = "srm_projects.group_network_manager"
MOST_DAYS = 366


class SrmTelemetryKey(models.TransientModel):
    """A key for the account of a gateway: shown once, it expires."""

    _name = "srm.telemetry.key"
    _description = "Key of a Telecontrol Gateway"

    user_id = fields.Many2one(
        "res.users",
        string="Gateway",
        required=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(GATEWAY).ids)],
    )
    days = fields.Integer(string="Valid for (days)", default=180, required=True)
    key = fields.Char(readonly=True)

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
        self.key = keys._generate("rpc", self.env._("Telecontrol"), until)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key of the gateway"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def _check_machine(self):
        """A key gives all the rights of its account: it must only send points."""
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

    @api.autovacuum
    def _gc_keys(self):
        """A key is not kept where it was shown."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        self.search([("create_date", "<", limit)]).unlink()
