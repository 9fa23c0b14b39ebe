from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.srm_base.models.srm_dashboard_mixin import xlsx_url
from odoo.addons.srm_base.tools.xlsx import Column, Report, Sheet

from ..amounts import money

KINDS = [
    ("retention", "Retention of a contract"),
    ("debt_retention", "Retention of an inherited debt"),
    ("provisional", "Provisional guarantee"),
    ("definitive", "Definitive guarantee"),
    ("advance", "Guarantee of the advance"),
    ("replacement", "Guarantee in place of the retention"),
]
STATES = [
    ("awaited", "Awaited"),
    ("held", "Held"),
    ("released", "Released"),
    ("called", "Called"),
]


class SrmSecurityRegister(models.Model):
    """What we hold from contractors: money retained and bank guarantees together."""

    _name = "srm.security.register"
    _description = "Register of Retention and Guarantees"
    _auto = False
    _order = "date_expiry nulls last, id"
    _rec_name = "reference"

    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Contractor", readonly=True)
    contract_id = fields.Many2one("srm.contract", readonly=True)
    debt_id = fields.Many2one("srm.debt", readonly=True)
    guarantee_id = fields.Many2one("srm.contract.guarantee", readonly=True)
    predecessor_id = fields.Many2one(
        "srm.predecessor", string="Inherited from", readonly=True
    )
    territory_id = fields.Many2one("srm.territory", readonly=True)
    reference = fields.Char(readonly=True)
    bank = fields.Char(string="Issued by", readonly=True)
    date_issued = fields.Date(string="Issued on", readonly=True)
    date_expiry = fields.Date(string="Expires on", readonly=True)
    date_final = fields.Date(string="Final acceptance", readonly=True)
    amount = fields.Monetary(string="Received", readonly=True)
    amount_released = fields.Monetary(string="Given back", readonly=True)
    amount_held = fields.Monetary(string="Held", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._query_contracts(),
            self._query_debts(),
            self._query_guarantees(),
        )

    def _query_contracts(self) -> SQL:
        return SQL(
            """
            SELECT c.id * 3 AS id, 'retention' AS kind,
                   CASE WHEN c.retention_balance > 0 THEN 'held' ELSE 'released' END
                       AS state,
                   c.company_id, c.partner_id, c.id AS contract_id,
                   NULL::integer AS debt_id, NULL::integer AS guarantee_id,
                   c.predecessor_id, c.territory_id, c.name AS reference,
                   NULL::varchar AS bank, c.date_start AS date_issued,
                   NULL::date AS date_expiry, c.date_final,
                   c.retention_held AS amount,
                   COALESCE(c.retention_released, 0) AS amount_released,
                   c.retention_balance AS amount_held
              FROM srm_contract c
             WHERE c.retention_held > 0
            """
        )

    def _query_debts(self) -> SQL:
        return SQL(
            """
            SELECT d.id * 3 + 1, 'debt_retention',
                   CASE WHEN d.retention_released THEN 'released' ELSE 'held' END,
                   d.company_id, d.partner_id, NULL::integer, d.id, NULL::integer,
                   d.predecessor_id, d.territory_id, d.origin_reference,
                   NULL::varchar, d.invoice_date, NULL::date, NULL::date,
                   d.amount_retention,
                   CASE WHEN d.retention_released THEN d.amount_retention ELSE 0 END,
                   CASE WHEN d.retention_released THEN 0 ELSE d.amount_retention END
              FROM srm_debt d
             WHERE d.amount_retention > 0
            """
        )

    def _query_guarantees(self) -> SQL:
        return SQL(
            """
            SELECT g.id * 3 + 2,
                   CASE g.kind WHEN 'retention' THEN 'replacement' ELSE g.kind END,
                   CASE g.state WHEN 'draft' THEN 'awaited' ELSE g.state END,
                   g.company_id, g.partner_id, g.contract_id, NULL::integer, g.id,
                   c.predecessor_id, c.territory_id, COALESCE(g.reference, c.name),
                   g.bank, g.date_issued, g.date_expiry, c.date_final,
                   CASE WHEN g.state = 'draft' THEN 0 ELSE g.amount END,
                   CASE WHEN g.state IN ('released', 'called') THEN g.amount ELSE 0
                    END,
                   CASE WHEN g.state = 'held' THEN g.amount ELSE 0 END
              FROM srm_contract_guarantee g
              JOIN srm_contract c ON c.id = g.contract_id
            """
        )

    def action_open_origin(self):
        """The guarantee, the contract or the debt behind this row."""
        self.ensure_one()
        record = self.guarantee_id or self.debt_id or self.contract_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    def action_export(self):
        url = xlsx_url(self._name, "register", self.ids)
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _xlsx_report_register(self) -> Report:
        """The rows chosen on screen, then the totals."""
        kinds = {
            "kind": "text",
            "state": "text",
            "partner_id": "text",
            "contract_id": "text",
            "reference": "text",
            "bank": "text",
            "date_issued": "date",
            "date_expiry": "date",
            "date_final": "date",
            "amount": "money",
            "amount_released": "money",
            "amount_held": "money",
        }
        columns = [
            Column(
                self._fields[name]._description_string(self.env),
                20,
                kind,
                "sum" if kind == "money" else "",
            )
            for name, kind in kinds.items()
        ]
        rows = [[row._cell(name) for name in kinds] for row in self]
        title = self.env._("Retention and guarantees")
        sheet = Sheet(title, columns, rows, self.env._("Total"), filters=True)
        return Report(title, [sheet])

    def _cell(self, name: str):
        value, field = self[name], self._fields[name]
        if field.type == "monetary":
            return money(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value)
        return value.display_name if isinstance(value, models.BaseModel) else value
