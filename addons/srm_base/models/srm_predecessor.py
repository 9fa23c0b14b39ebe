from odoo import api, fields, models


class SrmPredecessor(models.Model):
    """Operator whose debts, contracts, customers or staff the company took over."""

    _name = "srm.predecessor"
    _inherit = "srm.search.mixin"
    _description = "Predecessor"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short code used in import files, for instance ramsa"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("public_establishment", "Public establishment"),
            ("autonomous_board", "Autonomous distribution board"),
            ("local_authority", "Local authority"),
            ("concession", "Private concession holder"),
        ],
        required=True,
        default="public_establishment",
    )
    service_ids = fields.Many2many("srm.service", string="Services")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", ondelete="set null"
    )
    note = fields.Text(translate=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two predecessors cannot have the same code."
    )

    @api.model
    def _seed_values(self, row):
        service_ids = self._seed_ids("srm.service", row["services"])
        return {**super()._seed_values(row), "service_ids": service_ids}
