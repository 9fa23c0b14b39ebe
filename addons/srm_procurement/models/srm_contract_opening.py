from srm_engine.statement import retention_cap

from odoo import Command, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import ZERO, money


class SrmContract(models.Model):
    """Where the predecessor left an inherited contract.

    The position is a statement of its own kind, without a bill: what the predecessor
    did not pay of it is in the register of debts, its retention included. Only the
    advance still to repay enters the books, since the coming statements repay it.
    """

    _inherit = "srm.contract"

    opening_possible = fields.Boolean(compute="_compute_opening_possible")

    def _compute_opening_possible(self):
        for contract in self:
            contract.opening_possible = bool(
                contract.predecessor_id
                and contract.state not in ("draft", "closed")
                and not contract._statements_under_way()
            )

    def _statements_under_way(self):
        return self.statement_ids.filtered(lambda item: item.state != "cancelled")

    def action_record_opening(self):
        """Ask for the position, with every price of the schedule."""
        self.ensure_one()
        prices = self.line_ids.filtered(lambda line: not line.amends_line_id)
        wizard = self.env["srm.contract.opening"].create(
            {
                "contract_id": self.id,
                "date": fields.Date.context_today(self),
                "reference": self.transfer_act or self.name,
                "line_ids": [
                    Command.create({"contract_line_id": line.id}) for line in prices
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opening position"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _record_opening(self, vals: dict, number: int):
        """Statement that carries the position.

        :param vals: ``date``, ``lines`` (attachments), ``advance_opening``,
            ``late_days`` and the amounts ``<figure>_period``
        :raise UserError: the contract is not inherited or has a statement already
        :raise ValidationError: amounts that cannot be
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["statement_ids"])
        self._check_opening(vals, number)
        statement = self.env["srm.contract.statement"].create(
            {
                "contract_id": self.id,
                "kind": "opening",
                "date": vals["date"],
                "line_ids": vals["lines"],
            }
        )
        statement._conclude_opening(vals, number)
        self._book_opening_advance(vals)
        return statement

    def _check_opening(self, vals, number):
        if not self.predecessor_id or self._statements_under_way():
            raise UserError(
                self.env._(
                    "Contract %(contract)s cannot take an opening position: it must be "
                    "inherited, notified, and without any statement.",
                    contract=self.name,
                )
            )
        problem = self._opening_problem(vals, number)
        if problem:
            raise ValidationError(
                self.env._(
                    "Opening position of contract %(contract)s: %(problem)s.",
                    contract=self.name,
                    problem=problem,
                )
            )

    def _opening_problem(self, vals, number) -> str:
        if number < 1:
            return self.env._("the statement number starts at 1")
        if vals["date"] > fields.Date.context_today(self):
            return self.env._("its date is in the future")
        if any(money(vals[name]) < 0 for name in vals if name.endswith("_period")):
            return self.env._("an amount is negative")
        if money(vals["advance_period"]) > money(vals["advance_opening"]):
            return self.env._("more advance is repaid than was paid")
        cap = retention_cap(self._engine_terms())
        if money(vals["retention_period"]) > cap:
            return self.env._(
                "the retention passes its cap of %(cap)s",
                cap=self.currency_id.format(float(cap)),
            )
        return ""

    def _book_opening_advance(self, vals):
        """Advance the contractor still owes, against the predecessor's account."""
        owed = money(vals["advance_opening"]) - money(vals["advance_period"])
        if owed <= ZERO:
            return
        company = self.company_id
        accounts = self.env["srm.predecessor.account"]._for_origin(
            company, self.predecessor_id
        )
        label = self.env._("Advance taken over - %(contract)s", contract=self.name)
        advance = {
            "account_id": company._srm_contract_account("advance").id,
            "partner_id": self.partner_id.id,
            "name": label,
            "debit": float(owed),
        }
        contra = {
            "account_id": accounts.contra_account_id.id,
            "name": label,
            "credit": float(owed),
        }
        self.env["srm.debt"]._create_book_move(
            company, accounts, [advance, contra], ref=label
        )


class SrmContractStatement(models.Model):
    _inherit = "srm.contract.statement"

    advance_opening = fields.Monetary(
        string="Advance paid by the predecessor", readonly=True, copy=False
    )

    _opening_first = models.UniqueIndex(
        "(contract_id) WHERE kind = 'opening' AND state != 'cancelled'",
        "A contract has one opening position.",
    )

    def _conclude_opening(self, vals: dict, number: int):
        """Figures of the predecessor instead of computed ones; never a bill."""
        self.ensure_one()
        net = money(vals["ttc_period"]) - sum(
            money(vals[f"{name}_period"])
            for name in ("retention", "advance", "penalty", "special_penalty")
        )
        amounts = {
            name: value
            for name, value in vals.items()
            if name.endswith("_period") or name in ("advance_opening", "late_days")
        }
        self._by_code().write(
            amounts
            | {
                "number": number,
                "net_period": float(net),
                "late_days_total": vals["late_days"],
            }
        )
        self._take_step("take_over")

    def _check_drawable(self):
        if self.kind == "opening":
            self._refuse(
                self.env._("an opening position is recorded from its contract")
            )
        return super()._check_drawable()
