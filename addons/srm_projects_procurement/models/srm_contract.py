from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.srm_kit.guard import Guard


class SrmContract(models.Model):
    """A contract of a project consumes its credits when it is notified."""

    _inherit = "srm.contract"
    # A contract may be linked to its project after its notification, until it is
    # committed there.
    _guard = Guard(free=("project_id", "budget_line_id"))

    project_id = fields.Many2one(
        "project.project", index="btree_not_null", ondelete="restrict"
    )
    budget_line_id = fields.Many2one(
        "srm.budget.line",
        string="Credits",
        ondelete="restrict",
        domain="[('project_id', '=', project_id)]",
        help="Line of the project's budget that pays the contract.",
    )
    budget_entry_ids = fields.One2many("srm.budget.entry", "contract_id")

    @api.constrains("project_id", "budget_line_id")
    def _check_budget_line(self):
        for contract in self:
            line = contract.budget_line_id
            if line and line.project_id != contract.project_id:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s: the credits %(line)s are those of "
                        "another project.",
                        contract=contract.name,
                        line=line.display_name,
                    )
                )
            committed = contract._budget_commitment().line_id
            if committed and committed != line:
                raise ValidationError(
                    self.env._(
                        "Contract %(contract)s is committed on %(line)s: have that "
                        "commitment cancelled before choosing other credits.",
                        contract=contract.name,
                        line=committed.display_name,
                    )
                )

    def action_notify(self):
        result = super().action_notify()
        self._commit_on_budget()
        return result

    def action_commit_on_budget(self):
        """Commit a contract that was notified before it was linked to its project."""
        self.check_access("write")
        self._commit_on_budget()
        return True

    def _commit_on_budget(self):
        """One commitment per contract; refused when the credits do not allow it.

        Contract managers do not write budgets: only what the contract says is entered.
        """
        for contract in self:
            entries = contract.sudo().budget_entry_ids
            known = entries.filtered(lambda entry: entry.state != "cancelled")
            if known or not contract.budget_line_id or contract.state == "draft":
                continue
            entry = entries.create(
                {
                    "line_id": contract.budget_line_id.id,
                    "kind": "commitment",
                    "contract_id": contract.id,
                    "document": contract.name,
                    "partner_id": contract.partner_id.id,
                    "amount": contract.amount_ttc,
                    "date": contract.date_notified
                    or fields.Date.context_today(contract),
                }
            )
            entry.action_confirm()

    def _budget_commitment(self):
        """The confirmed commitment of the contract."""
        return self.sudo().budget_entry_ids.filtered(
            lambda entry: entry.kind == "commitment" and entry.state == "confirmed"
        )[:1]

    def action_view_project(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.project",
            "res_id": self.project_id.id,
            "views": [[self.env.ref("srm_projects.view_srm_project_form").id, "form"]],
        }

    @api.model
    def _cron_budget_payments(self):
        """Enter what was paid since the last time, statement by statement."""
        orders = self.env["srm.budget.entry"].search(
            [
                ("statement_id", "!=", False),
                ("kind", "=", "emission"),
                ("state", "=", "confirmed"),
            ]
        )
        orders._each(lambda order: order.statement_id._pay_on_budget(order))
