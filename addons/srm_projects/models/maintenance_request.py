from odoo import api, fields, models

from odoo.addons.srm_kit.guard import Freeze, Guard


class MaintenanceRequest(models.Model):
    """Work orders on the networks: where, by which plan, due when."""

    _inherit = "maintenance.request"
    # What a plan ordered, and for when, is what its punctuality is measured by.
    _guard = Guard(freezes=(Freeze(once="srm_plan_id", but=("territory_id",)),))

    srm_section_id = fields.Many2one(
        "srm.network.section",
        string="Section or structure",
        index="btree_not_null",
        ondelete="restrict",
    )
    srm_plant_id = fields.Many2one(
        "srm.treatment.plant",
        string="Wastewater plant",
        index="btree_not_null",
        ondelete="restrict",
    )
    srm_plan_id = fields.Many2one(
        "srm.maintenance.plan",
        string="Preventive plan",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    territory_id = fields.Many2one(
        "srm.territory",
        compute="_compute_territory_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        entered="that of the section or plant, or of an order without one",
    )
    srm_due_date = fields.Date(string="Due on", copy=False)
    srm_due_key = fields.Char(readonly=True, copy=False)

    _srm_due_uidx = models.UniqueIndex(
        "(srm_plan_id, srm_due_key) WHERE srm_plan_id IS NOT NULL",
        "The plan already has its order for this date.",
    )

    @api.depends("srm_section_id.territory_id", "srm_plant_id.territory_id")
    def _compute_territory_id(self):
        for order in self:
            found = order.srm_section_id.territory_id or order.srm_plant_id.territory_id
            order.territory_id = found or order.territory_id

    def write(self, vals):
        """A plan by a counter starts again when its order is closed."""
        waiting = self.filtered(lambda order: not order.stage_id.done)
        result = super().write(vals)
        if "stage_id" in vals:
            closed = waiting.filtered(lambda order: order.stage_id.done)
            # Technicians close orders; they do not write plans.
            closed.sudo().srm_plan_id._order_closed()
        return result
