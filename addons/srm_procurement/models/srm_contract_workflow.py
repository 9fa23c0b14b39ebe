import datetime

from srm_engine.contract import Term, contract_term

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .srm_contract import LIVE_STATES


class SrmContract(models.Model):
    """Buttons of the contract and its term; each button is safe to press twice.

    draft -> notified -> running <-> stopped (service orders) -> accepted -> closed
    (acceptances); terminated from any state before the acceptance.
    """

    _inherit = "srm.contract"

    date_end = fields.Date(
        string="End of the term",
        compute="_compute_term",
        help="Stops and the days granted by amendments included.",
    )
    suspended_days = fields.Integer(string="Days stopped", compute="_compute_term")
    late_days = fields.Integer(string="Days late", compute="_compute_term")
    amendment_days = fields.Integer(
        string="Days granted by amendments", compute="_compute_amendment_days"
    )
    guarantee_due_date = fields.Date(
        string="Guarantee due on", compute="_compute_guarantee_due"
    )
    guarantee_missing = fields.Boolean(compute="_compute_guarantee_due")
    date_warranty_end = fields.Date(
        string="End of the guarantee period", compute="_compute_warranty_end"
    )

    @api.depends("amendment_ids.state", "amendment_ids.days")
    def _compute_amendment_days(self):
        for contract in self:
            approved = contract.amendment_ids.filtered(
                lambda item: item.state == "approved"
            )
            contract.amendment_days = sum(approved.mapped("days"))

    @api.depends(
        "date_start",
        "term_value",
        "term_unit",
        "amendment_days",
        "order_ids.state",
        "order_ids.date_effect",
        "date_provisional",
        "date_terminated",
    )
    def _compute_term(self):
        today = fields.Date.context_today(self)
        for contract in self:
            found = contract._term(today)
            contract.date_end = found and found.end
            contract.suspended_days = found.suspended if found else 0
            contract.late_days = found.late_days if found else 0

    def _term(self, as_of: datetime.date) -> Term | None:
        """State of the term on a date; it stops at the provisional acceptance."""
        self.ensure_one()
        if not self.date_start:
            return None
        stops = [item for item in (self.date_provisional, self.date_terminated) if item]
        return contract_term(
            self.date_start,
            self.term_value,
            self.term_unit,
            self.order_ids._stops(),
            max(min([as_of, *stops]), self.date_start),
            self.amendment_days,
        )

    @api.depends(
        "date_notified",
        "guarantee_days",
        "guarantee_amount",
        "guarantee_ids.state",
        "guarantee_ids.amount",
    )
    def _compute_guarantee_due(self):
        for contract in self:
            notified = contract.date_notified
            contract.guarantee_due_date = notified and notified + datetime.timedelta(
                days=contract.guarantee_days
            )
            held = contract.guarantee_ids.filtered(
                lambda item: item.kind == "definitive" and item.state == "held"
            )
            contract.guarantee_missing = bool(
                contract.state in (*LIVE_STATES, "accepted")
                and sum(held.mapped("amount")) < contract.guarantee_amount
            )

    @api.depends("date_provisional", "warranty_months")
    def _compute_warranty_end(self):
        for contract in self:
            start = contract.date_provisional
            contract.date_warranty_end = start and fields.Date.add(
                start, months=contract.warranty_months
            )

    # --- buttons -------------------------------------------------------------------
    def action_notify(self):
        """Draft -> notified: the contract is signed, approved and its terms frozen."""
        self._notify(fields.Date.context_today(self))
        return True

    def _notify(self, date):
        contracts = self._take_step("notify", date_notified=date)
        contracts.formula_id._hold(date)

    def action_terminate(self):
        """Ask why and from when, then ``_terminate``."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate the contract"),
            "res_model": "srm.contract.terminate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _terminate(self, date, reason: str):
        for contract in self:
            if contract.date_notified and date < contract.date_notified:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s cannot end before its notification.",
                        contract=contract.name,
                    )
                )
        self._take_step("terminate", date_terminated=date, termination_reason=reason)

    # --- checks --------------------------------------------------------------------
    def _check_complete(self):
        for contract in self:
            missing = [
                contract._fields[name]._description_string(self.env)
                for name in contract._required_to_notify()
                if not contract[name]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s cannot be notified without: "
                        "%(missing)s.",
                        contract=contract.name,
                        missing=", ".join(missing),
                    )
                )
            if contract.date_approved < contract.date_signed:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s was approved before it was signed: "
                        "correct the dates.",
                        contract=contract.name,
                    )
                )

    def _required_to_notify(self) -> list[str]:
        names = ["line_ids", "amount_initial_ht", "date_signed", "date_approved"]
        if self.predecessor_id:
            names.append("transfer_act")
        if self.formula_id:
            names.append("date_bid_deadline")
        return names

    # --- screens -------------------------------------------------------------------
    def _action_of(self, xmlid: str, **context):
        """Open the records of this contract with an action of the add-on."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"srm_procurement.{xmlid}"
        )
        return action | {
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id, **context},
        }

    def action_view_orders(self):
        return self._action_of("action_srm_contract_order")

    def action_view_guarantees(self):
        return self._action_of("action_srm_contract_guarantee")

    def action_view_amendments(self):
        return self._action_of("action_srm_contract_amendment")
