from odoo import api, fields, models


class SrmDebt(models.Model):
    """What the declarations of law 69-21 said of a debt."""

    _inherit = "srm.debt"

    delay_line_ids = fields.One2many(
        "srm.payment.delay.line", "debt_id", string="Declared lines"
    )
    declared_until = fields.Date(
        string="Declared up to",
        compute="_compute_declared_until",
        help="Last day of delay that a filed declaration covers.",
    )
    delay_line_count = fields.Integer(compute="_compute_delay_line_count")

    @api.depends("delay_line_ids")
    def _compute_declared_until(self):
        found = self.env["srm.payment.delay.line"]._declared_until("debt_id", self.ids)
        for debt in self:
            debt.declared_until = found.get(debt._origin.id, False)

    @api.depends("delay_line_ids")
    def _compute_delay_line_count(self):
        counts = dict(
            self.env["srm.payment.delay.line"]._read_group(
                [("debt_id", "in", self.ids)], ["debt_id"], ["__count"]
            )
        )
        for debt in self:
            debt.delay_line_count = counts.get(debt._origin, 0)

    def action_view_delay_lines(self):
        """Open what the declarations say of this debt."""
        self.ensure_one()
        return self.env["srm.payment.delay.line"]._action_view(
            [("debt_id", "=", self.id)], self.display_name
        )
