from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..amounts import exact, money

#: Amounts of the wizard that become the figures of the statement.
OPENING_FIGURES = (
    "ht",
    "vat",
    "ttc",
    "retention",
    "advance",
    "penalty",
    "special_penalty",
)


class SrmContractOpening(models.TransientModel):
    """Where the predecessor left an inherited contract: quantities and amounts to date.

    They come from its last statement. The next statement of the contract then
    continues them: number, legal table, caps, repayment of the advance and delay.
    """

    _name = "srm.contract.opening"
    _description = "Opening Position of an Inherited Contract"

    contract_id = fields.Many2one("srm.contract", required=True, readonly=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    number = fields.Integer(
        string="Last statement No.",
        required=True,
        default=1,
        help="Number of the last statement drawn by the predecessor.",
    )
    date = fields.Date(string="Drawn up to", required=True)
    reference = fields.Char(
        string="Document", required=True, help="The statement these figures are from."
    )
    works = fields.Monetary(compute="_compute_works")
    ht = fields.Monetary(
        string="Amount HT revised", compute="_compute_ht", store=True, readonly=False
    )
    vat = fields.Monetary(string="VAT")
    ttc = fields.Monetary(string="Amount TTC", compute="_compute_ttc")
    retention = fields.Monetary()
    advance_paid = fields.Monetary(string="Advance paid")
    advance = fields.Monetary(string="Advance repaid")
    penalty = fields.Monetary(string="Delay penalties")
    special_penalty = fields.Monetary(string="Special penalties")
    late_days = fields.Integer(string="Days late charged")
    line_ids = fields.One2many(
        "srm.contract.opening.line", "wizard_id", string="Quantities to date"
    )

    @api.depends("line_ids.amount_ht")
    def _compute_works(self):
        for wizard in self:
            wizard.works = float(sum(map(money, wizard.line_ids.mapped("amount_ht"))))

    @api.depends("works")
    def _compute_ht(self):
        """Without revision, what is due is the works."""
        for wizard in self:
            wizard.ht = wizard.works

    @api.depends("ht", "vat")
    def _compute_ttc(self):
        for wizard in self:
            wizard.ttc = float(money(wizard.ht) + money(wizard.vat))

    def action_record(self):
        """Record the position, once, and open it."""
        self.ensure_one()
        if not self.env.user.has_group("srm_base.group_finance_manager"):
            raise AccessError(
                self.env._("Only a finance manager records an opening position.")
            )
        contract = self.contract_id
        statement = contract._record_opening(self._prepare_statement(), self.number)
        return {
            "type": "ir.actions.act_window",
            "res_model": "srm.contract.statement",
            "res_id": statement.id,
            "view_mode": "form",
        }

    def _prepare_statement(self) -> dict:
        return {
            "date": self.date,
            "lines": [
                line._prepare_attachment()
                for line in self.line_ids
                if exact(line.quantity)
            ],
            "advance_opening": self.advance_paid,
            "late_days": self.late_days,
            **{f"{name}_period": self[name] for name in OPENING_FIGURES},
        }


class SrmContractOpeningLine(models.TransientModel):
    """Quantity of one price already paid by the predecessor."""

    _name = "srm.contract.opening.line"
    _description = "Quantity of an Opening Position"

    wizard_id = fields.Many2one(
        "srm.contract.opening", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    contract_line_id = fields.Many2one(
        "srm.contract.line", string="Price", required=True, readonly=True
    )
    uom_id = fields.Many2one(related="contract_line_id.uom_id")
    price_unit = fields.Float(related="contract_line_id.price_unit")
    quantity = fields.Float(digits=(16, 3))
    amount_ht = fields.Monetary(string="Amount HT", compute="_compute_amount_ht")

    @api.depends("quantity", "contract_line_id.price_unit")
    def _compute_amount_ht(self):
        for line in self:
            price = exact(line.contract_line_id.price_unit)
            line.amount_ht = float(money(exact(line.quantity) * price))

    def _prepare_attachment(self):
        wizard = self.wizard_id
        return Command.create(
            {
                "contract_line_id": self.contract_line_id.id,
                "quantity": self.quantity,
                "date": wizard.date,
                "reference": wizard.reference,
                "place": self.env._("Position taken over"),
            }
        )
