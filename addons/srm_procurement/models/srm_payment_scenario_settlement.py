from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from srm_engine.dates import month_end

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..amounts import ZERO, allocate, money

SHOWN = 15


def cut(amounts: Iterable[Decimal], limit: Decimal) -> list[Decimal]:
    """The first ``limit`` dirhams of ``amounts``, in their order.

    >>> cut([Decimal(60), Decimal(40)], Decimal(70))
    [Decimal('60'), Decimal('10')]
    """
    kept, left = [], limit
    for amount in amounts:
        if left <= 0:
            break
        kept.append(min(amount, left))
        left -= kept[-1]
    return kept


class SrmPaymentScenario(models.Model):
    """From the chosen scenario to the settlements and the payment orders."""

    _inherit = "srm.payment.scenario"

    settlement_ids = fields.One2many(
        "srm.settlement", "scenario_id", string="Settlements", readonly=True
    )
    settlement_count = fields.Integer(compute="_compute_settlement_count")

    def _compute_settlement_count(self):
        counts = dict(
            self.env["srm.settlement"]._read_group(
                [("scenario_id", "in", self.ids)], ["scenario_id"], ["__count"]
            )
        )
        for scenario in self:
            scenario.settlement_count = counts.get(scenario._origin, 0)

    def action_view_settlements(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.srm_settlement_action"
        )
        return action | {"domain": [("scenario_id", "in", self.ids)], "context": {}}

    def action_propose(self):
        """Propose the settlements of the next month that still has files to settle."""
        self.ensure_one()
        line = self.env["srm.payment.scenario.line"].search(
            [
                ("scenario_id", "=", self.id),
                ("month_first", "!=", False),
                ("settlement_ids", "not any", [("state", "!=", "cancelled")]),
            ],
            order="month_first, rank",
            limit=1,
        )
        months = self.month_ids
        month = months.filtered(lambda item: item.month == line.month_first)
        return self._open_propose(month or months[:1])

    def _open_propose(self, month) -> dict:
        self._check_frozen()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose the settlements of a month"),
            "res_model": "srm.payment.scenario.propose",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_scenario_id": self.id,
                "default_month_id": month.id,
            },
        }

    def _check_frozen(self):
        for scenario in self:
            if scenario.state != "frozen":
                raise UserError(
                    self.env._(
                        "Settlements follow the chosen scenario: choose and freeze "
                        "%(name)s first.",
                        name=scenario.name,
                    )
                )

    # --- settlements -----------------------------------------------------------------
    def _lines_of(self, month: date):
        """Files whose first payment falls in ``month``."""
        return self.env["srm.payment.scenario.line"].search(
            [("scenario_id", "=", self.id), ("month_first", "=", month)], order="rank"
        )

    def _propose(self, month: date, day: int):
        """Draft settlements of the files whose first payment falls in ``month``.

        One per file and payee, with one instalment per planned month. Only what can be
        settled today is taken; a file that already has its settlement is left alone,
        so that a second click adds nothing. What differs from the plan is told on the
        scenario.

        :param day: day of the month of the instalments
        """
        self.ensure_one()
        self._check_frozen()
        self.env["srm.settlement"].check_access("create")
        # Two people proposing the same month: the second one waits or is refused.
        self.lock_for_update()
        lines = self._lines_of(month).filtered(lambda line: not line.settled_count)
        debts = lines.file_id._settleable_debts().grouped("file_id")
        vals_list, notes = [], []
        for line in lines:
            own = debts.get(line.file_id, self.env["srm.debt"])
            vals_list += self._prepare_settlements(line, own, day)
            notes += self._differences(line, own)
        # Planned by the scenario: nobody enters it.
        settlements = self.env["srm.settlement"]._by_code().create(vals_list)
        self._tell_proposal(month, settlements, notes)
        return settlements

    def _prepare_settlements(self, line, debts, day: int) -> list[dict]:
        ordered = debts.sorted(
            lambda debt: (debt.due_date or debt.invoice_date, debt.id)
        )
        payments = line.payment_ids.sorted("month")
        planned = [money(item.amount) for item in payments]
        claims = [money(debt.amount_payable) for debt in ordered]
        limit = min(sum(planned, ZERO), sum(claims, ZERO))
        if not limit:
            return []
        groups = defaultdict(lambda: (defaultdict(Decimal), defaultdict(Decimal)))
        for rank, claim, amount in allocate(cut(planned, limit), cut(claims, limit)):
            debt = ordered[claim]
            shares, instalments = groups[debt.payee_id]
            shares[debt] += amount
            instalments[self._instalment_date(payments[rank].month, day)] += amount
        return [
            self._prepare_settlement(line, shares, instalments)
            for shares, instalments in groups.values()
        ]

    def _prepare_settlement(self, line, shares, instalments) -> dict:
        return {
            "file_id": line.file_id.id,
            "scenario_line_id": line.id,
            "mode": "instalments" if len(instalments) > 1 else "cash",
            "line_ids": [
                Command.create({"debt_id": debt.id, "amount": float(amount)})
                for debt, amount in shares.items()
            ],
            "instalment_ids": [
                Command.create({"date": day, "amount": float(amount)})
                for day, amount in sorted(instalments.items())
            ],
        }

    def _instalment_date(self, month: date, day: int) -> date:
        """The chosen day of the month, never in the past."""
        last = month_end(month)
        wanted = month.replace(day=max(1, min(day, last.day)))
        return max(wanted, fields.Date.context_today(self))

    def _differences(self, line, debts) -> list[str]:
        """Why a file gets less than planned: facts have changed since the freeze."""
        payable = sum((money(debt.amount_payable) for debt in debts), ZERO)
        planned = money(line.amount_planned)
        if payable >= planned:
            return []
        if line.file_id.blocked:
            reason = self.env._("blocked since")
        elif not debts:
            reason = self.env._("paid, set off or in another settlement since")
        else:
            reason = self.env._("less is payable than planned")
        return [
            self.env._(
                "%(file)s: %(payable)s instead of %(planned)s (%(reason)s)",
                file=line.file_id.display_name,
                payable=self.currency_id.format(float(payable)),
                planned=self.currency_id.format(float(planned)),
                reason=reason,
            )
        ]

    def _tell_proposal(self, month: date, settlements, notes: list[str]) -> None:
        if not settlements:
            raise UserError(
                "\n".join(
                    [
                        self.env._(
                            "Nothing is left to propose for %(month)s.",
                            month=fields.Date.to_string(month)[:7],
                        ),
                        *notes[:SHOWN],
                    ]
                )
            )
        text = self.env._(
            "%(count)s settlements proposed for %(month)s",
            count=len(settlements),
            month=fields.Date.to_string(month)[:7],
        )
        self.message_post(body="; ".join([text, *notes[:SHOWN]]))

    # --- payment orders --------------------------------------------------------------
    def _prepare_orders(self, month: date):
        """Draft payment orders of what is to pay by the end of ``month``.

        :raise UserError: nothing is ready, with what the settlements wait for
        """
        self.ensure_one()
        self._check_frozen()
        instalments = self.env["srm.settlement.instalment"].search(
            [
                ("settlement_id.scenario_id", "=", self.id),
                ("state", "=", "to_pay"),
                ("date", "<=", month_end(month)),
            ]
        )
        if not instalments:
            raise UserError(self._why_no_order(month))
        return instalments.action_prepare_orders()

    def _why_no_order(self, month: date) -> str:
        labels = dict(
            self.env["srm.settlement"]._fields["state"]._description_selection(self.env)
        )
        counts = self.env["srm.settlement"]._read_group(
            [("scenario_id", "=", self.id), ("state", "!=", "cancelled")],
            ["state"],
            ["__count"],
        )
        if not counts:
            return self.env._("Propose the settlements of the month first.")
        return self.env._(
            "No instalment is to be paid by the end of %(month)s. Settlements of this "
            "scenario: %(states)s. They are paid once signed, approved and scheduled.",
            month=fields.Date.to_string(month)[:7],
            states=", ".join(f"{labels[state]} ({count})" for state, count in counts),
        )
