from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard

from ..tools.numbers import FACTOR_DIGITS
from ..tools.seed import load_rows, read_csv

FAMILIES = [
    ("electricity", "Electricity"),
    ("fuel", "Fuel"),
    ("upstream", "Upstream of fuels"),
    ("water", "Water"),
    ("wastewater", "Wastewater process"),
    ("travel", "Travel"),
    ("purchases", "Purchases"),
    ("waste", "Waste"),
    ("other", "Other"),
]
SCOPES = [
    ("1", "Scope 1 · direct"),
    ("2", "Scope 2 · energy"),
    ("3", "Scope 3 · other"),
]
FACTOR_GWP_SETS = [
    ("ar4", "IPCC AR4"),
    ("ar5", "IPCC AR5"),
    ("ar6", "IPCC AR6"),
    ("none", "CO2 only"),
    ("unknown", "Not stated by the publisher"),
]
_lt = LazyTranslate(__name__)


class SrmEmissionFactor(models.Model):
    """One version of an emission factor, with its publisher and its licence.

    Versions of the same factor share a ``series``; a month takes the last version of
    the series that is valid on its first day. A version used by a validated statement
    is never edited: a new value is a new version.
    """

    _name = "srm.emission.factor"
    _inherit = ["mail.thread"]
    _description = "Emission Factor Version"
    _order = "family, series, valid_from desc, id"
    _rec_names_search = ["code", "name"]
    _guard = Guard(
        freezes=(
            # What a validated statement relies on.
            Freeze(
                once="used_since",
                fields=(
                    "code",
                    "series",
                    "unit",
                    "kgco2e",
                    "kgco2",
                    "kgch4",
                    "kgn2o",
                    "gwp_set",
                    "publisher",
                    "source_version",
                    "valid_from",
                ),
                database=True,
                remedy=_lt("Create a new version of the series."),
            ),
        ),
    )

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    series = fields.Char(
        required=True,
        index=True,
        help="Common to all the versions of this factor: a newer version of the series"
        " replaces this one from its own first day.",
    )
    active = fields.Boolean(default=True)
    family = fields.Selection(FAMILIES, required=True, default="other", index=True)
    scope = fields.Selection(SCOPES, help="Usual scope; the source decides.")
    ghg_category = fields.Char(string="Scope 3 category")
    iso_category = fields.Char(string="ISO 14064-1 category")
    unit = fields.Char(required=True, help="kg CO2e are given per one of this unit.")
    kgco2e = fields.Float(
        "kg CO2e per unit", FACTOR_DIGITS, required=True, tracking=True
    )
    kgco2 = fields.Float("kg CO2 per unit", FACTOR_DIGITS)
    kgch4 = fields.Float("kg CH4 per unit", FACTOR_DIGITS)
    kgn2o = fields.Float("kg N2O per unit", FACTOR_DIGITS)
    gwp_set = fields.Selection(
        FACTOR_GWP_SETS, string="GWP set", required=True, default="unknown"
    )
    uncertainty = fields.Float("Uncertainty (± %)", (6, 2))
    valid_from = fields.Date(required=True, index=True)
    valid_to = fields.Date()
    geography = fields.Char()
    publisher = fields.Char(required=True)
    source_ref = fields.Char(string="Place in the source")
    source_url = fields.Char(string="Source")
    source_version = fields.Char(string="Version of the source")
    licence = fields.Char(
        required=True, help="Terms under which the value may be reproduced."
    )
    confidence = fields.Selection(
        [("high", "High"), ("medium", "Medium"), ("low", "Low")]
    )
    note = fields.Text()
    line_ids = fields.One2many("srm.carbon.line", "factor_id")
    used_since = fields.Date(
        compute="_compute_used_since",
        store=True,
        help="First month of a validated statement that relies on this version.",
    )

    _code_unique = models.UniqueIndex("(code)", "This factor version exists already.")
    _kgco2e_positive = models.Constraint(
        "CHECK (kgco2e >= 0)", "An emission factor is not negative."
    )
    _series_version = models.UniqueIndex(
        "(series, valid_from)", "The series has a version from this day already."
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for factor in self:
            code = factor.code and f"[{factor.code}]"
            factor.display_name = joined(factor.name, code, by=" ")

    @api.depends("line_ids.frozen")
    def _compute_used_since(self):
        months = dict(
            self.env["srm.carbon.line"]._read_group(
                [("factor_id", "in", self.ids), ("frozen", "=", True)],
                ["factor_id"],
                ["month:min"],
            )
        )
        for factor in self:
            factor.used_since = months.get(factor)

    @api.model
    def _versions_for(self, series, day):
        """The version of each series valid on ``day``: ``{series: factor}``."""
        factors = self.search(
            [
                ("series", "in", list(series)),
                ("valid_from", "<=", day),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", day),
            ],
            order="valid_from, id",
        )
        return {factor.series: factor for factor in factors}

    @api.model
    def _load_seed(self):
        """Create the shipped versions; their origin and licence stay on each record."""
        load_rows(self, read_csv("srm_emission_factor"), self._seed_values)

    @api.model
    def _seed_values(self, row):
        numbers = ("kgco2e", "kgco2", "kgch4", "kgn2o")
        texts = set(row) - {"xmlid", "name_en", "name_fr", "name_ar", "year", "active"}
        return {
            **{name: row[name] for name in texts.difference(numbers) if row[name]},
            **{name: float(row[name]) for name in numbers if row[name]},
            "active": row["active"] == "1",
            "valid_from": f"{row['year']}-01-01",
        }
