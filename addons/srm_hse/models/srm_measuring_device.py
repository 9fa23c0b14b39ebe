from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.srm_kit.guard import Freeze, Guard


class SrmMeasuringDevice(models.Model):
    """A gas detector, a sound meter, a flow meter: fit to measure until a date.

    ISO 9001 clause 7.1.5, 14001 and 45001 clause 9.1.1: the last check decides whether
    the device may be used, and the next one is due after so many months.
    """

    _name = "srm.measuring.device"
    _inherit = ["mail.thread", "mail.activity.mixin", "srm.territory.mixin"]
    _description = "Measuring Device"
    _order = "next_check, name"
    _rec_names_search = ["name", "serial"]
    # Its checks are those of the device with this number.
    _guard = Guard(freezes=(Freeze(once="last_check", fields=("serial",)),))

    name = fields.Char(required=True, tracking=True)
    serial = fields.Char(string="Serial number", required=True, copy=False)
    quantity = fields.Char(string="What it measures", required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_id = fields.Many2one("srm.site", index="btree_not_null", check_company=True)
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
    )
    every_months = fields.Integer(
        string="Checked every (months)", required=True, default=12
    )
    check_ids = fields.One2many("srm.measuring.check", "device_id", string="Checks")
    last_check = fields.Date(compute="_compute_last", store=True)
    next_check = fields.Date(compute="_compute_last", store=True, index=True)
    fit = fields.Boolean(
        string="Fit for use", compute="_compute_last", store=True, tracking=True
    )
    late = fields.Boolean(compute="_compute_late", search="_search_late")

    _rhythm_positive = models.Constraint(
        "CHECK (every_months > 0)", "The rhythm is at least one month."
    )
    _serial_unique = models.UniqueIndex(
        "(company_id, serial)", "A device with this serial number exists already."
    )

    @api.depends("check_ids.date", "check_ids.result", "every_months")
    def _compute_last(self):
        for device in self:
            last = device.check_ids.sorted(lambda c: (c.date, c._origin.id or 0))[-1:]
            months = relativedelta(months=device.every_months)
            device.last_check = last.date
            device.next_check = last.date + months if last else False
            device.fit = last.result == "fit"

    @api.depends("next_check", "fit")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for device in self:
            due = device.next_check
            device.late = not device.fit or not due or due < today

    @api.model
    def _search_late(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return (
            Domain("fit", "=", False)
            | Domain("next_check", "=", False)
            | Domain("next_check", "<", "today")
        )

    @api.model
    def _cron_remind(self):
        """One activity on every device whose check is due within a month."""
        soon = fields.Date.context_today(self) + relativedelta(months=1)
        due = self.search([("next_check", "<=", soon), ("activity_ids", "=", False)])
        due._each(
            lambda device: device.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=device.next_check,
                summary=self.env._("Measuring device to check"),
                user_id=device.user_id.id,
            )
        )
