import datetime

from srm_engine.contract import subcontracting_left

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money, rate
from .srm_contract import LIVE_STATES, MANAGER

_lt = LazyTranslate(__name__)

STATES = [
    ("declared", "Declared"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
]


class SrmContractSubcontractor(models.Model):
    """Part of a contract given to a subcontractor: declared, accepted or refused.

    Together the parts stay within half of the amount TTC, and never take the main lot.
    The client has 15 days to object.
    """

    _name = "srm.contract.subcontractor"
    _inherit = ["mail.thread"]
    _description = "Subcontractor of a Contract"
    _order = "contract_id, id"
    _guard = Guard(
        steps={
            "accept": Step(
                ("declared",),
                "accepted",
                group=MANAGER,
                dated="date_decided",
                check="_check_acceptable",
            ),
            "refuse": Step(
                ("declared",),
                "refused",
                group=MANAGER,
                dated="date_decided",
                check="_check_refusable",
            ),
        },
        freezes=(
            Freeze(
                ("accepted", "refused"),
                files=True,
                database=True,
                remedy=_lt("Declare the part again."),
            ),
        ),
        deletable=("declared",),
    )

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    contractor_id = fields.Many2one(related="contract_id.partner_id")
    partner_id = fields.Many2one(
        "res.partner", string="Subcontractor", required=True, ondelete="restrict"
    )
    name = fields.Char(string="Works", required=True)
    main_lot = fields.Boolean(help="The main lot cannot be subcontracted.")
    amount_ttc = fields.Monetary(string="Amount TTC", required=True)
    amount_left = fields.Monetary(
        string="May still be subcontracted", compute="_compute_amount_left"
    )
    date_declared = fields.Date(
        string="Declared on", required=True, default=fields.Date.context_today
    )
    date_limit = fields.Date(
        string="Objection until", compute="_compute_date_limit", store=True
    )
    date_decided = fields.Date(string="Decided on", readonly=True, copy=False)
    reason = fields.Char(string="Reason of the refusal")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="declared",
        copy=False,
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount_ttc > 0)", "The amount of a subcontract is above zero."
    )
    _accepted_unique = models.UniqueIndex(
        "(contract_id, partner_id, name) WHERE state = 'accepted'",
        "This part is already subcontracted to this company.",
    )
    _no_main_lot = models.Constraint(
        "CHECK (state != 'accepted' OR main_lot IS NOT TRUE)",
        "The main lot of a contract cannot be subcontracted.",
    )

    @api.depends("date_declared", "contract_id.subcontracting_days")
    def _compute_date_limit(self):
        for part in self:
            delay = datetime.timedelta(days=part.contract_id.subcontracting_days)
            part.date_limit = part.date_declared and part.date_declared + delay

    @api.depends(
        "contract_id.amount_ttc",
        "contract_id.subcontracting_rate",
        "contract_id.subcontractor_ids.state",
    )
    def _compute_amount_left(self):
        for part in self:
            part.amount_left = float(part._left())

    def _left(self):
        contract = self.contract_id
        others = contract.subcontractor_ids.filtered(
            lambda item: item.state == "accepted" and item._origin != self._origin
        )
        return subcontracting_left(
            money(contract.amount_ttc),
            [money(item.amount_ttc) for item in others],
            rate(contract.subcontracting_rate),
        )

    @api.depends("partner_id.name", "contract_id.name")
    def _compute_display_name(self):
        for part in self:
            part.display_name = joined(part.partner_id.name, part.contract_id.name)

    @api.constrains("partner_id", "contract_id")
    def _check_partner(self):
        for part in self:
            if part.partner_id == part.contract_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s holds contract %(contract)s: it cannot be its own "
                        "subcontractor.",
                        partner=part.partner_id.name,
                        contract=part.contract_id.name,
                    )
                )

    def action_accept(self):
        """Declared -> accepted, within the limit of the contract."""
        # Two parts accepted at once would each see the limit still free.
        self.contract_id.lock_for_update()
        for part in self:
            part._take_step("accept")
        return True

    def action_refuse(self):
        """Declared -> refused, with a reason, within the delay to object."""
        self._take_step("refuse")
        return True

    def _check_refusable(self):
        for part in self:
            if not (part.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why %(partner)s is refused.", partner=part.partner_id.name
                    )
                )
            if fields.Date.context_today(self) > part.date_limit:
                raise UserError(
                    self.env._(
                        "The delay to object to %(partner)s ended on %(date)s.",
                        partner=part.partner_id.name,
                        date=fields.Date.to_string(part.date_limit),
                    )
                )

    def _check_acceptable(self):
        for part in self:
            part._check_within_limits()

    def _check_within_limits(self):
        contract = self.contract_id
        if contract.state not in LIVE_STATES:
            raise UserError(
                self.env._(
                    "Contract %(contract)s is not under way: nothing more can be "
                    "subcontracted.",
                    contract=contract.name,
                )
            )
        if self.main_lot:
            raise ValidationError(
                self.env._(
                    "%(works)s is the main lot of contract %(contract)s: it cannot be "
                    "subcontracted.",
                    works=self.name,
                    contract=contract.name,
                )
            )
        left = self._left()
        if money(self.amount_ttc) > left:
            raise ValidationError(
                self.env._(
                    "%(partner)s: %(amount)s is more than the %(left)s of contract "
                    "%(contract)s that may still be subcontracted (%(limit)s %% of the "
                    "amount TTC).",
                    partner=self.partner_id.name,
                    amount=self.currency_id.format(self.amount_ttc),
                    left=self.currency_id.format(float(max(left, 0))),
                    contract=contract.name,
                    limit=f"{contract.subcontracting_rate:g}",
                )
            )
