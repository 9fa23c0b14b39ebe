from odoo import fields, models


class SrmSettlement(models.Model):
    """Where a settlement comes from: its file in the chosen scenario."""

    _inherit = "srm.settlement"

    scenario_line_id = fields.Many2one(
        "srm.payment.scenario.line",
        string="Planned by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    scenario_id = fields.Many2one(
        related="scenario_line_id.scenario_id",
        string="Payment scenario",
        store=True,
        index="btree_not_null",
    )

    # Two people proposing the same month of a scenario: one settlement per file.
    _scenario_unique = models.UniqueIndex(
        "(scenario_line_id, payee_id)"
        " WHERE scenario_line_id IS NOT NULL AND state != 'cancelled'",
        "This file of the scenario already has its settlement.",
    )
