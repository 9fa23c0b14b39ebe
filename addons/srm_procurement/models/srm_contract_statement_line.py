from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_kit.guard import Freeze, Guard

from ..amounts import exact, money

CONTESTS = [
    ("none", "Not contested"),
    ("open", "Contested"),
    ("granted", "Granted"),
    ("rejected", "Rejected"),
]
#: How a contest was settled: once, after its statement was concluded.
SETTLEMENT = ("quantity_granted", "contest_note", "date_settled")


class SrmContractStatementLine(models.Model):
    """Attachment: quantity of one price taken on site (art. 61).

    A quantity has an accepted part, which is paid, and a contested one, which is held
    until it is settled; what is then granted enters a later statement once.
    """

    _name = "srm.contract.statement.line"
    _description = "Attachment of a Statement"
    _order = "statement_id, date, id"
    _rec_name = "contract_line_id"
    _guard = Guard(
        free=(*SETTLEMENT, "contest"),
        freezes=(Freeze(once="date_settled", fields=SETTLEMENT, database=True),),
    )

    statement_id = fields.Many2one(
        "srm.contract.statement", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="statement_id.state", store=True)
    contract_id = fields.Many2one(
        related="statement_id.contract_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    contract_line_id = fields.Many2one(
        "srm.contract.line",
        string="Price",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id), ('amends_line_id', '=', False)]",
    )
    uom_id = fields.Many2one(related="contract_line_id.uom_id")
    price_unit = fields.Float(related="contract_line_id.price_unit", aggregator=None)
    reference = fields.Char(string="Attachment No.")
    date = fields.Date(
        string="Taken on", required=True, default=fields.Date.context_today
    )
    place = fields.Char(required=True, help="Exact place of the works (art. 61).")
    order_id = fields.Many2one(
        "srm.contract.order",
        string="Service order",
        ondelete="restrict",
        domain="[('contract_id', '=', contract_id), ('state', '=', 'issued')]",
    )
    quantity = fields.Float(
        digits=(16, 3), required=True, help="Measured; negative for a correction."
    )
    quantity_contested = fields.Float(string="Contested", digits=(16, 3))
    contest_reason = fields.Char()
    quantity_accepted = fields.Float(
        string="Accepted", digits=(16, 3), compute="_compute_accepted", store=True
    )
    quantity_previous = fields.Float(
        string="Previous", digits=(16, 3), compute="_compute_to_date", aggregator=None
    )
    quantity_to_date = fields.Float(
        string="To date", digits=(16, 3), compute="_compute_to_date", aggregator=None
    )
    amount_ht = fields.Monetary(
        string="Accepted HT", compute="_compute_accepted", store=True
    )
    contested_ht = fields.Monetary(
        string="Contested HT", compute="_compute_accepted", store=True
    )
    contest = fields.Selection(
        CONTESTS, compute="_compute_contest", store=True, index=True
    )
    quantity_granted = fields.Float(
        string="Granted", digits=(16, 3), readonly=True, copy=False
    )
    contest_note = fields.Char(string="Agreement", readonly=True, copy=False)
    date_settled = fields.Date(string="Settled on", readonly=True, copy=False)
    origin_line_id = fields.Many2one(
        "srm.contract.statement.line",
        string="Contest settled",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Contested quantity of an earlier statement that this line pays.",
    )

    _contested_within = models.Constraint(
        "CHECK (quantity_contested = 0 OR"
        " (quantity_contested > 0 AND quantity_contested <= quantity))",
        "The contested quantity is a part of the quantity measured.",
    )
    _contest_has_reason = models.Constraint(
        "CHECK (COALESCE(quantity_contested, 0) = 0 OR contest_reason IS NOT NULL)",
        "A contested quantity says why.",
    )
    _granted_within = models.Constraint(
        "CHECK (COALESCE(quantity_granted, 0) BETWEEN 0"
        " AND COALESCE(quantity_contested, 0))",
        "What is granted is a part of what is contested.",
    )
    _origin_unique = models.UniqueIndex(
        "(origin_line_id) WHERE origin_line_id IS NOT NULL AND state != 'cancelled'",
        "This contested quantity is already in a statement.",
    )

    @api.depends("quantity", "quantity_contested", "contract_line_id.price_unit")
    def _compute_accepted(self):
        for line in self:
            contested = exact(line.quantity_contested)
            accepted = exact(line.quantity) - contested
            price = exact(line.contract_line_id.price_unit)
            line.quantity_accepted = float(accepted)
            line.amount_ht = float(money(accepted * price))
            line.contested_ht = float(money(contested * price))

    @api.depends("quantity_contested", "date_settled", "quantity_granted")
    def _compute_contest(self):
        for line in self:
            if not exact(line.quantity_contested):
                line.contest = "none"
            elif not line.date_settled:
                line.contest = "open"
            else:
                line.contest = "granted" if line.quantity_granted else "rejected"

    @api.depends("quantity_accepted", "contract_line_id", "statement_id.line_ids")
    def _compute_to_date(self):
        for statement, lines in self.grouped("statement_id").items():
            found = statement._quantities() if statement.id else {}
            for line in lines:
                before, period = found.get(line.contract_line_id, (0, 0))
                line.quantity_previous = float(before)
                line.quantity_to_date = float(before + period)

    @api.constrains("contract_line_id", "statement_id", "order_id")
    def _check_contract(self):
        for line in self:
            contract = line.statement_id.contract_id
            price, order = line.contract_line_id, line.order_id
            if price.contract_id != contract or price.amends_line_id:
                raise ValidationError(
                    self.env._(
                        "Price %(price)s is not in the schedule of contract "
                        "%(contract)s.",
                        price=price.display_name,
                        contract=contract.name,
                    )
                )
            if price.amendment_id and price.amendment_id.state != "approved":
                raise ValidationError(
                    self.env._(
                        "Price %(price)s belongs to an amendment that is not approved.",
                        price=price.display_name,
                    )
                )
            if order and order.contract_id != contract:
                raise ValidationError(
                    self.env._(
                        "%(order)s is not an order of contract %(contract)s.",
                        order=order.display_name,
                        contract=contract.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.statement_id._refresh()
        return lines

    def write(self, vals):
        statements = self.statement_id
        result = super().write(vals)
        (statements | self.statement_id)._refresh()
        return result

    def unlink(self):
        statements = self.statement_id
        result = super().unlink()
        statements.exists()._refresh()
        return result

    def action_settle(self):
        """Ask how much of the contested quantity is granted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle the contested quantity"),
            "res_model": "srm.contract.contest",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _settle(self, granted: float, note: str):
        """Close the contest of a concluded statement, once.

        :raise UserError: the statement is still under way, or the contest is closed
        """
        self.lock_for_update()
        self.invalidate_recordset(["date_settled"])
        for line in self:
            if line.state != "posted":
                raise UserError(
                    self.env._(
                        "Statement %(name)s is under way: change its attachment "
                        "instead.",
                        name=line.statement_id.name,
                    )
                )
            if line.contest != "open":
                raise UserError(
                    self.env._(
                        "The contest on %(price)s is already settled.",
                        price=line.contract_line_id.display_name,
                    )
                )
        self._by_code().write(
            {
                "quantity_granted": granted,
                "contest_note": note,
                "date_settled": fields.Date.context_today(self),
            }
        )

    def _prepare_granted_vals(self, statement) -> dict:
        return {
            "statement_id": statement.id,
            "contract_line_id": self.contract_line_id.id,
            "origin_line_id": self.id,
            "reference": self.reference,
            "date": self.date_settled,
            "place": self.place,
            "order_id": self.order_id.id,
            "quantity": self.quantity_granted,
        }
