import calendar
from decimal import Decimal

from srm_engine.pressure_floors import band, mismatch
from srm_engine.water_balance import Network, Volumes, water_balance

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import MEMORY, Freeze, Guard, Step

from ..amounts import exact

_lt = LazyTranslate(__name__)
MANAGER = "srm_projects.group_network_manager"
#: Volumes entered, in m3 (kWh for electricity).
VOLUMES = (
    "brought_in",
    "exported",
    "billed_metered",
    "billed_unmetered",
    "unbilled_metered",
    "unbilled_unmetered",
    "unauthorised",
    "meter_inaccuracy",
)
ENTERED = frozenset({*VOLUMES, "days"})
FIGURES = ("nrw", "ilp", "carl", "uarl", "ili")
#: What the volumes and the sector make; as it was seen by who validated it.
BALANCE = (
    "billed",
    "losses",
    "real_losses",
    "yield_primary",
    "yield_p104",
    *FIGURES,
    "mismatch",
    "band",
)


class SrmWaterBalance(models.Model):
    """Volumes of a sector in a month, and the balance they make.

    entered -> validated by the directorate -> validated by the region, each by somebody
    else; a refusal says why, and every correction is kept field by field.
    """

    _name = "srm.water.balance"
    _inherit = ["srm.author.mixin"]
    _description = "Monthly Volumes of a Sector"
    _order = "month desc, sector_id"
    _rec_name = "sector_id"
    _entered_fields = ENTERED
    _guard = Guard(
        steps={
            "validate_directorate": Step(
                ("draft",),
                "directorate",
                group=MANAGER,
                signs="directorate_by_id",
                not_by=("entered_by_id", "author_ids"),
                writes=("rejection",),
            ),
            "validate_region": Step(
                ("directorate",),
                "region",
                group=MANAGER,
                signs="region_by_id",
                not_by=("entered_by_id", "author_ids", "directorate_by_id"),
                check="_check_whole_region",
            ),
            "reject": Step(
                ("directorate", "region"),
                "draft",
                group=MANAGER,
                writes=("rejection", "directorate_by_id", "region_by_id"),
            ),
        },
        freezes=(
            Freeze(
                ("directorate", "region"),
                database=True,
                remedy=_lt("Have it refused, with the reason, before correcting it."),
            ),
            Freeze(("directorate", "region"), fields=BALANCE, database=True),
        ),
        deletable=(),
    )

    sector_id = fields.Many2one(
        "srm.sector", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="sector_id.company_id", store=True, precompute=True
    )
    service_id = fields.Many2one(
        related="sector_id.service_id", store=True, precompute=True
    )
    kind = fields.Selection(related="sector_id.kind", store=True, precompute=True)
    territory_id = fields.Many2one(
        related="sector_id.territory_id", store=True, index="btree_not_null"
    )
    province_id = fields.Many2one(
        related="sector_id.province_id", store=True, index="btree_not_null"
    )
    month = fields.Date(required=True, index=True)
    days = fields.Integer(
        string="Mean reading days",
        aggregator=None,
        help="Days between the two readings of the meters, on average.",
    )
    brought_in = fields.Float(digits=(16, 3), required=True)
    exported = fields.Float(digits=(16, 3))
    billed_metered = fields.Float(string="Billed, metered", digits=(16, 3))
    billed_unmetered = fields.Float(string="Billed, not metered", digits=(16, 3))
    unbilled_metered = fields.Float(string="Not billed, metered", digits=(16, 3))
    unbilled_unmetered = fields.Float(string="Not billed, not metered", digits=(16, 3))
    unauthorised = fields.Float(string="Unauthorised use", digits=(16, 3))
    meter_inaccuracy = fields.Float(digits=(16, 3))
    billed = fields.Float(compute="_compute_balance", store=True, digits=(16, 3))
    losses = fields.Float(
        string="Water losses",
        compute="_compute_balance",
        store=True,
        digits=(16, 3),
        help="Brought in, less exports and authorised consumption.",
    )
    real_losses = fields.Float(compute="_compute_balance", store=True, digits=(16, 3))
    yield_primary = fields.Float(
        string="Primary yield (%)",
        compute="_compute_balance",
        store=True,
        digits=(6, 2),
        aggregator=None,
        help="Moroccan practice: billed / brought in.",
    )
    yield_p104 = fields.Float(
        string="Yield P104.3 (%)",
        compute="_compute_balance",
        store=True,
        digits=(6, 2),
        aggregator=None,
        help="French indicator: authorised consumption and exports / brought in.",
    )
    nrw = fields.Float(
        string="Non-revenue water (%)",
        compute="_compute_balance",
        store=True,
        digits=(6, 2),
        aggregator=None,
    )
    ilp = fields.Float(
        string="Linear loss index (m³/km/day)",
        compute="_compute_balance",
        store=True,
        digits=(10, 2),
        aggregator=None,
    )
    carl = fields.Float(
        string="CARL (l/day)",
        compute="_compute_balance",
        store=True,
        digits=(16, 2),
        aggregator=None,
        help="Current annual real losses.",
    )
    uarl = fields.Float(
        string="UARL (l/day)",
        compute="_compute_balance",
        store=True,
        digits=(16, 2),
        aggregator=None,
        help="Unavoidable real losses.",
    )
    ili = fields.Float(
        string="Leakage index (ILI)",
        compute="_compute_balance",
        store=True,
        digits=(8, 2),
        aggregator=None,
    )
    band = fields.Selection(
        [("good", "Good"), ("medium", "Medium"), ("weak", "Weak")],
        compute="_compute_balance",
        store=True,
        index=True,
    )
    mismatch = fields.Boolean(
        string="Periods do not match",
        compute="_compute_balance",
        store=True,
        help="More is billed than brought in: an error of periods, no good yield.",
    )
    alert = fields.Char(compute="_compute_alert")
    state = fields.Selection(
        [
            ("draft", "Entered"),
            ("directorate", "Validated by the directorate"),
            ("region", "Validated by the region"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    rejection = fields.Char(string="Refused because", readonly=True, copy=False)
    entered_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    directorate_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    region_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    log_ids = fields.One2many("srm.water.balance.log", "volume_id", readonly=True)

    _month_uidx = models.UniqueIndex(
        "(sector_id, month)", "This sector already has its volumes of the month."
    )
    _first_day = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is written by its first day."
    )
    _volumes_positive = models.Constraint(
        "CHECK (LEAST("
        + ", ".join(f"COALESCE({name}, 0)" for name in VOLUMES)
        + ") >= 0)",
        "Volumes are not negative.",
    )
    _two_people = models.Constraint(
        "CHECK (directorate_by_id IS NULL OR directorate_by_id != entered_by_id)",
        "Who enters the volumes does not validate them.",
    )

    @api.depends("sector_id", "month")
    def _compute_display_name(self):
        for record in self:
            month = record.month.strftime("%m/%Y") if record.month else ""
            record.display_name = joined(record.sector_id.display_name, month, by=" ")

    @api.depends(
        *VOLUMES,
        "month",
        "state",
        "sector_id.km",
        "sector_id.connections",
        "sector_id.private_m",
        "sector_id.pressure",
    )
    def _compute_balance(self):
        """A sector changed later changes nothing that was validated."""
        for record in self:
            if record.state != "draft":
                record.update({name: record[name] for name in BALANCE})
                continue
            volumes = record._engine_volumes()
            found = water_balance(volumes, record._engine_network())
            record.billed = float(volumes.billed_authorised)
            record.losses = float(volumes.water_losses)
            record.real_losses = float(volumes.real_losses)
            record.yield_primary = float(found.yield_ or 0)
            record.yield_p104 = float(found.yield_p104_3 or 0)
            for name in FIGURES:
                record[name] = float(getattr(found, name) or 0)
            record.mismatch = mismatch(volumes.siv, volumes.billed_authorised)
            known = found.yield_ is not None and not record.mismatch
            record.band = band(found.yield_ / 100) if known else False

    def _compute_alert(self):
        """What is wrong with the figures, or limits what they mean."""
        for record in self:
            alerts = []
            if record.mismatch:
                alerts.append(
                    self.env._("More is billed than brought in: check the periods.")
                )
            if record.ili and not record._within_ili_limits():
                alerts.append(
                    self.env._(
                        "The leakage index is meant for more than 5,000 connections, "
                        "more than 20 per km and a pressure of 25 to 100 m."
                    )
                )
            record.alert = " ".join(alerts)

    def _within_ili_limits(self) -> bool:
        sector = self.sector_id
        return (
            sector.connections > 5000
            and sector.connections > 20 * sector.km
            and 25 <= sector.pressure <= 100
        )

    def _engine_volumes(self) -> Volumes:
        values = {name: exact(self[name]) for name in VOLUMES}
        return Volumes(siv=values.pop("brought_in"), **values)

    def _engine_network(self) -> Network:
        sector = self.sector_id
        year_month = (self.month.year, self.month.month) if self.month else None
        days = calendar.monthrange(*year_month)[1] if year_month else 0
        return Network(
            km=exact(sector.km) or None,
            days=Decimal(days) or None,
            connections=Decimal(sector.connections) or None,
            private_m=exact(sector.private_m),
            pressure=exact(sector.pressure) or None,
        )

    # Entry and corrections

    def write(self, vals):
        self._log(vals, ENTERED & vals.keys())
        return super().write(vals)

    def _log(self, vals, changed):
        """Keep what every figure was, who changed it and when.

        Nobody writes corrections by hand: they come with the figure they correct.
        """
        self.env["srm.water.balance.log"].sudo().create(
            [
                {
                    "volume_id": record.id,
                    "figure": self._fields[name]._description_string(self.env),
                    "before": record[name],
                    "after": vals[name],
                }
                for record in self
                for name in sorted(changed)
                if exact(record[name]) != exact(vals[name])
            ]
        )

    def action_take_meters(self):
        """Brought in and exported, from the bulk meters around the sector."""
        for record in self:
            domain = [("month", "=", record.month)]
            readings = self.env["srm.bulk.reading"]
            incoming = readings.search(
                [*domain, ("meter_id", "in", record.sector_id.meter_in_ids.ids)]
            )
            outgoing = readings.search(
                [*domain, ("meter_id", "in", record.sector_id.meter_out_ids.ids)]
            )
            if not incoming:
                raise UserError(
                    self.env._(
                        "%(volume)s: no meter brings anything in this month.",
                        volume=record.display_name,
                    )
                )
            record.write(
                {
                    "brought_in": float(sum(map(exact, incoming.mapped("volume")))),
                    "exported": float(sum(map(exact, outgoing.mapped("volume")))),
                }
            )
        return True

    # Validation at two levels

    def action_validate_directorate(self):
        return bool(self._take_step("validate_directorate", rejection=False))

    def action_validate_region(self):
        """By a manager of the whole region, who did nothing below."""
        return bool(self._take_step("validate_region"))

    def _check_whole_region(self):
        if self.env.user.srm_territory_ids:
            raise AccessError(
                self.env._("The region validates: you are limited to some territories.")
            )

    def action_reject(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the volumes"),
            "res_model": "srm.water.balance.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"default_volume_id": self.id},
        }

    def _reject(self, reason: str):
        self._take_step(
            "reject", rejection=reason, directorate_by_id=False, region_by_id=False
        )

    # Totals

    @api.model
    def _counted(self, domain):
        """Volumes that count: those of a directorate where no part of it has any."""
        records = self.search(domain)
        parts = records.filtered(lambda record: record.kind != "directorate")
        known = {(part.province_id, part.month, part.service_id) for part in parts}
        return records.filtered(
            lambda record: (
                record.kind != "directorate"
                or (record.province_id, record.month, record.service_id) not in known
            )
        )

    @api.constrains("month", "sector_id")
    def _check_month(self):
        today = fields.Date.context_today(self)
        for record in self:
            if record.month > today:
                raise ValidationError(
                    self.env._(
                        "%(volume)s: this month is in the future.",
                        volume=record.display_name,
                    )
                )


class SrmWaterBalanceLog(models.Model):
    """A figure that was corrected."""

    _name = "srm.water.balance.log"
    _description = "Correction of a Volume"
    _order = "id desc"
    _rec_name = "figure"
    _guard = MEMORY

    volume_id = fields.Many2one(
        "srm.water.balance", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="volume_id.company_id", store=True, precompute=True
    )
    territory_id = fields.Many2one(
        related="volume_id.territory_id", store=True, precompute=True
    )
    figure = fields.Char(required=True)
    before = fields.Float(digits=(16, 3))
    after = fields.Float(digits=(16, 3))
