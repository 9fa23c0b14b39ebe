from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.seed import load_rows, read_csv

GWP_ENTERED = "read in the report for a single gas, computed for a blend"
GWP_SETS = [("ar4", "IPCC AR4"), ("ar5", "IPCC AR5"), ("ar6", "IPCC AR6")]


class SrmGas(models.Model):
    """A greenhouse gas and its warming potential over 100 years, by IPCC report.

    A blend is the mass-weighted mean of its components, so that a value printed
    under the wrong report (2088 for R-410A is AR4, not AR6) cannot enter.
    Quantities are recorded in kilograms of gas; the set is chosen apart.
    """

    _name = "srm.gas"
    _description = "Greenhouse Gas"
    _order = "sequence, code"
    _rec_names_search = ["code", "name"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    gwp_ar4 = fields.Float(
        "GWP AR4",
        (12, 4),
        compute="_compute_gwp",
        store=True,
        readonly=False,
        recursive=True,
        entered=GWP_ENTERED,
    )
    gwp_ar5 = fields.Float(
        "GWP AR5",
        (12, 4),
        compute="_compute_gwp",
        store=True,
        readonly=False,
        recursive=True,
        entered=GWP_ENTERED,
    )
    gwp_ar6 = fields.Float(
        "GWP AR6",
        (12, 4),
        compute="_compute_gwp",
        store=True,
        readonly=False,
        recursive=True,
        entered=GWP_ENTERED,
    )
    outside_scopes = fields.Boolean(
        help="Gas of the Montreal protocol: reported apart, never in the total."
    )
    component_ids = fields.One2many("srm.gas.component", "gas_id", string="Components")
    is_blend = fields.Boolean(compute="_compute_is_blend")

    _code_unique = models.UniqueIndex("(code)", "This gas exists already.")

    @api.depends("component_ids")
    def _compute_is_blend(self):
        for gas in self:
            gas.is_blend = bool(gas.component_ids)

    @api.depends(
        "component_ids.share",
        "component_ids.component_id.gwp_ar4",
        "component_ids.component_id.gwp_ar5",
        "component_ids.component_id.gwp_ar6",
    )
    def _compute_gwp(self):
        for gas in self.filtered("component_ids"):
            for key, _label in GWP_SETS:
                gas[f"gwp_{key}"] = sum(
                    line.share * line.component_id[f"gwp_{key}"] / 100
                    for line in gas.component_ids
                )

    @api.constrains("component_ids")
    def _check_components(self):
        for gas in self.filtered("component_ids"):
            total = sum(gas.component_ids.mapped("share"))
            if round(total, 4) != 100:
                raise ValidationError(
                    self.env._(
                        "The components of %(gas)s add up to %(total)s %%, not 100 %%.",
                        gas=gas.name,
                        total=total,
                    )
                )

    @api.model
    def _load_seed(self):
        """Create the shipped gases; components of blends come after single gases."""
        rows = read_csv("srm_gas")
        records = load_rows(self, rows, self._seed_values)
        by_code = {gas.code: gas for gas in records}
        for gas, row in zip(records, rows, strict=True):
            if row["components"] and not gas.component_ids:
                gas.component_ids = [
                    fields.Command.create(
                        {"component_id": by_code[code].id, "share": float(share)}
                    )
                    for code, share in (
                        part.split(":") for part in row["components"].split(";")
                    )
                ]

    @api.model
    def _seed_values(self, row):
        gwp = {
            name: float(row[name])
            for name in ("gwp_ar4", "gwp_ar5", "gwp_ar6")
            if row[name]
        }
        return {
            **gwp,
            "code": row["code"],
            "outside_scopes": row["outside_scopes"] == "1",
        }
