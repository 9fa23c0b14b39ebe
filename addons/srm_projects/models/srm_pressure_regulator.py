from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined


class SrmPressureRegulator(models.Model):
    """Valve that keeps the pressure of a sector: set-points, and what it does."""

    _name = "srm.pressure.regulator"
    _description = "Pressure Regulator"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    sector_id = fields.Many2one(
        "srm.sector", required=True, index=True, ondelete="restrict"
    )
    territory_id = fields.Many2one(
        related="sector_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(related="sector_id.province_id", store=True)
    kind = fields.Selection(
        [
            ("fixed", "Fixed"),
            ("night", "Lower at night"),
            ("flow", "Follows the flow"),
        ],
        string="Control",
        required=True,
        default="fixed",
    )
    diameter = fields.Integer(string="Diameter (mm)", aggregator=None)
    date_installed = fields.Date(string="Installed on")
    date_visited = fields.Date(string="Last visit")
    setpoint_day = fields.Float(
        string="Set-point by day (m)", digits=(8, 1), required=True, aggregator=None
    )
    setpoint_night = fields.Float(
        string="Set-point at night (m)", digits=(8, 1), aggregator=None
    )
    tolerance = fields.Float(
        string="Tolerance (m)", digits=(8, 1), default=5.0, aggregator=None
    )
    upstream_id = fields.Many2one(
        "srm.telemetry.channel",
        string="Pressure before",
        domain="[('quantity', '=', 'pressure')]",
        ondelete="set null",
    )
    downstream_id = fields.Many2one(
        "srm.telemetry.channel",
        string="Pressure after",
        domain="[('quantity', '=', 'pressure')]",
        ondelete="set null",
    )
    last_moment = fields.Datetime(related="downstream_id.last_moment")
    pressure_after = fields.Float(
        related="downstream_id.last_value", string="Pressure after (m)"
    )
    gap = fields.Float(
        string="Off the set-point (m)",
        compute="_compute_gap",
        digits=(8, 1),
        aggregator=None,
    )
    off = fields.Boolean(
        string="Out of tolerance", compute="_compute_gap", search="_search_off"
    )

    _code_uidx = models.UniqueIndex(
        "(company_id, code)", "This regulator already exists."
    )
    _pressures_positive = models.Constraint(
        "CHECK (setpoint_day > 0 AND COALESCE(setpoint_night, 0) >= 0"
        " AND tolerance > 0)",
        "Set-points and tolerance are above zero.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for regulator in self:
            regulator.display_name = joined(regulator.code, regulator.name)

    @api.depends(
        "setpoint_day",
        "setpoint_night",
        "kind",
        "tolerance",
        "downstream_id.last_value",
        "downstream_id.last_moment",
    )
    def _compute_gap(self):
        """By the nearest set-point: at night the other one holds."""
        for regulator in self:
            regulator.gap, regulator.off = 0.0, False
            if not regulator.downstream_id.last_moment:
                continue
            wanted = [regulator.setpoint_day]
            if regulator.kind == "night" and regulator.setpoint_night:
                wanted.append(regulator.setpoint_night)
            found = regulator.downstream_id.last_value
            regulator.gap = min((found - one for one in wanted), key=abs)
            regulator.off = abs(regulator.gap) > regulator.tolerance

    @api.model
    def _search_off(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search([("downstream_id", "!=", False)]).filtered("off")
        return [("id", "in" if True in value else "not in", found.ids)]
