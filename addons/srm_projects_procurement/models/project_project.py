from odoo import fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_contract_ids = fields.One2many("srm.contract", "project_id", string="Contracts")
    srm_contract_count = fields.Integer(compute="_compute_srm_contract_count")

    def _compute_srm_contract_count(self):
        contracts = self.env["srm.contract"]
        counts = {}
        if contracts.has_access("read"):
            groups = contracts._read_group(
                [("project_id", "in", self.ids)], ["project_id"], ["__count"]
            )
            counts = {project.id: count for project, count in groups}
        for project in self:
            project.srm_contract_count = counts.get(project.id, 0)

    def action_srm_view_contracts(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_procurement.action_srm_contract"
        )
        return action | {
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id},
        }
