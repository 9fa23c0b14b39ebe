from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

_lt = LazyTranslate(__name__)

MANAGER = "srm_base.group_finance_manager"
STATES = [
    ("draft", "Draft"),
    ("computed", "Computed"),
    ("frozen", "Chosen and frozen"),
    ("retired", "Retired"),
]
ORDERS = [
    ("score", "Priority score"),
    ("oldest", "Oldest due date"),
    ("costliest", "Highest cost of waiting"),
    ("smallest", "Smallest amounts first"),
]
MAX_MONTHS = 180
PARAMETERS = {
    "company_id",
    "date_start",
    "months",
    "ceiling",
    "partial",
    "deduct_agreed",
    "order_by",
    "predecessor_ids",
    "territory_id",
    "min_score",
    "ceiling_ids",
}
FIGURES = (
    "file_count",
    "amount_total",
    "amount_planned",
    "amount_residual",
    "cost_total",
    "files_paid",
    "files_first_quarter",
    "small_files",
    "small_files_paid",
    "small_first_quarter",
    "month_first",
    "month_last",
    "month_end",
)
#: What is chosen with the scenario.
PARTS = ("ceiling_ids", "line_ids", "month_ids", "payment_ids")


class SrmPaymentScenario(models.Model):
    """Who gets paid when under a monthly ceiling of cash, and what waiting costs.

    Parameters, then figures by the engine (``srm_engine.payment_plan``). Scenarios are
    compared; a finance manager freezes one, which never changes afterwards: the
    settlements and payment orders follow it.
    """

    _name = "srm.payment.scenario"
    _description = "Payment Scenario"
    _inherit = ["mail.thread", "srm.territory.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guard = Guard(
        steps={
            "compute": Step(
                ("draft",),
                "computed",
                signs="computed_by_id",
                dated="date_computed",
                writes=FIGURES,
            ),
            "outdate": Step(("computed",), "draft"),
            "freeze": Step(
                ("computed",),
                "frozen",
                group=MANAGER,
                signs="frozen_by_id",
                dated="date_frozen",
                writes=("frozen_reason",),
                check="_check_only_choice",
            ),
            "retire": Step(
                ("frozen",),
                "retired",
                group=MANAGER,
                signs="retired_by_id",
                dated="date_retired",
                writes=("retired_reason",),
            ),
        },
        freezes=(
            Freeze(
                ("frozen", "retired"),
                children=PARTS,
                database=True,
                remedy=_lt("Duplicate it to try other parameters."),
            ),
        ),
        deletable=("draft", "computed"),
    )

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Prepared by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    # Parameters
    date_start = fields.Date(
        string="First month",
        required=True,
        default=lambda self: self._default_month(),
        help="Any day of the first month of payment.",
    )
    months = fields.Integer(string="Number of months", required=True, default=24)
    ceiling = fields.Monetary(
        string="Monthly ceiling",
        required=True,
        help="Cash that may leave for arrears in one month.",
    )
    ceiling_ids = fields.One2many(
        "srm.payment.scenario.ceiling",
        "scenario_id",
        string="Other ceilings",
        copy=True,
    )
    partial = fields.Boolean(
        string="Partial payments",
        default=True,
        help="A file may be paid over several months. Otherwise it is paid in one go, "
        "and a file above every ceiling is set aside.",
    )
    deduct_agreed = fields.Boolean(
        string="Deduct instalments already agreed",
        default=True,
        help="Instalments of the settlements under way take their part of the ceiling "
        "of their month.",
    )
    order_by = fields.Selection(
        ORDERS,
        string="Order of payment",
        required=True,
        default="score",
        help="Ties are broken by date of registration.",
    )
    predecessor_ids = fields.Many2many(
        "srm.predecessor",
        string="Debtors of origin",
        help="Empty: the debts of every origin.",
    )
    territory_id = fields.Many2one(help="Empty: the whole company.")
    min_score = fields.Float(string="Lowest score", digits=(5, 2))
    note = fields.Html()

    # Figures
    line_ids = fields.One2many(
        "srm.payment.scenario.line",
        "scenario_id",
        string="Creditor files",
        readonly=True,
    )
    month_ids = fields.One2many(
        "srm.payment.scenario.month", "scenario_id", string="Months", readonly=True
    )
    payment_ids = fields.One2many(
        "srm.payment.scenario.payment", "scenario_id", string="Payments", readonly=True
    )
    file_count = fields.Integer(string="Files", readonly=True, copy=False)
    amount_total = fields.Monetary(string="Payable", readonly=True, copy=False)
    amount_planned = fields.Monetary(string="Planned", readonly=True, copy=False)
    amount_residual = fields.Monetary(
        string="Left unpaid",
        readonly=True,
        copy=False,
        help="Unpaid at the end of the last month.",
    )
    cost_total = fields.Monetary(
        string="Cost of waiting",
        readonly=True,
        copy=False,
        help="Fine of law 69-21 and late interest added by the months of waiting.",
    )
    files_paid = fields.Integer(string="Files paid in full", readonly=True, copy=False)
    files_first_quarter = fields.Integer(
        string="Paid in the first three months", readonly=True, copy=False
    )
    small_files = fields.Integer(string="Small firms", readonly=True, copy=False)
    small_files_paid = fields.Integer(
        string="Small firms paid", readonly=True, copy=False
    )
    small_first_quarter = fields.Integer(
        string="Small firms paid in the first three months", readonly=True, copy=False
    )
    month_first = fields.Date(string="First payment", readonly=True, copy=False)
    month_last = fields.Date(string="Last payment", readonly=True, copy=False)
    month_end = fields.Date(
        string="Everybody paid in",
        readonly=True,
        copy=False,
        help="Empty: something is left unpaid after the last month.",
    )
    computed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_computed = fields.Datetime(string="Computed on", readonly=True, copy=False)

    # Choice
    frozen_by_id = fields.Many2one(
        "res.users", string="Chosen by", readonly=True, copy=False
    )
    date_frozen = fields.Datetime(string="Chosen on", readonly=True, copy=False)
    frozen_reason = fields.Text(string="Why this one", readonly=True, copy=False)
    retired_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_retired = fields.Datetime(string="Retired on", readonly=True, copy=False)
    retired_reason = fields.Text(string="Why retired", readonly=True, copy=False)

    _one_frozen = models.UniqueIndex(
        "(company_id) WHERE state = 'frozen'",
        "Another scenario of this company is chosen already: retire it first.",
    )
    _months_valid = models.Constraint(
        "CHECK (months BETWEEN 1 AND 180)",
        "A scenario has 1 to 180 months.",
    )
    _ceiling_positive = models.Constraint(
        "CHECK (ceiling >= 0)", "The monthly ceiling cannot be negative."
    )
    _frozen_complete = models.Constraint(
        "CHECK (state NOT IN ('frozen', 'retired')"
        " OR (frozen_by_id IS NOT NULL AND frozen_reason IS NOT NULL))",
        "A chosen scenario has an author and a reason.",
    )

    @api.model
    def _default_month(self):
        """First day of the next month."""
        return fields.Date.add(fields.Date.context_today(self).replace(day=1), months=1)

    @api.constrains("ceiling_ids", "date_start", "months")
    def _check_ceilings(self):
        for scenario in self:
            months = set(scenario._month_list())
            outside = scenario.ceiling_ids.filtered(
                lambda item, known=months: item.month not in known
            )
            if outside:
                raise ValidationError(
                    self.env._(
                        "%(month)s is not a month of the scenario %(name)s.",
                        month=fields.Date.to_string(outside[0].month),
                        name=scenario.name,
                    )
                )

    def _month_list(self) -> list:
        """First day of each month of the scenario."""
        self.ensure_one()
        if not self.date_start:
            return []
        first = self.date_start.replace(day=1)
        return [fields.Date.add(first, months=rank) for rank in range(self.months)]

    # --- what may change -------------------------------------------------------------
    def write(self, vals):
        if PARAMETERS & vals.keys():
            self._outdate()
        return super().write(vals)

    def _outdate(self):
        """Figures of other parameters would lie."""
        computed = self.filtered(lambda item: item.state == "computed")
        computed._take_step("outdate")

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for scenario, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%(name)s (copy)", name=scenario.name)
        return vals_list

    # --- choice ----------------------------------------------------------------------
    def action_freeze(self):
        """Ask why this scenario is chosen."""
        self.ensure_one()
        self._require_group(MANAGER)
        return self._ask("freeze", self.env._("Choose and freeze"))

    def action_retire(self):
        """Ask why the chosen scenario is given up."""
        self.ensure_one()
        self._require_group(MANAGER)
        return self._ask("retire", self.env._("Retire the scenario"))

    def _ask(self, decision: str, title: str) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "srm.payment.scenario.decide",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_scenario_id": self.id,
                "default_decision": decision,
            },
        }

    def _freeze(self, reason: str):
        """Computed -> frozen, by a finance manager, with a reason."""
        for scenario in self._take_step("freeze", frozen_reason=reason):
            scenario.message_post(
                body=self.env._("Chosen and frozen: %(reason)s", reason=reason)
            )

    def _retire(self, reason: str):
        """Frozen -> retired: kept as history; another one may be chosen."""
        for scenario in self._take_step("retire", retired_reason=reason):
            scenario.message_post(
                body=self.env._("Scenario retired: %(reason)s", reason=reason)
            )

    def _check_only_choice(self):
        for scenario in self:
            other = self.search(
                [
                    ("company_id", "=", scenario.company_id.id),
                    ("state", "=", "frozen"),
                ],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "The scenario %(other)s is chosen already: retire it before "
                        "choosing %(name)s.",
                        other=other.name,
                        name=scenario.name,
                    )
                )

    # --- screens ---------------------------------------------------------------------
    def _open(self, xmlid: str) -> dict:
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"srm_procurement.{xmlid}"
        )
        return action | {"domain": [("scenario_id", "in", self.ids)], "context": {}}

    def action_view_lines(self):
        return self._open("action_srm_payment_scenario_line")

    def action_view_months(self):
        return self._open("action_srm_payment_scenario_month")

    def action_compare(self):
        """These scenarios side by side: figures, then months."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare the scenarios"),
            "res_model": "srm.payment.scenario.compare",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_scenario_ids": self.ids, "dialog_size": "extra-large"},
        }

    def action_export(self):
        """Spreadsheet of these scenarios."""
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/srm/xlsx/{self._name}/scenarios?ids={ids}",
            "target": "self",
        }
