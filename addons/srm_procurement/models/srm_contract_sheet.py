from odoo import models

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..amounts import money


class SrmContract(models.Model):
    """The sheet of a contract: everything about it on two pages, or as a workbook."""

    _name = "srm.contract"
    _inherit = ["srm.contract", "srm.typst.mixin"]

    def action_print_sheet(self):
        self.ensure_one()
        return self.action_print()

    def action_export_sheet(self):
        url = xlsx_url(self._name, "sheet", self.ids)
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    # --- PDF -----------------------------------------------------------------------
    def _print_title(self):
        return self.env._("Contract sheet %(name)s", name=self.name)

    def _print_subtitle(self):
        return f"{self.title} - {self.partner_id.name}"

    def _print_blocks(self):
        return [
            self._sheet_figures(),
            self._sheet_identity(),
            self._sheet_amendments(),
            self._sheet_orders(),
            self._sheet_guarantees(),
            self._sheet_statements(),
        ]

    def _sheet_amount(self, value) -> str:
        return self._left_to_right(self._number(value or 0, 2))

    def _sheet_day(self, value) -> str:
        return self._left_to_right(value.strftime("%d/%m/%Y")) if value else ""

    def _sheet_figures(self):
        late = self.env._("%(days)s days late", days=self.late_days)
        return self._block_figures(
            [
                (
                    self.env._("Amount TTC"),
                    self._sheet_amount(self.amount_ttc),
                    self.env._(
                        "amendments included: %(amount)s HT",
                        amount=self._sheet_amount(self.amount_amendments_ht),
                    ),
                    "info",
                ),
                (
                    self.env._("Executed TTC"),
                    self._sheet_amount(self.executed_ttc),
                    self._left_to_right(f"{self._number(self.progress, 1)} %"),
                    "info",
                ),
                (
                    self.env._("Retention held"),
                    self._sheet_amount(self.retention_balance),
                    "",
                    "info",
                ),
                (
                    self.env._("Penalties"),
                    self._sheet_amount(self.penalty_total),
                    late if self.late_days else "",
                    "danger" if self.late_days else "info",
                ),
            ]
        )

    def _sheet_identity(self):
        columns = [
            (self.env._("Item"), 2, "text"),
            (self.env._("Value"), 3, "text"),
        ]
        return self._block_table(
            self.env._("Identity and terms"),
            columns,
            [[label, value] for label, value in self._sheet_facts() if value],
        )

    def _sheet_facts(self) -> list[tuple[str, str]]:
        """(label of the field, value as read) of what defines the contract."""
        labels = ("procedure", "nature", "state", "term_unit")
        procedure, nature, state, unit = (self._label_of(name) for name in labels)
        values = {
            "partner_id": self.partner_id.name,
            "procedure": procedure,
            "nature": nature,
            "regime_id": self.regime_id.name,
            "predecessor_id": self.predecessor_id.name,
            "transfer_act": self.transfer_act,
            "date_approved": self._sheet_day(self.date_approved),
            "date_notified": self._sheet_day(self.date_notified),
            "date_start": self._sheet_day(self.date_start),
            "term_value": f"{self.term_value} {unit}",
            "date_end": self._sheet_day(self.date_end),
            "date_provisional": self._sheet_day(self.date_provisional),
            "date_final": self._sheet_day(self.date_final),
            "payment_days": str(self.payment_days),
            "advance_amount": self._sheet_amount(self.advance_amount),
            "advance_repaid": self._sheet_amount(self.advance_repaid),
            "guarantee_amount": self._sheet_amount(self.guarantee_amount),
            "formula_id": self.formula_id.display_name,
            "state": state,
        }
        return [
            (self._fields[name]._description_string(self.env), value)
            for name, value in values.items()
        ]

    def _sheet_amendments(self):
        columns = [
            (self.env._("No."), 1, "text"),
            (self.env._("Subject"), 5, "text"),
            (self.env._("Approved on"), 2, "text"),
            (self.env._("Days granted"), 2, "number"),
            (self.env._("Amount HT"), 3, "number"),
        ]
        rows = [
            [
                str(item.number or ""),
                item.name,
                self._sheet_day(item.date_approved),
                str(item.days or ""),
                self._sheet_amount(item.amount_ht),
            ]
            for item in self.amendment_ids
        ]
        return self._block_table(self.env._("Amendments"), columns, rows)

    def _sheet_orders(self):
        columns = [
            (self.env._("No."), 1, "text"),
            (self.env._("Kind"), 3, "text"),
            (self.env._("Subject"), 5, "text"),
            (self.env._("Takes effect on"), 2, "text"),
        ]
        rows = [
            [
                str(item.number or ""),
                self._sheet_label(item, "kind"),
                item.name,
                self._sheet_day(item.date_effect),
            ]
            for item in self.order_ids
        ]
        return self._block_table(self.env._("Service orders"), columns, rows)

    def _sheet_guarantees(self):
        columns = [
            (self.env._("Kind"), 3, "text"),
            (self.env._("Issued by"), 3, "text"),
            (self.env._("Expires on"), 2, "text"),
            (self.env._("Status"), 2, "text"),
            (self.env._("Amount"), 3, "number"),
        ]
        rows = [
            [
                self._sheet_label(item, "kind"),
                item.bank,
                self._sheet_day(item.date_expiry),
                self._sheet_label(item, "state"),
                self._sheet_amount(item.amount),
            ]
            for item in self.guarantee_ids
        ]
        return self._block_table(self.env._("Guarantees"), columns, rows)

    def _sheet_statements(self):
        columns = [
            (self.env._("Statement"), 3, "text"),
            (self.env._("Date"), 2, "text"),
            (self.env._("Amount TTC"), 3, "number"),
            (self.env._("Retention"), 3, "number"),
            (self.env._("Net to pay"), 3, "number"),
            (self.env._("Status"), 2, "text"),
        ]
        rows = [
            [
                item.name,
                self._sheet_day(item.date),
                self._sheet_amount(item.ttc_period),
                self._sheet_amount(item.retention_period),
                self._sheet_amount(item.net_period),
                self._sheet_label(item, "state"),
            ]
            for item in self.statement_ids.sorted("number")
        ]
        return self._block_table(self.env._("Statements"), columns, rows)

    def _sheet_label(self, record, name: str) -> str:
        options = dict(record._fields[name]._description_selection(self.env))
        return options.get(record[name], "")

    # --- workbook ------------------------------------------------------------------
    def _xlsx_report_sheet(self) -> Report:
        """Contracts side by side, then their statements."""
        return Report(
            self.env._("Contract sheets"),
            [self._contracts_sheet(), self._statements_sheet()],
        )

    def _contracts_sheet(self) -> Sheet:
        kinds = {
            "name": "text",
            "title": "text",
            "partner_id": "text",
            "nature": "text",
            "predecessor_id": "text",
            "date_start": "date",
            "date_end": "date",
            "late_days": "integer",
            "state": "text",
            "amount_ht": "money",
            "amount_ttc": "money",
            "executed_ttc": "money",
            "advance_paid": "money",
            "advance_repaid": "money",
            "retention_held": "money",
            "retention_balance": "money",
            "penalty_total": "money",
        }
        rows = [[self._sheet_cell(item, name) for name in kinds] for item in self]
        return self._register_sheet(self.env._("Contracts"), self, kinds, rows)

    def _statements_sheet(self) -> Sheet:
        kinds = {
            "contract_id": "text",
            "name": "text",
            "date": "date",
            "state": "text",
            "ht_period": "money",
            "vat_period": "money",
            "ttc_period": "money",
            "retention_period": "money",
            "advance_period": "money",
            "penalty_period": "money",
            "net_period": "money",
        }
        statements = self.statement_ids.sorted(
            lambda item: (item.contract_id.id, item.number)
        )
        rows = [[self._sheet_cell(item, name) for name in kinds] for item in statements]
        return self._register_sheet(
            self.env._("Statements"), self.statement_ids, kinds, rows
        )

    def _register_sheet(self, title, model, kinds, rows) -> Sheet:
        columns = [
            Column(
                model._fields[name]._description_string(self.env),
                18,
                kind,
                "sum" if kind == "money" else "",
            )
            for name, kind in kinds.items()
        ]
        return Sheet(title, columns, rows, self.env._("Total"), filters=True)

    def _sheet_cell(self, record, name: str):
        value, field = record[name], record._fields[name]
        if field.type == "monetary":
            return money(value)
        if field.type == "selection":
            return self._sheet_label(record, name)
        return value.display_name if isinstance(value, models.BaseModel) else value
