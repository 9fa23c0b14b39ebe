from decimal import Decimal

from srm_engine.contract import measure
from srm_engine.errors import RuleError
from srm_engine.statement import Totals, draw_statement, retention_cap

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..amounts import ZERO, exact, money, rate, total
from .srm_contract import OPEN_STATES as CONTRACT_OPEN_STATES

LAW_DAYS = 120


class SrmContractStatement(models.Model):
    """Figures of the statement: plain values to the engine, one write back."""

    _inherit = "srm.contract.statement"

    def _refresh(self):
        """Draw the figures of the drafts again."""
        for statement in self.filtered(lambda item: item.state == "draft"):
            statement._by_code().write(statement._prepare_figures())

    def _prepare_figures(self) -> dict:
        before = self._previous()
        works = self._works_cumulative() - money(before.works_cumulative)
        coefficient, message = self._revision()
        late_total, late = self._late_days()
        terms = self.contract_id._engine_terms()
        found = draw_statement(
            terms,
            works,
            before._engine_totals(),
            revision=coefficient,
            late_days=late,
            # Tax is withheld at payment, not on the statement.
            tax_certificate=True,
            special_penalty=money(self.special_penalty_asked),
        )
        figures = {
            "works": works,
            "ht": found.period_ht,
            "vat": found.vat,
            "ttc": found.period_ttc,
            "retention": found.retention,
            "advance": found.advance_repaid,
            "penalty": found.penalty,
            "special_penalty": found.special_penalty,
            "net": found.net_to_pay,
        }
        vals = {f"{name}_period": float(value) for name, value in figures.items()}
        vals |= {f"{name}_previous": before[f"{name}_cumulative"] for name in figures}
        return vals | {
            "retention_cap": float(retention_cap(terms)),
            "revision_coefficient": float(coefficient),
            "revision_message": message,
            "late_days_total": late_total,
            "late_days": late,
        }

    def _previous(self):
        """The last statement in the books before this one; empty for the first."""
        domain = [("contract_id", "=", self.contract_id.id), ("state", "=", "posted")]
        return self.search(domain, order="number desc", limit=1)

    def _engine_totals(self) -> Totals:
        """Totals so far, as the engine wants them (this statement included)."""
        return Totals(
            money(self.ht_cumulative),
            money(self.ttc_cumulative),
            money(self.retention_cumulative),
            money(self.advance_cumulative),
            money(self.penalty_cumulative),
            money(self.special_penalty_cumulative),
            self.contract_id._retention_settled(),
        )

    # --- works ---------------------------------------------------------------------
    def _quantities(self) -> dict:
        """``{price of the schedule: (previous, period)}`` accepted quantities."""
        groups = self.env["srm.contract.statement.line"]._read_group(
            [
                ("contract_id", "=", self.contract_id.id),
                ("statement_id.state", "=", "posted"),
                ("statement_id.number", "<", self.number),
            ],
            ["contract_line_id"],
            ["quantity_accepted:array_agg"],
        )
        found = {line: (sum(map(exact, values)), ZERO) for line, values in groups}
        for line in self.line_ids:
            before, period = found.get(line.contract_line_id, (ZERO, ZERO))
            found[line.contract_line_id] = (
                before,
                period + exact(line.quantity_accepted),
            )
        return found

    def _measures(self) -> dict:
        """``{price of the schedule: engine Measure}`` at initial prices."""
        measures = {}
        for line, (previous, period) in self._quantities().items():
            try:
                measures[line] = measure(exact(line.price_unit), previous, period)
            except RuleError as error:
                raise ValidationError(
                    self.env._(
                        "Price %(price)s: the quantity to date would be negative. "
                        "Correct the attachments of this statement.",
                        price=line.display_name,
                    )
                ) from error
        return measures

    def _works_cumulative(self) -> Decimal:
        return sum((item.cumulative for item in self._measures().values()), ZERO)

    def _revision(self) -> tuple[Decimal, str | bool]:
        """Coefficient of the month, and why there is none yet."""
        contract = self.contract_id
        if not contract.formula_id:
            return Decimal(1), False
        try:
            month = self.works_month or self.date
            found = contract.formula_id._revise(contract.date_bid_deadline, month)
        except UserError as error:
            return Decimal(1), str(error)
        return found, False

    def _late_days(self) -> tuple[int, int]:
        """Days late so far, and those this statement charges."""
        term = self.contract_id._term(self.date)
        so_far = term.late_days if term else 0
        groups = self._read_group(
            [("contract_id", "=", self.contract_id.id), ("state", "=", "posted")],
            [],
            ["late_days:sum", "late_days_waived:sum"],
        )
        charged, waived = groups[0]
        left = so_far - (charged or 0) - (waived or 0)
        return so_far, max(left - (self.late_days_waived or 0), 0)

    # --- checks --------------------------------------------------------------------
    def _warnings(self) -> list[str]:
        contract, found = self.contract_id, []
        if money(self.works_cumulative) > money(contract.amount_ht):
            found.append(
                self.env._(
                    "The works to date pass the amount of the contract: an amendment "
                    "is needed."
                )
            )
        if self._due_beyond_law():
            found.append(
                self.env._(
                    "The agreed payment date falls after 120 days from the invoice, "
                    "the most law 69-21 allows."
                )
            )
        return found

    def _due_beyond_law(self) -> bool:
        due, issued = self._date_due(), self.invoice_date
        return bool(due and issued and (due - issued).days > LAW_DAYS)

    def _date_due(self):
        """Date to pay by: start event of the contract and its payment days."""
        contract = self.contract_id
        starts = {
            "issue": self.invoice_date,
            "deposit": self.deposit_date,
            "service": self.date_acceptance or self.date,
        }
        start = starts[contract.payment_start or "issue"]
        return start and fields.Date.add(start, days=contract.payment_days)

    def _check_contract(self):
        for statement in self:
            contract = statement.contract_id
            if contract.state not in CONTRACT_OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Contract %(contract)s is not notified: no statement can be "
                        "drawn.",
                        contract=contract.name,
                    )
                )

    def _check_before_drawing(self):
        for statement in self:
            statement._refresh()
            statement._check_drawable()

    def _check_drawable(self):
        """Everything that makes the figures true, before anyone approves them."""
        self._check_order_of_kinds()
        if self.date > fields.Date.context_today(self):
            self._refuse(self.env._("its date is in the future"))
        before = self._previous()
        if before and self.date < before.date:
            self._refuse(self.env._("it is dated before the previous statement"))
        if self.kind == "provisional" and not self.line_ids:
            self._refuse(self.env._("it has no attachment"))
        if self.line_ids and not self.date_acceptance:
            self._refuse(
                self.env._("the contractor has not accepted the attachments yet")
            )
        if self.revision_message:
            raise UserError(self.revision_message)
        self._check_mass_of_works()

    def _refuse(self, reason: str):
        raise UserError(
            self.env._(
                "Statement %(name)s cannot be drawn: %(reason)s.",
                name=self.name,
                reason=reason,
            )
        )

    def _check_mass_of_works(self):
        """Works beyond the contract and the increase it allows need an amendment."""
        contract = self.contract_id
        initial = money(contract.amount_initial_ht)
        highest = initial * (1 + rate(contract.increase_rate))
        if money(self.works_cumulative) > max(highest, money(contract.amount_ht)):
            raise ValidationError(
                self.env._(
                    "Contract %(contract)s: works of %(works)s to date pass its amount "
                    "and the %(limit)s %% it may grow by. Approve an amendment first.",
                    contract=contract.name,
                    works=self.currency_id.format(self.works_cumulative),
                    limit=f"{contract.increase_rate:g}",
                )
            )

    def _check_order_of_kinds(self):
        """Provisional ones, then the final one, then the general one."""
        contract = self.contract_id
        posted = contract.statement_ids.filtered(lambda item: item.state == "posted")
        kinds = set(posted.mapped("kind"))
        if "general" in kinds:
            self._refuse(self.env._("the general statement closed the contract"))
        if "final" in kinds and self.kind != "general":
            self._refuse(self.env._("the final statement is drawn already"))
        if self.kind == "final" and contract.state not in (
            "accepted",
            "closed",
            "terminated",
        ):
            self._refuse(self.env._("the works are not provisionally accepted"))
        if self.kind == "general":
            self._check_general(kinds)

    def _check_general(self, kinds):
        if "final" not in kinds:
            self._refuse(self.env._("the final statement comes first"))
        contested = self.contract_id._contested_lines()
        if contested:
            self._refuse(
                self.env._(
                    "the contested quantity of %(price)s is not settled",
                    price=contested[0].contract_line_id.display_name,
                )
            )
        if money(self.contested_ht):
            self._refuse(self.env._("nothing stays contested in a general statement"))

    def action_take_settled(self):
        """Add the contested quantities that were granted meanwhile."""
        self.ensure_one()
        self._require_state("draft")
        lines = self.contract_id._granted_lines()
        self.env["srm.contract.statement.line"]._by_code().create(
            [line._prepare_granted_vals(self) for line in lines]
        )
        return True

    def _contested_total(self):
        return total(self.contract_id._contested_lines().mapped("contested_ht"))
