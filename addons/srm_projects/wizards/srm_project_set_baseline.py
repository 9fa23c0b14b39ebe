from odoo import fields, models


class SrmProjectSetBaseline(models.TransientModel):
    """Name and reason of a new baseline."""

    _name = "srm.project.set.baseline"
    _description = "Set the Baseline of a Project"

    project_id = fields.Many2one("project.project", required=True, readonly=True)
    currency_id = fields.Many2one(related="project_id.currency_id")
    budget = fields.Monetary(related="project_id.srm_budget")
    name = fields.Char(required=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.env["srm.project.baseline"].create(
            {
                "project_id": self.project_id.id,
                "name": self.name,
                "reason": self.reason,
            }
        )
        return {"type": "ir.actions.act_window_close"}
