from odoo import api, fields, models


class AccountMove(models.Model):
    """What law 69-21 needs to know of an ordinary vendor bill."""

    _inherit = "account.move"

    srm_deposit_date = fields.Date(
        string="Deposited on",
        copy=False,
        help="Invoice stamped at the mail registry (bureau d'ordre).",
    )
    srm_service_date = fields.Date(
        string="Service acknowledged on",
        copy=False,
        help="Date of the service fait, repeated in the declaration.",
    )
    srm_agreed_days = fields.Integer(
        string="Agreed delay (days)",
        help="Term agreed in writing; 0 when nothing was agreed: 60 days apply.",
    )
    srm_sector_days = fields.Integer(
        string="Sector delay (days)",
        help="Term set by a decree for the sector of the supplier; 0 when there is "
        "none.",
    )
    srm_periodic_month = fields.Date(
        string="Month of the transactions",
        copy=False,
        help="Any day of the month, when periodic transactions of at most one month "
        "were agreed: the delay starts on the first of the following month.",
    )
    srm_goods_nature = fields.Char(
        string="Nature of the goods",
        help="Empty: the first line of the bill is declared.",
    )
    srm_court_from = fields.Date(
        string="Claim lodged on",
        copy=False,
        help="Judicial action on the bill: the fine stops until the judgment.",
    )
    srm_court_until = fields.Date(string="Final judgment on", copy=False)
    srm_court_amount = fields.Monetary(
        string="Amount in dispute",
        copy=False,
        help="Amount before the court, taxes included; 0 for all that is unpaid.",
    )
    srm_judged_amount = fields.Monetary(
        string="Amount after judgment",
        copy=False,
        help="Amount the judgment accepts; 0 for all that is unpaid.",
    )
    srm_delay_line_ids = fields.One2many(
        "srm.payment.delay.line", "move_id", string="Declared lines"
    )
    srm_declared_until = fields.Date(
        string="Declared up to",
        compute="_compute_srm_declared_until",
        help="Last day of delay that a filed declaration covers.",
    )
    srm_delay_line_count = fields.Integer(compute="_compute_srm_delay_line_count")

    _srm_delay_days_valid = models.Constraint(
        "CHECK (srm_agreed_days BETWEEN 0 AND 3650"
        " AND srm_sector_days BETWEEN 0 AND 180)",
        "The agreed delay is a number of days; a decree grants 180 days at most.",
    )
    _srm_court_order = models.Constraint(
        "CHECK (srm_court_until IS NULL OR"
        " (srm_court_from IS NOT NULL AND srm_court_until >= srm_court_from))",
        "The judgment follows the claim: give the date of the claim first.",
    )

    @api.depends("srm_delay_line_ids")
    def _compute_srm_declared_until(self):
        found = self.env["srm.payment.delay.line"]._declared_until("move_id", self.ids)
        for move in self:
            move.srm_declared_until = found.get(move._origin.id, False)

    @api.depends("srm_delay_line_ids")
    def _compute_srm_delay_line_count(self):
        counts = dict(
            self.env["srm.payment.delay.line"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["__count"]
            )
        )
        for move in self:
            move.srm_delay_line_count = counts.get(move._origin, 0)

    def action_view_delay_lines(self):
        """Open what the declarations say of this bill."""
        self.ensure_one()
        return self.env["srm.payment.delay.line"]._action_view(
            [("move_id", "=", self.id)], self.display_name
        )
