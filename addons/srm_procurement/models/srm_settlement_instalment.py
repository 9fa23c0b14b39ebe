from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_base.tools.names import joined

from ..amounts import total

STATES = [
    ("planned", "Planned"),
    ("to_pay", "To pay"),
    ("ordered", "In a payment order"),
    ("sent", "Sent to the bank"),
    ("paid", "Paid"),
    ("cancelled", "Cancelled"),
]


class SrmSettlementInstalment(models.Model):
    """One payment promised on a date.

    Its state is read from the payment lines that pay it, so it stays right whatever
    happens to the payment order.
    """

    _name = "srm.settlement.instalment"
    _description = "Instalment of a Settlement"
    _order = "date, settlement_id, id"
    _check_company_auto = True

    name = fields.Char(string="Instalment", compute="_compute_name", store=True)
    settlement_id = fields.Many2one(
        "srm.settlement", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(
        string="No.", compute="_compute_number", store=True, aggregator=None
    )
    date = fields.Date(string="Due on", required=True, index=True)
    amount = fields.Monetary(required=True)
    state = fields.Selection(STATES, compute="_compute_state", store=True, index=True)
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    amount_paid = fields.Monetary(string="Paid", compute="_compute_payment", store=True)
    credit_date = fields.Date(
        string="Credited on", compute="_compute_payment", store=True
    )
    allocation_ids = fields.One2many(
        "srm.settlement.allocation", "instalment_id", string="Debts paid"
    )
    order_id = fields.Many2one(
        "account.payment.order", compute="_compute_order_id", string="Payment order"
    )
    refusal_reason = fields.Char(compute="_compute_refusal")

    company_id = fields.Many2one(
        related="settlement_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    file_id = fields.Many2one(related="settlement_id.file_id", store=True)
    partner_id = fields.Many2one(
        related="settlement_id.partner_id", store=True, index=True
    )
    territory_id = fields.Many2one(related="settlement_id.territory_id", store=True)
    partner_bank_id = fields.Many2one(related="settlement_id.partner_bank_id")
    payment_mode_id = fields.Many2one(
        related="settlement_id.payment_mode_id", store=True
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of an instalment must be positive."
    )
    _to_pay_idx = models.Index("(company_id, date) WHERE state = 'to_pay'")

    @api.depends("settlement_id.instalment_ids.date")
    def _compute_number(self):
        for settlement, instalments in self.grouped("settlement_id").items():
            ordered = settlement.instalment_ids.filtered("date").sorted(
                lambda item: (item.date, str(item.id))
            )
            ranks = {item: rank for rank, item in enumerate(ordered, 1)}
            for instalment in instalments:
                instalment.number = ranks.get(instalment, 0)

    @api.depends("settlement_id.name", "number")
    def _compute_name(self):
        for instalment in self:
            number = instalment.number and f"{instalment.number:02d}"
            instalment.name = joined(instalment.settlement_id.name, number, by="/")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for instalment in self:
            instalment.display_name = joined(
                instalment.name, instalment.partner_id.name, by=" "
            )

    @api.depends("settlement_id.state", "allocation_ids.state")
    def _compute_state(self):
        for instalment in self:
            instalment.state = instalment._state()

    def _state(self) -> str:
        shares = set(self.allocation_ids.mapped("state"))
        if shares == {"paid"}:
            return "paid"
        if self.settlement_id.state == "cancelled":
            return "cancelled"
        if self.settlement_id.state not in ("scheduled", "done") or not shares:
            return "planned"
        # The least advanced share decides: a refused transfer is to be paid again.
        return next(code for code, _label in STATES if code in shares)

    @api.depends("date", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for instalment in self:
            unpaid = instalment.state in ("to_pay", "ordered", "sent")
            instalment.late = bool(
                unpaid and instalment.date and instalment.date < today
            )

    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("state", "in", ("to_pay", "ordered", "sent")),
            ("date", "<", fields.Date.context_today(self)),
        ]
        return late if True in value else ["!", "&", *late]

    @api.depends("allocation_ids.paid", "allocation_ids.credit_date")
    def _compute_payment(self):
        for instalment in self:
            paid = instalment.allocation_ids.filtered("paid")
            dates = [share.credit_date for share in paid if share.credit_date]
            instalment.amount_paid = float(total(paid.mapped("amount")))
            instalment.credit_date = max(dates, default=False)

    def _compute_order_id(self):
        for instalment in self:
            lines = instalment.allocation_ids.payment_line_ids
            instalment.order_id = lines.filtered("srm_live").order_id[:1]

    def _compute_refusal(self):
        for instalment in self:
            lines = instalment.allocation_ids.payment_line_ids
            refused = lines.filtered("srm_refusal_date").sorted("srm_refusal_date")
            instalment.refusal_reason = refused[-1:].srm_refusal_reason

    def _check_dates_not_past(self):
        today = fields.Date.context_today(self)
        past = self.filtered(lambda item: item.date < today)
        if past:
            raise ValidationError(
                self.env._(
                    "Instalment %(name)s falls on %(date)s, in the past.",
                    name=past[0].name,
                    date=fields.Date.to_string(past[0].date),
                )
            )

    # --- payment -------------------------------------------------------------------
    def action_prepare_orders(self):
        """Put the chosen instalments in draft payment orders, one per payment mode.

        Shares already in an order are left alone, so a second click adds nothing.
        """
        self.check_access("write")
        self.lock_for_update()
        # Another transaction may have moved them since they were displayed.
        self.allocation_ids.lock_for_update()
        shares = self.allocation_ids.filtered(lambda item: item.state == "to_pay")
        if not shares:
            self._raise_nothing_to_pay()
        shares._check_can_be_ordered()
        orders = self.env["account.payment.order"]
        for mode, group in shares.grouped("payment_mode_id").items():
            order = orders.create(orders._srm_prepare_order_vals(mode))
            lines = self.env["account.payment.line"]._by_code()
            lines.create(group._prepare_payment_lines(order))
            orders |= order
        return self._open_orders(orders)

    def _raise_nothing_to_pay(self):
        orders = self._all_orders().filtered(lambda order: order.state != "cancel")
        if orders:
            raise UserError(
                self.env._(
                    "These instalments are already in payment order %(orders)s.",
                    orders=", ".join(orders.mapped("name")),
                )
            )
        raise UserError(
            self.env._(
                "None of these instalments can be paid: their settlement must be "
                "scheduled."
            )
        )

    def _all_orders(self):
        return self.allocation_ids.payment_line_ids.order_id

    def _open_orders(self, orders):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_payment_order.account_payment_order_outbound_action"
        )
        action["context"] = {}
        if len(orders) == 1:
            return action | {
                "res_id": orders.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return action | {"domain": [("id", "in", orders.ids)]}

    def action_view_order(self):
        return self._open_orders(self._all_orders())

    def action_open_settlement(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.settlement",
            "res_id": self.settlement_id.id,
            "view_mode": "form",
        }
