from srm_engine import RuleError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Guard

from ..tools.engine import check_units
from ..tools.numbers import FACTOR_DIGITS
from ..tools.roles import MANAGER
from .srm_emission_factor import FAMILIES, SCOPES

PERIMETERS = [
    ("undecided", "Undecided"),
    ("included", "Included"),
    ("excluded", "Excluded"),
]
FREQUENCIES = [
    ("monthly", "Every month"),
    ("quarterly", "Every quarter"),
    ("yearly", "Every year"),
    ("event", "When it happens"),
]
#: Months (of the year) in which a value is expected; "event" expects none.
EXPECTED_MONTHS = {
    "monthly": set(range(1, 13)),
    "quarterly": {3, 6, 9, 12},
    "yearly": {12},
    "event": set(),
}


class SrmEmissionSource(models.Model):
    """Something that emits, on one site: inside the perimeter or not, and why.

    Nothing is left out in silence: a source that is not counted stays listed with the
    reason, and the reason is printed beside every total.
    """

    _name = "srm.emission.source"
    _inherit = ["mail.thread"]
    _description = "Emission Source"
    _order = "site_id, scope, sequence, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _guard = Guard(reserved={"perimeter": MANAGER})

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "srm.site", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    family = fields.Selection(
        [*FAMILIES, ("gas", "Refrigerants and SF6"), ("losses", "Network losses")],
        required=True,
        default="other",
    )
    scope = fields.Selection(SCOPES, required=True, default="1", tracking=True)
    scope2_method = fields.Selection(
        [("location", "Location-based"), ("market", "Market-based")],
        default="location",
        help="A market-based value is shown beside the total, never added to it.",
    )
    ghg_category = fields.Char(string="Scope 3 category")
    iso_category = fields.Selection(
        [(str(number), f"{number}") for number in range(1, 7)],
        string="ISO 14064-1 category",
    )
    kind = fields.Selection(
        [("factor", "Activity × factor"), ("gas", "Mass of gas")],
        required=True,
        default="factor",
    )
    factor_id = fields.Many2one(
        "srm.emission.factor",
        ondelete="restrict",
        tracking=True,
        index="btree_not_null",
    )
    gas_id = fields.Many2one("srm.gas", ondelete="restrict", tracking=True)
    factor_unit = fields.Char(compute="_compute_factor_unit")
    entry_unit = fields.Char(
        help="Unit in which people enter the quantity; empty: the unit of the factor."
    )
    entry_ratio = fields.Float(
        "Factor units per entry unit",
        FACTOR_DIGITS,
        default=1.0,
        help="For instance 12 for bottles of 12 kg of butane, or 1.11 kg of BOD per"
        " inhabitant and month (37 g a day).",
    )
    ratio_note = fields.Char(string="Where the ratio comes from")
    frequency = fields.Selection(FREQUENCIES, required=True, default="monthly")
    evidence_kind = fields.Selection(
        [
            ("bill", "Bill"),
            ("meter", "Meter reading"),
            ("voucher", "Fuel voucher"),
            ("service", "Maintenance sheet"),
            ("laboratory", "Laboratory analysis"),
            ("calculation", "Calculation note"),
            ("trip", "Trip record"),
        ],
        required=True,
        default="bill",
    )
    uncertainty = fields.Float("Uncertainty of the data (± %)", (6, 2), default=5.0)
    perimeter = fields.Selection(
        PERIMETERS, required=True, default="undecided", tracking=True, index=True
    )
    perimeter_reason = fields.Char(
        tracking=True, translate=True, help="Why this source is counted or left out."
    )
    date_from = fields.Date()
    date_to = fields.Date()

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "Two sources cannot have the same code."
    )
    _ratio_positive = models.Constraint(
        "CHECK (entry_ratio > 0)", "The ratio must be above zero."
    )
    _reason_given = models.Constraint(
        "CHECK (perimeter = 'undecided' OR perimeter_reason IS NOT NULL)",
        "Say why the source is included or excluded: the reason is printed beside"
        " the total.",
    )
    _factor_or_gas = models.Constraint(
        "CHECK ((kind = 'factor' AND factor_id IS NOT NULL AND gas_id IS NULL)"
        " OR (kind = 'gas' AND gas_id IS NOT NULL AND factor_id IS NULL))",
        "A source has either a factor or a gas.",
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for source in self:
            source.display_name = joined(source.code, source.name)

    @api.depends("kind", "factor_id.unit")
    def _compute_factor_unit(self):
        for source in self:
            source.factor_unit = "kg" if source.kind == "gas" else source.factor_id.unit

    @api.onchange("kind")
    def _onchange_kind(self):
        self.update(
            {"gas_id": False} if self.kind == "factor" else {"factor_id": False}
        )

    @api.constrains("entry_unit", "entry_ratio", "factor_id", "kind")
    def _check_ratio_explained(self):
        for source in self:
            same = not source.entry_unit or source.entry_unit == source.factor_unit
            if same and source.entry_ratio != 1:
                raise ValidationError(
                    self.env._(
                        "%(name)s: quantities are entered in the unit of the factor"
                        " (%(unit)s), so the ratio is 1.",
                        name=source.display_name,
                        unit=source.factor_unit,
                    )
                )

    @api.constrains("entry_unit", "entry_ratio", "factor_id", "kind")
    def _check_units(self):
        for source in self.filtered(lambda s: s.entry_unit and s.entry_ratio == 1):
            try:
                check_units(source.entry_unit, source.factor_unit)
            except RuleError as error:
                raise ValidationError(
                    self.env._(
                        "%(name)s: a quantity in %(unit)s cannot be multiplied by a"
                        " factor per %(factor_unit)s. Choose another factor, or give"
                        " the ratio and where it comes from.",
                        name=source.display_name,
                        unit=source.entry_unit,
                        factor_unit=source.factor_unit,
                    )
                ) from error

    @api.model
    def _get_live_domain(self, first, last):
        """Sources in service at some time between two dates."""
        return (Domain("date_from", "=", False) | Domain("date_from", "<=", last)) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", first)
        )

    def _expects(self, month):
        """Whether a value is expected for the month beginning on ``month``."""
        self.ensure_one()
        return month.month in EXPECTED_MONTHS[self.frequency]

    def action_include(self):
        self._set_perimeter("included")

    def action_exclude(self):
        self._set_perimeter("excluded")

    def _set_perimeter(self, perimeter):
        changed = self.filtered(lambda source: source.perimeter != perimeter)
        missing = changed.filtered(lambda source: not source.perimeter_reason)
        if missing:
            raise ValidationError(
                self.env._(
                    "Write the reason first for %(sources)s.",
                    sources=", ".join(missing.mapped("display_name")),
                )
            )
        changed.write({"perimeter": perimeter})
