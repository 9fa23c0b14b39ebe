from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined


class SrmPriceIndex(models.Model):
    """Published price index of a revision formula (arrêté 3-302-15)."""

    _name = "srm.price.index"
    _description = "Price Index"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Symbol in the formulas, for instance Mtn.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    value_ids = fields.One2many("srm.price.index.value", "index_id", string="Values")
    last_month = fields.Date(compute="_compute_last")
    last_value = fields.Float(digits=(16, 4), compute="_compute_last", aggregator=None)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "The symbol of an index is unique."
    )

    @api.depends("value_ids.month", "value_ids.value")
    def _compute_last(self):
        for index in self:
            last = index.value_ids.sorted("month")[-1:]
            index.last_month = last.month
            index.last_value = last.value

    @api.depends("code", "name")
    def _compute_display_name(self):
        for index in self:
            index.display_name = joined(index.code, index.name)

    def _values(self, months) -> dict:
        """``{(index, month): value}`` of all these indices.

        :param months: first days of months
        :raise UserError: a value is not published yet
        """
        rows = self.env["srm.price.index.value"].search_fetch(
            [("index_id", "in", self.ids), ("month", "in", list(months))],
            ["index_id", "month", "value"],
        )
        found = {(row.index_id, row.month): row.value for row in rows}
        for index in self:
            for month in months:
                if (index, month) not in found:
                    raise UserError(
                        self.env._(
                            "Index %(index)s has no value for %(month)s: enter it in "
                            "Configuration > Price indices.",
                            index=index.display_name,
                            month=month.strftime("%m/%Y"),
                        )
                    )
        return found

    def action_view_values(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "srm.price.index.value",
            "view_mode": "list,graph",
            "domain": [("index_id", "=", self.id)],
            "context": {"default_index_id": self.id},
        }
