from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER

SOURCES = [
    ("payroll", "Payroll"),
    ("timesheet", "Time sheets"),
    ("contractor", "Contractor's statement"),
    ("estimate", "Estimate"),
]
#: Hours a person can work in a month: above, it is a typing error.
MAX_HOURS = 300
#: Below, the figure is probably days: the mistake that multiplies the rates by ten.
MIN_HOURS = 40


class SrmWorkedHours(models.Model):
    """Hours really worked in a month, by site and employer: the divisor of the rates.

    Overtime included, leave excluded, subcontractors apart. Hours are entered as
    hours, never as days times a constant.
    """

    _name = "srm.worked.hours"
    _inherit = ["mail.thread", "srm.territory.mixin"]
    _description = "Hours Worked"
    _order = "month desc, site_id, employer_id"
    _guard = Guard(
        steps={
            "confirm": Step(("draft",), "confirmed", check="_check_explained"),
            "reopen": Step(("confirmed",), "draft", group=MANAGER),
        },
        freezes=(Freeze(("confirmed",), files=True, database=True),),
        deletable=("draft",),
    )
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    month = fields.Date(required=True, index=True, help="First day of the month.")
    site_id = fields.Many2one(
        "srm.site", required=True, index=True, ondelete="restrict", check_company=True
    )
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    employer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        default=lambda self: self.env.company.partner_id,
    )
    kind = fields.Selection(
        [("employee", "Employees"), ("subcontractor", "Subcontractors' workers")],
        required=True,
        default="employee",
        index=True,
    )
    headcount = fields.Integer(required=True)
    hours = fields.Float(digits=(14, 2), required=True, tracking=True)
    overtime = fields.Float("Of which overtime", digits=(14, 2))
    source = fields.Selection(SOURCES, required=True, default="payroll")
    evidence = fields.Char()
    note = fields.Char()
    hours_per_head = fields.Float(compute="_compute_hours_per_head")
    suspicious = fields.Boolean(
        compute="_compute_hours_per_head", help="Looks like days, not hours."
    )
    state = fields.Selection(
        [("draft", "Entered"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )

    _month_first_day = models.Constraint(
        "CHECK (EXTRACT(day FROM month) = 1)", "A month begins on its first day."
    )
    _line_unique = models.UniqueIndex(
        "(company_id, month, site_id, employer_id, kind)",
        "The hours of this employer on this site are entered already for the month.",
    )
    _hours_positive = models.Constraint(
        "CHECK (hours >= 0 AND headcount >= 0 AND overtime >= 0 AND overtime <= hours)",
        "Hours and headcount are not negative; overtime is part of the hours.",
    )

    @api.depends("site_id", "employer_id", "month")
    def _compute_display_name(self):
        for line in self:
            month = line.month.strftime("%Y-%m") if line.month else ""
            line.display_name = joined(
                line.site_id.code, line.employer_id.name, month, by=" "
            )

    @api.depends("hours", "headcount")
    def _compute_hours_per_head(self):
        for line in self:
            line.hours_per_head = line.hours / line.headcount if line.headcount else 0.0
            line.suspicious = bool(line.hours and line.hours_per_head < MIN_HOURS)

    @api.constrains("hours", "headcount")
    def _check_plausible(self):
        for line in self:
            if line.hours and not line.headcount:
                raise ValidationError(self.env._("Hours need the number of persons."))
            if line.hours_per_head > MAX_HOURS:
                raise ValidationError(
                    self.env._(
                        "%(line)s: %(hours).0f hours per person in a month is not"
                        " possible.",
                        line=line.display_name,
                        hours=line.hours_per_head,
                    )
                )

    def action_confirm(self):
        self._take_step("confirm")

    def action_draft(self):
        self._take_step("reopen")

    def _check_explained(self):
        for line in self.filtered(lambda x: x.suspicious and not x.note):
            raise ValidationError(
                self.env._(
                    "%(line)s: %(hours).1f per person looks like days. Enter hours, or"
                    " explain in the note.",
                    line=line.display_name,
                    hours=line.hours_per_head,
                )
            )
