from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_contract import MANAGER

_lt = LazyTranslate(__name__)

STATES = [("draft", "Draft"), ("active", "Notified"), ("lifted", "Lifted")]


class SrmContractPledge(models.Model):
    """Pledge of a contract to a lender (nantissement, law 112-13).

    While it lasts, what the contract owes is paid to the lender and to nobody else.
    """

    _name = "srm.contract.pledge"
    _inherit = ["mail.thread"]
    _description = "Pledge of a Contract"
    _order = "contract_id, id"
    _guard = Guard(
        steps={
            "activate": Step(("draft",), "active", group=MANAGER),
            "lift": Step(("active",), "lifted", group=MANAGER, dated="date_lifted"),
        },
        freezes=(
            Freeze(
                ("active", "lifted"),
                database=True,
                files=True,
                remedy=_lt("Lift the pledge and record the new one."),
            ),
        ),
        deletable=("draft",),
    )

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

    def action_activate(self):
        """Draft -> notified: payments go to the lender from now on."""
        self._take_step("activate")
        return True

    def action_lift(self):
        """Notified -> lifted (mainlevée)."""
        self._take_step("lift")
        return True
