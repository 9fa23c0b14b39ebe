from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.srm_base.tools.names import joined

from .srm_contract import CONTRACT_TOKEN

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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._check_workflow({"state"})
        return super().create(vals_list)

    def write(self, vals):
        self._check_workflow(vals.keys() & {"state"})
        if any(item.state != "draft" for item in self):
            frozen = {"contract_id", "kind", "date", "minutes"}
            self._check_workflow(vals.keys() & frozen)
        return super().write(vals)

    def _check_workflow(self, names):
        if names and self.env.context.get("srm_contract") is not CONTRACT_TOKEN:
            raise UserError(
                self.env._(
                    "An acceptance is pronounced or refused by its buttons; then its "
                    "minutes do not change."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(item.state == "pronounced" for item in self):
            raise UserError(
                self.env._("A pronounced acceptance belongs to its contract for good.")
            )

    def action_pronounce(self):
        """Draft -> pronounced: the contract moves to accepted, then to closed."""
        contracts = self.contract_id
        contracts._check_manager()
        contracts.lock_for_update()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        contracts.invalidate_recordset(["state"])
        for item in self.filtered(lambda record: record.state == "draft"):
            item._check_pronounceable()
            item.with_context(srm_contract=CONTRACT_TOKEN).write(
                {"state": "pronounced"}
            )
            if item.kind == "provisional":
                item.contract_id._set_state("accepted", date_provisional=item.date)
            else:
                item.contract_id._set_state("closed", date_final=item.date)
        return True

    def action_refuse(self):
        """Draft -> refused: the reservations say what is to be done again."""
        self.contract_id._check_manager()
        self.lock_for_update()
        drafts = self.filtered(lambda record: record.state == "draft")
        if any(not (item.reservations or "").strip() for item in drafts):
            raise UserError(
                self.env._("Write the reservations before refusing the acceptance.")
            )
        drafts.with_context(srm_contract=CONTRACT_TOKEN).write({"state": "refused"})
        return True

    def _check_pronounceable(self):
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
        if self.kind == "provisional":
            self._check_provisional()
        else:
            self._check_final()

    def _check_provisional(self):
        contract = self.contract_id
        contract._check_state(("running", "stopped"), "accepted")
        if self.date < contract.date_start:
            raise ValidationError(
                self.env._(
                    "The acceptance of contract %(contract)s is before the start of "
                    "the works.",
                    contract=contract.name,
                )
            )

    def _check_final(self):
        contract = self.contract_id
        contract._check_state(("accepted",), "closed")
        if self.date < contract.date_warranty_end:
            raise ValidationError(
                self.env._(
                    "Contract %(contract)s is guaranteed until %(date)s: the final "
                    "acceptance cannot be earlier.",
                    contract=contract.name,
                    date=fields.Date.to_string(contract.date_warranty_end),
                )
            )
