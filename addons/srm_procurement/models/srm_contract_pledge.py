from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_base.tools.names import joined

from .srm_contract import CONTRACT_TOKEN

STATES = [("draft", "Draft"), ("active", "Notified"), ("lifted", "Lifted")]


class SrmContractPledge(models.Model):
    """Pledge of a contract to a lender (nantissement, law 112-13).

    While it lasts, what the contract owes is paid to the lender and to nobody else.
    """

    _name = "srm.contract.pledge"
    _inherit = ["mail.thread"]
    _description = "Pledge of a Contract"
    _order = "contract_id, id"

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    contractor_id = fields.Many2one(
        related="contract_id.partner_id", store=True, string="Contractor"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Lender",
        required=True,
        ondelete="restrict",
        help="Who is paid while the pledge lasts.",
    )
    reference = fields.Char(string="Deed No.", required=True)
    amount = fields.Monetary(help="Amount pledged; 0 for the whole contract.")
    date_notified = fields.Date(
        string="Notified on", required=True, default=fields.Date.context_today
    )
    date_lifted = fields.Date(string="Lifted on", readonly=True, copy=False)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )

    _one_active = models.UniqueIndex(
        "(contract_id) WHERE state = 'active'",
        "This contract is already pledged: lift the first pledge.",
    )
    _amount_valid = models.Constraint(
        "CHECK (amount >= 0)", "The amount pledged cannot be negative."
    )

    @api.depends("reference", "partner_id.name")
    def _compute_display_name(self):
        for pledge in self:
            pledge.display_name = joined(pledge.reference, pledge.partner_id.name)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._check_workflow({"state"})
        return super().create(vals_list)

    def write(self, vals):
        self._check_workflow(vals.keys() & {"state", "date_lifted"})
        if any(pledge.state != "draft" for pledge in self):
            frozen = {"contract_id", "partner_id", "reference", "amount"}
            self._check_workflow(vals.keys() & frozen)
        return super().write(vals)

    def _check_workflow(self, names):
        if names and self.env.context.get("srm_contract") is not CONTRACT_TOKEN:
            raise UserError(
                self.env._(
                    "A pledge is recorded and lifted by its buttons; once notified it "
                    "does not change."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(pledge.state != "draft" for pledge in self):
            raise UserError(self.env._("A notified pledge stays on its contract."))

    def _move(self, source, vals):
        self.contract_id._check_manager()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        moved = self.filtered(lambda pledge: pledge.state == source)
        moved.with_context(srm_contract=CONTRACT_TOKEN).write(vals)
        return True

    def action_activate(self):
        """Draft -> notified: payments go to the lender from now on."""
        return self._move("draft", {"state": "active"})

    def action_lift(self):
        """Notified -> lifted (mainlevée)."""
        today = fields.Date.context_today(self)
        return self._move("active", {"state": "lifted", "date_lifted": today})
