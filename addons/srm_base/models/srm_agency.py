from odoo import api, fields, models

from ..tools.seed import load_seed


class SrmAgency(models.Model):
    """Provincial directorate, or commercial centre where customers are received."""

    _name = "srm.agency"
    _inherit = "srm.search.mixin"
    _description = "Agency"
    _order = "company_id, code"
    _check_company_auto = True
    _parent_store = True
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("head_office", "Head office"),
            ("directorate", "Provincial directorate"),
            ("centre", "Commercial centre"),
        ],
        required=True,
        default="centre",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    parent_id = fields.Many2one(
        "srm.agency",
        string="Reports to",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("srm.agency", "parent_id", string="Agencies below")
    territory_ids = fields.Many2many("srm.territory", string="Territories served")
    service_ids = fields.Many2many("srm.service", string="Services offered")
    manager_id = fields.Many2one(
        "res.users", index="btree_not_null", ondelete="set null"
    )
    address = fields.Text(translate=True)
    phone = fields.Char()
    email = fields.Char()
    opening_hours = fields.Char(translate=True)
    population = fields.Integer(
        "Population served",
        compute="_compute_population",
        help="Census of 2024, communes counted once",
    )

    _code_unique = models.Constraint(
        "UNIQUE (company_id, code)", "Two agencies cannot have the same code."
    )

    @api.depends("territory_ids.population_2024")
    def _compute_population(self):
        """Sum over the topmost territories only: a province holds its communes."""
        for agency in self:
            served = agency.territory_ids
            inside = set(served.ids)
            agency.population = sum(
                territory.population_2024
                for territory in served
                if not inside.intersection(
                    map(int, (territory.parent_path or "").split("/")[:-2])
                )
            )

    @api.model
    def _load_seed_rows(self, rows):
        """Those they report to exist before the agencies below them."""
        for kind, _label in self._fields["kind"].selection:
            load_seed(self, [self._seed(row) for row in rows if row["kind"] == kind])

    @api.model
    def _seed_values(self, row):
        return {
            **super()._seed_values(row),
            "parent_id": next(iter(self._seed_ids("srm.agency", row["parent"])), False),
            "territory_ids": self._seed_ids("srm.territory", row["territories"]),
            "service_ids": self._seed_ids("srm.service", row["services"]),
        }
