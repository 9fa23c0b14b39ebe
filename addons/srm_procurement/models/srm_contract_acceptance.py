from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from .srm_contract import MANAGER

_lt = LazyTranslate(__name__)

KINDS = [("provisional", "Provisional"), ("final", "Final")]
STATES = [("draft", "Draft"), ("pronounced", "Pronounced"), ("refused", "Refused")]


class SrmContractAcceptance(models.Model):
    """Acceptance of the works by a commission (réception, art. 73 and 76).

    The provisional one stops the term and starts the guarantee period; the final one
    frees the retention and the guarantees.
    """

    _name = "srm.contract.acceptance"
    _inherit = ["mail.thread"]
    _description = "Acceptance of a Contract"
    _order = "contract_id, date, id"
    _guard = Guard(
        steps={
            "pronounce": Step(
                ("draft",), "pronounced", group=MANAGER, check="_check_pronounceable"
            ),
            "refuse": Step(
                ("draft",), "refused", group=MANAGER, check="_check_reservations"
            ),
        },
        freezes=(
            Freeze(
                ("pronounced", "refused"),
                files=True,
                database=True,
                remedy=_lt("What was found later is written in another acceptance."),
            ),
        ),
        deletable=("draft",),
    )

    contract_id = fields.Many2one(
        "srm.contract", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    territory_id = fields.Many2one(related="contract_id.territory_id", store=True)
    kind = fields.Selection(KINDS, required=True, default="provisional")
    date = fields.Date(
        string="Accepted on", required=True, default=fields.Date.context_today
    )
    minutes = fields.Char(
        string="Minutes No.", help="Reference of the commission's minutes."
    )
    members = fields.Text(string="Commission")
    reservations = fields.Text()
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )

    _one_pronounced = models.UniqueIndex(
        "(contract_id, kind) WHERE state = 'pronounced'",
        "This acceptance of the contract is already pronounced.",
    )

    @api.depends("kind", "contract_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for item in self:
            kind = labels.get(item.kind, "")
            item.display_name = joined(kind, item.contract_id.name)

    def action_pronounce(self):
        """Draft -> pronounced: the contract moves to accepted, then to closed."""
        self.contract_id.lock_for_update()
        self.contract_id.invalidate_recordset(["state"])
        for item in self._take_step("pronounce"):
            item._move_contract()
        return True

    def action_refuse(self):
        """Draft -> refused: the reservations say what is to be done again."""
        self._take_step("refuse")
        return True

    def _move_contract(self):
        if self.kind == "provisional":
            self.contract_id._take_step("accept", date_provisional=self.date)
        else:
            self.contract_id._take_step("close", date_final=self.date)

    def _check_reservations(self):
        if any(not (item.reservations or "").strip() for item in self):
            raise UserError(
                self.env._("Write the reservations before refusing the acceptance.")
            )

    def _check_pronounceable(self):
        for item in self:
            item._check_minutes()
            item._check_not_too_early()

    def _check_minutes(self):
        contract = self.contract_id
        if not self.minutes:
            raise UserError(
                self.env._(
                    "Enter the reference of the commission's minutes for contract "
                    "%(contract)s.",
                    contract=contract.name,
                )
            )
        if self.date > fields.Date.context_today(self):
            raise ValidationError(
                self.env._(
                    "The acceptance of contract %(contract)s is in the future.",
                    contract=contract.name,
                )
            )

    def _check_not_too_early(self):
        """The contract itself refuses an acceptance that is not its next one."""
        contract = self.contract_id
        start, end = contract.date_start, contract.date_warranty_end
        if self.kind == "provisional" and start and self.date < start:
            raise ValidationError(
                self.env._(
                    "The acceptance of contract %(contract)s is before the start of "
                    "the works.",
                    contract=contract.name,
                )
            )
        if self.kind == "final" and end and self.date < end:
            raise ValidationError(
                self.env._(
                    "Contract %(contract)s is guaranteed until %(date)s: the final "
                    "acceptance cannot be earlier.",
                    contract=contract.name,
                    date=fields.Date.to_string(end),
                )
            )
