from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Guard

from ..amounts import exact, money


class SrmContractLine(models.Model):
    """One price of the schedule (bordereau des prix), or its change by an amendment.

    A line with ``amends_line_id`` adds a quantity, maybe negative, to an existing price
    at the price of that line. Works are measured against the other lines. The schedule
    changes while the contract, or the amendment of the line, is a draft.
    """

    _name = "srm.contract.line"
    _description = "Price of a Contract"
    _order = "contract_id, amendment_id nulls first, sequence, id"
    _rec_names_search = ["number", "name"]
    _guard = Guard(free=("sequence",))

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="cascade"
    )
    initial_contract_id = fields.Many2one(
        "srm.contract",
        compute="_compute_initial_contract_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Contract whose first schedule the line is part of.",
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    sequence = fields.Integer(default=10)
    number = fields.Char(string="Price No.", required=True)
    name = fields.Char(string="Description", required=True)
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("uom.product_uom_unit"),
    )
    quantity = fields.Float(digits=(16, 3), required=True, default=1.0)
    price_unit = fields.Float(
        string="Unit price HT",
        digits=(16, 4),
        required=True,
        aggregator=None,
    )
    amount_ht = fields.Monetary(
        string="Amount HT", compute="_compute_amount_ht", store=True
    )
    amendment_id = fields.Many2one(
        "srm.contract.amendment", index="btree_not_null", ondelete="cascade"
    )
    amends_line_id = fields.Many2one(
        "srm.contract.line",
        string="Changes price",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id), ('amends_line_id', '=', False)]",
        help="Price of the schedule whose quantity this line changes.",
    )
    amending_line_ids = fields.One2many("srm.contract.line", "amends_line_id")
    quantity_total = fields.Float(
        string="Quantity with amendments",
        digits=(16, 3),
        compute="_compute_quantity_total",
    )

    _number_unique = models.UniqueIndex(
        "(contract_id, number) WHERE amends_line_id IS NULL",
        "This price number is already in the schedule of the contract.",
    )
    _values_valid = models.Constraint(
        "CHECK (price_unit >= 0 AND (quantity >= 0 OR amends_line_id IS NOT NULL))",
        "A price and its quantity cannot be negative; an amendment reduces a quantity "
        "by a line that changes the price.",
    )
    _amends_in_amendment = models.Constraint(
        "CHECK (amends_line_id IS NULL OR amendment_id IS NOT NULL)",
        "A quantity of the schedule changes by an amendment only.",
    )

    @api.depends("contract_id", "amendment_id")
    def _compute_initial_contract_id(self):
        for line in self:
            line.initial_contract_id = not line.amendment_id and line.contract_id

    @api.depends("quantity", "price_unit")
    def _compute_amount_ht(self):
        for line in self:
            line.amount_ht = float(money(exact(line.quantity) * exact(line.price_unit)))

    @api.depends(
        "quantity", "amending_line_ids.quantity", "amending_line_ids.amendment_id.state"
    )
    def _compute_quantity_total(self):
        for line in self:
            approved = line.amending_line_ids.filtered(
                lambda item: item.amendment_id.state == "approved"
            )
            change = sum(map(exact, approved.mapped("quantity")))
            line.quantity_total = float(exact(line.quantity) + change)

    @api.depends("number", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = joined(line.number, line.name, by=" ")

    @api.onchange("amends_line_id")
    def _onchange_amends_line_id(self):
        source = self.amends_line_id
        if source:
            self.number, self.name = source.number, source.name
            self.uom_id, self.price_unit = source.uom_id, source.price_unit

    @api.constrains("amends_line_id", "contract_id", "price_unit", "amendment_id")
    def _check_amended(self):
        for line in self:
            source, amendment = line.amends_line_id, line.amendment_id
            if amendment and amendment.contract_id != line.contract_id:
                raise ValidationError(
                    self.env._(
                        "Price %(price)s: amendment %(amendment)s is of another "
                        "contract.",
                        price=line.display_name,
                        amendment=amendment.display_name,
                    )
                )
            if source and (
                source.contract_id != line.contract_id
                or exact(source.price_unit) != exact(line.price_unit)
            ):
                raise ValidationError(
                    self.env._(
                        "Price %(price)s: a change of quantity keeps the unit price of "
                        "the schedule. Add a new price instead.",
                        price=line.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("amendment_id") and not vals.get("contract_id"):
                amendment = self.env["srm.contract.amendment"].browse(
                    vals["amendment_id"]
                )
                vals["contract_id"] = amendment.contract_id.id
        return super().create(vals_list)
