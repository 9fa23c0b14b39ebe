from odoo import fields, models

COUNTED = {
    "srm_project_count": "action_srm_project",
    "srm_minutes_count": "action_srm_minutes",
    "srm_decision_count": "action_srm_decision",
    "srm_request_count": "action_srm_decision",
    "srm_funding_count": "action_srm_funding",
    "srm_break_count": "action_srm_network_break",
}


class SrmTerritory(models.Model):
    """The page of a commune or province: what it asked, what was decided and built."""

    _inherit = "srm.territory"

    srm_project_count = fields.Integer(compute="_compute_srm_counts")
    srm_minutes_count = fields.Integer(compute="_compute_srm_counts")
    srm_decision_count = fields.Integer(compute="_compute_srm_counts")
    srm_request_count = fields.Integer(compute="_compute_srm_counts")
    srm_funding_count = fields.Integer(compute="_compute_srm_counts")
    srm_break_count = fields.Integer(compute="_compute_srm_counts")

    def _compute_srm_counts(self):
        for place in self:
            for name in COUNTED:
                model, domain = place._srm_scope(name)
                records = self.env[model]
                allowed = records.has_access("read")
                place[name] = records.search_count(domain) if allowed else 0

    def _srm_scope(self, name: str) -> tuple[str, list]:
        """Model and domain of what concerns this place and what lies in it."""
        inside = [("territory_id", "child_of", self.ids)]
        if name == "srm_project_count":
            domain = ["|", ("srm_territory_ids", "child_of", self.ids), *inside]
            return "project.project", domain
        if name == "srm_minutes_count":
            return "srm.minutes", inside
        if name == "srm_request_count":
            return "srm.decision", [*inside, ("kind", "=", "request")]
        if name == "srm_decision_count":
            return "srm.decision", [*inside, ("kind", "in", ("decision", "action"))]
        if name == "srm_break_count":
            return "srm.network.break", inside
        return "srm.funding", inside

    def action_srm_open(self):
        """Open what the counter named in the context counts."""
        self.ensure_one()
        name = self.env.context.get("srm_counter")
        if name not in COUNTED:
            name = "srm_project_count"
        _model, domain = self._srm_scope(name)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"srm_projects.{COUNTED[name]}"
        )
        return action | {
            "domain": domain,
            "context": {"default_territory_id": self.id},
        }
