from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools.engine import carbon_kg
from ..tools.numbers import (
    FACTOR_DIGITS,
    QUANTITY_DIGITS,
    RESULT_DIGITS,
    decimal_of,
    text_of,
)
from ..tools.uncertainty import product_percent
from .srm_carbon_statement import FINAL
from .srm_emission_factor import FACTOR_GWP_SETS, SCOPES
from .srm_emission_source import PERIMETERS


class SrmCarbonLine(models.Model):
    """One source in one month: quantity, factor version, kilograms, perimeter.

    Scope, perimeter, reason, unit and factor value are copies taken from the source
    when the statement is prepared, so that later changes of the source or the factor
    never change a month already validated. People enter the quantity and its proof.
    """

    _name = "srm.carbon.line"
    _description = "Carbon Statement Line"
    _order = "statement_id, scope, sequence, id"

    statement_id = fields.Many2one(
        "srm.carbon.statement", required=True, index=True, ondelete="cascade"
    )
    period_id = fields.Many2one(
        related="statement_id.period_id", store=True, index=True
    )
    month = fields.Date(related="statement_id.month", store=True, index=True)
    company_id = fields.Many2one(
        related="statement_id.company_id", store=True, index=True
    )
    site_id = fields.Many2one(related="statement_id.site_id", store=True, index=True)
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    current = fields.Boolean(compute="_compute_current", store=True)
    source_id = fields.Many2one(
        "srm.emission.source",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    sequence = fields.Integer(related="source_id.sequence", store=True)
    family = fields.Selection(related="source_id.family", store=True)
    scope = fields.Selection(SCOPES, required=True, readonly=True)
    perimeter = fields.Selection(PERIMETERS, required=True, readonly=True)
    perimeter_reason = fields.Char(readonly=True)
    market_based = fields.Boolean(
        readonly=True, help="Shown beside the total, never added to it."
    )
    counted = fields.Boolean(compute="_compute_counted", store=True)
    expected = fields.Boolean(readonly=True, help="A value is expected this month.")
    quantity_given = fields.Boolean(
        "Given", help="Tick for a true zero; set as soon as a quantity is entered."
    )
    quantity = fields.Float(digits=QUANTITY_DIGITS)
    entry_unit = fields.Char(required=True, readonly=True)
    entry_ratio = fields.Float(digits=FACTOR_DIGITS, default=1.0, readonly=True)
    estimated = fields.Boolean()
    uncertainty = fields.Float("Uncertainty of the data (± %)", (6, 2))
    evidence = fields.Char(help="Number of the bill, voucher or sheet.")
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    note = fields.Char(string="Explanation")
    factor_id = fields.Many2one(
        "srm.emission.factor", ondelete="restrict", index=True, readonly=True
    )
    gas_id = fields.Many2one("srm.gas", ondelete="restrict", readonly=True)
    factor_code = fields.Char(
        readonly=True, help="Version used, as written at the time."
    )
    factor_value = fields.Float("kg CO2e per unit", FACTOR_DIGITS, readonly=True)
    factor_unit = fields.Char(readonly=True)
    factor_uncertainty = fields.Float(
        "Uncertainty of the factor (± %)", (6, 2), readonly=True
    )
    gwp_set = fields.Selection(FACTOR_GWP_SETS, readonly=True)
    outside_scopes = fields.Boolean(readonly=True)
    frozen = fields.Boolean(compute="_compute_current", store=True, index=True)
    kgco2e = fields.Float(
        "kg CO2e", RESULT_DIGITS, compute="_compute_kgco2e", store=True
    )
    line_uncertainty = fields.Float(
        "Uncertainty (± %)", (6, 2), compute="_compute_line_uncertainty", store=True
    )
    missing = fields.Boolean(compute="_compute_missing", store=True)
    history_mean = fields.Float("Mean of 12 months", QUANTITY_DIGITS, readonly=True)
    deviation = fields.Float("Gap with the mean (%)", (8, 1), readonly=True)
    anomaly = fields.Boolean(readonly=True)

    _source_unique = models.UniqueIndex(
        "(statement_id, source_id)", "The source has a line already."
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "A quantity is not negative."
    )

    @api.depends("statement_id.state")
    def _compute_current(self):
        for line in self:
            line.current = line.statement_id.state != "superseded"
            line.frozen = line.statement_id.state in FINAL

    @api.depends("perimeter", "outside_scopes", "market_based")
    def _compute_counted(self):
        for line in self:
            line.counted = (
                line.perimeter == "included"
                and not line.outside_scopes
                and not line.market_based
            )

    @api.depends("expected", "quantity_given", "perimeter")
    def _compute_missing(self):
        for line in self:
            line.missing = (
                line.expected
                and line.perimeter == "included"
                and not line.quantity_given
            )

    @api.depends("quantity", "entry_unit", "entry_ratio", "factor_value", "factor_unit")
    def _compute_kgco2e(self):
        chosen = self.filtered("entry_unit")  # a line being entered has no source yet
        results = carbon_kg([line._prepare_activity() for line in chosen])
        for line, kilograms in zip(chosen, results, strict=True):
            line.kgco2e = float(kilograms)
        (self - chosen).kgco2e = 0.0

    def _prepare_activity(self):
        """The line as the calculation wants it.

        With a ratio the quantity is brought to the unit of the factor; without, the
        calculation converts the unit (MWh to kWh) or refuses it (m3 to kWh).
        """
        self.ensure_one()
        ratio = decimal_of(self.entry_ratio, FACTOR_DIGITS)
        quantity = decimal_of(self.quantity, QUANTITY_DIGITS) * ratio
        factor_unit = self.factor_unit or self.entry_unit
        return {
            "quantity": format(quantity, "f"),
            "unit": self.entry_unit if ratio == 1 else factor_unit,
            "factor": text_of(self.factor_value, FACTOR_DIGITS),
            "factor_unit": factor_unit,
        }

    @api.depends("uncertainty", "factor_uncertainty")
    def _compute_line_uncertainty(self):
        for line in self:
            line.line_uncertainty = product_percent(
                line.uncertainty, line.factor_uncertainty
            )

    @api.onchange("quantity")
    def _onchange_quantity(self):
        if self.quantity:
            self.quantity_given = True

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("quantity"):
                vals["quantity_given"] = True
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("quantity"):
            vals = {**vals, "quantity_given": True}
        return super().write(vals)

    @api.model
    def _prepare_source_vals(self, source, month, versions):
        """What a line takes from its source for a month.

        :param versions: ``{series: factor}`` valid on the first day of the month
        """
        factor = versions.get(source.factor_id.series) or source.factor_id
        return {
            "source_id": source.id,
            "scope": source.scope,
            "perimeter": source.perimeter,
            "perimeter_reason": source.perimeter_reason,
            "market_based": source.scope == "2" and source.scope2_method == "market",
            "expected": source._expects(month),
            "uncertainty": source.uncertainty,
            "entry_unit": source.entry_unit or source.factor_unit,
            "entry_ratio": source.entry_ratio,
            **(
                self._prepare_gas_vals(source)
                if source.kind == "gas"
                else self._prepare_factor_vals(factor)
            ),
        }

    @api.model
    def _prepare_factor_vals(self, factor):
        return {
            "factor_id": factor.id,
            "gas_id": False,
            "factor_code": factor.code,
            "factor_value": factor.kgco2e,
            "factor_unit": factor.unit,
            "factor_uncertainty": factor.uncertainty,
            "gwp_set": factor.gwp_set,
            "outside_scopes": False,
        }

    @api.model
    def _prepare_gas_vals(self, source):
        gwp_set = source.company_id.srm_gwp_set
        return {
            "factor_id": False,
            "gas_id": source.gas_id.id,
            "factor_code": f"{source.gas_id.code} {gwp_set.upper()}",
            "factor_value": source.gas_id[f"gwp_{gwp_set}"],
            "factor_unit": "kg",
            "factor_uncertainty": 0.0,
            "gwp_set": gwp_set,
            "outside_scopes": source.gas_id.outside_scopes,
        }

    def _prepare_restatement_vals(self):
        """All that was frozen: a restatement changes only what somebody changes."""
        self.ensure_one()
        copied = (
            "scope",
            "perimeter",
            "perimeter_reason",
            "market_based",
            "expected",
            "quantity_given",
            "quantity",
            "entry_unit",
            "entry_ratio",
            "estimated",
            "uncertainty",
            "evidence",
            "note",
            "factor_code",
            "factor_value",
            "factor_unit",
            "factor_uncertainty",
            "gwp_set",
            "outside_scopes",
        )
        return {
            **{name: self[name] for name in copied},
            "source_id": self.source_id.id,
            "factor_id": self.factor_id.id,
            "gas_id": self.gas_id.id,
        }

    def _compare_with_history(self):
        """Flag the quantities far from the mean of the last twelve validated months."""
        for month, lines in self.grouped("month").items():
            means = lines._history_means(month)
            for line in lines:
                mean, count = means.get(line.source_id.id, (0.0, 0))
                line._by_code().write(line._prepare_history_vals(mean, count))

    def _history_means(self, month):
        """``{source id: (mean quantity, number of months)}`` before ``month``."""
        groups = self._read_group(
            [
                ("source_id", "in", self.source_id.ids),
                ("current", "=", True),
                ("frozen", "=", True),
                ("quantity_given", "=", True),
                ("month", "<", month),
                ("month", ">=", month - relativedelta(months=12)),
            ],
            ["source_id"],
            ["quantity:avg", "__count"],
        )
        return {source.id: (mean, count) for source, mean, count in groups}

    def _prepare_history_vals(self, mean, count):
        self.ensure_one()
        company = self.company_id
        enough = count >= company.srm_carbon_anomaly_months and mean
        deviation = (self.quantity - mean) / mean * 100 if enough else 0.0
        return {
            "history_mean": mean or 0.0,
            "deviation": deviation,
            "anomaly": bool(
                self.quantity_given and abs(deviation) > company.srm_carbon_anomaly_pct
            ),
        }
