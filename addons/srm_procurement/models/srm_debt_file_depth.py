from odoo import api, fields, models


class SrmDebtFile(models.Model):
    """Court cases, set-offs, assignments, doubles and planned payment of a creditor."""

    _inherit = "srm.debt.file"

    person_ids = fields.One2many(
        related="partner_id.child_ids", string="Contacts", readonly=False
    )
    dispute_ids = fields.One2many("srm.debt.dispute", "file_id", string="Disputes")
    case_ids = fields.One2many("srm.debt.case", "file_id", string="Court cases")
    setoff_ids = fields.One2many("srm.debt.setoff", "file_id", string="Set-offs")
    assignment_ids = fields.One2many(
        "srm.debt.assignment", "file_id", string="Assignments"
    )
    duplicate_ids = fields.One2many(
        "srm.debt.duplicate", "file_id", string="Probable duplicates"
    )
    scenario_line_ids = fields.One2many(
        "srm.payment.scenario.line", "file_id", string="Scenarios"
    )
    case_count = fields.Integer(string="Court", compute="_compute_depth_counts")
    setoff_count = fields.Integer(compute="_compute_depth_counts")
    assignment_count = fields.Integer(compute="_compute_depth_counts")
    duplicate_count = fields.Integer(
        string="To compare", compute="_compute_depth_counts"
    )
    planned_line_id = fields.Many2one(
        "srm.payment.scenario.line", compute="_compute_planned"
    )
    planned_month = fields.Date(
        string="Planned for",
        compute="_compute_planned",
        help="First payment in the chosen scenario.",
    )
    interest_gap = fields.Monetary(
        string="Interest claimed less computed", compute="_compute_interest_gap"
    )

    def _compute_depth_counts(self):
        counted = {
            "case_count": ("srm.debt.case", ("open",)),
            "setoff_count": ("srm.debt.setoff", None),
            "assignment_count": ("srm.debt.assignment", None),
            "duplicate_count": ("srm.debt.duplicate", ("open",)),
        }
        for name, (model, states) in counted.items():
            domain = [("file_id", "in", self.ids)]
            if states:
                domain.append(("state", "in", states))
            counts = dict(self.env[model]._read_group(domain, ["file_id"], ["__count"]))
            for file in self:
                file[name] = counts.get(file._origin, 0)

    def _compute_planned(self):
        lines = self.env["srm.payment.scenario.line"].search(
            [("file_id", "in", self.ids), ("scenario_id.state", "=", "frozen")]
        )
        found = {line.file_id: line for line in lines}
        for file in self:
            line = found.get(file._origin)
            file.planned_line_id = line
            file.planned_month = line and line.month_first

    @api.depends("interest_claimed", "interest_to_date")
    def _compute_interest_gap(self):
        for file in self:
            file.interest_gap = file.interest_claimed - file.interest_to_date

    def _open_depth(self, xmlid: str, **context) -> dict:
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"srm_procurement.{xmlid}"
        )
        return action | {"domain": [("file_id", "=", self.id)], "context": context}

    def action_view_cases(self):
        return self._open_depth("action_srm_debt_case", default_file_id=self.id)

    def action_view_setoffs(self):
        return self._open_depth("action_srm_debt_setoff", default_file_id=self.id)

    def action_view_assignments(self):
        return self._open_depth("action_srm_debt_assignment", default_file_id=self.id)

    def action_view_duplicates(self):
        return self._open_depth("action_srm_debt_duplicate")

    def action_view_planned(self):
        return self._open_depth("action_srm_payment_scenario_line")

    def action_view_commitments(self):
        return self._open_depth(
            "action_srm_debt_commitment", search_default_late=1, default_file_id=self.id
        )
