from srm_engine.preventive import counter_due, next_after
from srm_engine.ratios import ratio

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import exact

UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]
#: Plans taken between two commits of the scheduled job.
BATCH = 200


class SrmMaintenancePlan(models.Model):
    """Preventive maintenance that comes back: by the calendar or by a counter.

    The orders it makes are maintenance requests; each due date or threshold has one.
    """

    _name = "srm.maintenance.plan"
    _inherit = ["srm.territory.mixin", "mail.thread"]
    _description = "Preventive Maintenance Plan"
    _order = "date_next, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    section_id = fields.Many2one(
        "srm.network.section",
        string="Section or structure",
        index="btree_not_null",
        ondelete="restrict",
    )
    plant_id = fields.Many2one(
        "srm.treatment.plant",
        string="Wastewater plant",
        index="btree_not_null",
        ondelete="restrict",
    )
    territory_id = fields.Many2one(
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        entered="that of the section or plant, or a part of it",
    )
    maintenance_team_id = fields.Many2one(
        "maintenance.team", string="Team", required=True, check_company=True
    )
    user_id = fields.Many2one("res.users", string="Technician")
    instructions = fields.Html()
    hours = fields.Float(string="Expected hours", digits=(8, 1), aggregator=None)

    trigger = fields.Selection(
        [("calendar", "Calendar"), ("counter", "Counter")],
        required=True,
        default="calendar",
        tracking=True,
    )
    date_start = fields.Date(
        string="First on", default=fields.Date.context_today, tracking=True
    )
    every = fields.Integer(default=1, aggregator=None, tracking=True)
    unit = fields.Selection(UNITS, default="month", tracking=True)
    date_next = fields.Date(
        string="Next on", compute="_compute_date_next", store=True, readonly=True
    )
    lead_days = fields.Integer(
        string="Days ahead",
        default=7,
        aggregator=None,
        help="The order is made this many days before the date.",
    )
    channel_id = fields.Many2one(
        "srm.telemetry.channel",
        string="Counter by telecontrol",
        domain="[('quantity', '=', 'counter')]",
        ondelete="restrict",
    )
    reading_ids = fields.One2many(
        "srm.counter.reading", "plan_id", string="Counter readings"
    )
    counter_every = fields.Float(
        string="Every (units of the counter)", digits=(16, 1), aggregator=None
    )
    counter_last = fields.Float(
        string="At the last maintenance", digits=(16, 1), aggregator=None
    )
    counter_value = fields.Float(
        string="Counter now", compute="_compute_counter_value", digits=(16, 1)
    )
    counter_next = fields.Float(
        string="Next at", compute="_compute_counter_value", digits=(16, 1)
    )
    request_ids = fields.One2many(
        "maintenance.request", "srm_plan_id", string="Work orders"
    )
    open_count = fields.Integer(string="Open orders", compute="_compute_orders")
    on_time = fields.Float(
        string="Done on time (%)",
        compute="_compute_orders",
        digits=(6, 1),
        help="Closed orders of the plan that were closed by their date.",
    )

    _target = models.Constraint(
        "CHECK (num_nonnulls(section_id, plant_id) = 1)",
        "A plan keeps one section, one structure or one plant.",
    )
    _calendar_complete = models.Constraint(
        "CHECK (trigger != 'calendar'"
        " OR (date_start IS NOT NULL AND every > 0 AND unit IS NOT NULL))",
        "A plan by the calendar has a first date and an interval.",
    )
    _counter_complete = models.Constraint(
        "CHECK (trigger != 'counter' OR counter_every > 0)",
        "A plan by a counter has an interval above zero.",
    )
    _lead_positive = models.Constraint(
        "CHECK (COALESCE(lead_days, 0) >= 0)", "Days ahead are not negative."
    )

    @api.depends("section_id.territory_id", "plant_id.territory_id")
    def _compute_territory_id(self):
        for plan in self:
            plan.territory_id = (
                plan.section_id.territory_id or plan.plant_id.territory_id
            )

    @api.depends("trigger", "date_start", "every", "unit", "request_ids.srm_due_date")
    def _compute_date_next(self):
        """The date after the last order; the first one while there is none."""
        for plan in self:
            last = max(filter(None, plan.request_ids.mapped("srm_due_date")), default=0)
            complete = plan.date_start and plan.every > 0 and plan.unit
            if plan.trigger != "calendar" or not complete:
                plan.date_next = False
            elif not last:
                plan.date_next = plan.date_start
            else:
                plan.date_next = next_after(
                    plan.date_start, plan.every, plan.unit, last
                )

    @api.depends(
        "reading_ids.value",
        "reading_ids.date",
        "channel_id.last_value",
        "counter_last",
        "counter_every",
    )
    def _compute_counter_value(self):
        for plan in self:
            last = plan.reading_ids.sorted(lambda one: (one.date, one.id))[-1:]
            plan.counter_value = (
                plan.channel_id.last_value if plan.channel_id else last.value
            )
            plan.counter_next = plan.counter_last + plan.counter_every

    @api.depends("request_ids.stage_id.done", "request_ids.close_date")
    def _compute_orders(self):
        for plan in self:
            done = plan.request_ids.filtered(lambda order: order.stage_id.done)
            kept = done.filtered(
                lambda order: (
                    not order.srm_due_date or order.close_date <= order.srm_due_date
                )
            )
            waiting = plan.request_ids.filtered(
                lambda order: not order.stage_id.done and not order.archive
            )
            plan.open_count = len(waiting)
            plan.on_time = float(
                ratio(exact(len(kept)), exact(len(done)), "0.1", exact(100)) or 0
            )

    @api.constrains("trigger", "channel_id", "reading_ids")
    def _check_counter(self):
        for plan in self:
            if plan.trigger == "counter" and not (plan.channel_id or plan.reading_ids):
                raise ValidationError(
                    self.env._(
                        "%(plan)s: give the counter a telecontrol channel or a first "
                        "reading.",
                        plan=plan.name,
                    )
                )

    # Orders

    def action_make_orders(self):
        """Make what is due now; nothing when it is already made."""
        self.check_access("write")
        made = self._make_orders()
        if not made:
            raise UserError(self.env._("Nothing is due yet, or its order exists."))
        return self.action_view_orders()

    @api.model
    def _cron_make_orders(self):
        """Orders of the plans that fall due; each plan once, whatever happens."""
        orders = self.env["maintenance.request"]._made_ahead()
        waiting = orders.filtered(lambda one: one.srm_plan_id and not one.stage_id.done)
        waiting._by_code().unlink()
        plans = self.search([("active", "=", True)])
        for start in range(0, len(plans), BATCH):
            plans[start : start + BATCH]._each(lambda plan: plan._make_orders())
            remaining = max(len(plans) - start - BATCH, 0)
            self.env["ir.cron"]._commit_progress(BATCH, remaining=remaining)

    def _make_orders(self):
        self.lock_for_update()
        today = fields.Date.context_today(self)
        rows = []
        for plan in self:
            due = plan._due_by_calendar(today) or plan._due_by_counter()
            if due and not plan._has_order(due):
                rows.append({**plan._order_vals(), **due})
        return self.env["maintenance.request"]._by_code().create(rows)

    def _due_by_calendar(self, today):
        """The latest date that has come: those missed before it are not made up."""
        if self.trigger != "calendar" or not self.date_next:
            return None
        limit = fields.Date.add(today, days=self.lead_days)
        if self.date_next > limit:
            return None
        due = self.date_next
        while (later := next_after(self.date_start, self.every, self.unit, due)) <= (
            today
        ):
            due = later
        return {
            "srm_due_date": due,
            "schedule_date": fields.Datetime.to_datetime(due),
            "srm_due_key": due.isoformat(),
        }

    def _due_by_counter(self):
        """One order at a time: the counter starts again when it is closed."""
        if self.trigger != "counter" or self.open_count:
            return None
        due = counter_due(
            exact(self.counter_last),
            exact(self.counter_every),
            exact(self.counter_value),
        )
        return {"srm_due_key": f"{due:f}"} if due is not None else None

    def _has_order(self, due: dict) -> bool:
        return due["srm_due_key"] in self.request_ids.mapped("srm_due_key")

    def _order_vals(self) -> dict:
        return {
            "name": self.name,
            "srm_plan_id": self.id,
            "srm_section_id": self.section_id.id,
            "srm_plant_id": self.plant_id.id,
            "territory_id": self.territory_id.id,
            "company_id": self.company_id.id,
            "maintenance_type": "preventive",
            "maintenance_team_id": self.maintenance_team_id.id,
            "user_id": self.user_id.id,
            "owner_user_id": self.create_uid.id,
            "instruction_text": self.instructions,
        }

    def _order_closed(self):
        """The counter of the plan starts again from what it shows."""
        for plan in self.filtered(lambda one: one.trigger == "counter"):
            plan.counter_last = plan.counter_value

    def action_view_orders(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_work_order"
        )
        return action | {
            "domain": [("srm_plan_id", "in", self.ids)],
            "context": {},
        }


class SrmCounterReading(models.Model):
    """What a counter showed on a day, when telecontrol does not read it."""

    _name = "srm.counter.reading"
    _description = "Counter Reading"
    _order = "plan_id, date desc, id desc"
    _rec_name = "date"

    plan_id = fields.Many2one(
        "srm.maintenance.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="plan_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(related="plan_id.territory_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float(digits=(16, 1), required=True, aggregator=None)

    _date_uidx = models.UniqueIndex(
        "(plan_id, date)", "This counter already has its reading of the day."
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A counter is not negative."
    )
