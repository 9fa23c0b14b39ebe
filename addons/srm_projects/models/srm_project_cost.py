from odoo import fields, models


class SrmProjectCost(models.Model):
    """A cost of the works, for projects whose contracts are not in the suite."""

    _name = "srm.project.cost"
    _description = "Cost of a Project"
    _order = "date desc, id desc"

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="project_id.territory_id", store=True, index="btree_not_null"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    name = fields.Char(string="Document", required=True)
    partner_id = fields.Many2one("res.partner", string="Contractor")
    amount = fields.Monetary(required=True)

    _amount_given = models.Constraint(
        "CHECK (amount != 0)", "A cost of zero says nothing."
    )


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_cost_ids = fields.One2many("srm.project.cost", "project_id", string="Costs")
