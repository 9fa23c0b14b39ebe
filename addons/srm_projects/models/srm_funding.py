from srm_engine.funding import funding

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import money

_lt = LazyTranslate(__name__)
MANAGER = "srm_base.group_project_manager"
APPROVER = "srm_projects.group_programme_manager"
ROLES = [
    ("owner", "Project owner"),
    ("delegated", "Delegated owner"),
    ("funder", "Funder"),
    ("beneficiary", "Beneficiary"),
]


class SrmFunding(models.Model):
    """Funding convention: who brings what for which works, called and received."""

    _name = "srm.funding"
    _inherit = [
        "srm.evidence.mixin",
        "srm.territory.mixin",
        "srm.typst.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Funding Convention"
    _order = "date_signed desc, id desc"
    _rec_names_search = ["name", "title"]
    _evidence_fields = ("document_ids",)
    _guard = Guard(
        steps={
            "sign": Step(("draft",), "signed", group=MANAGER, check="_check_signing"),
            "close": Step(
                ("signed",), "closed", group=APPROVER, check="_check_received"
            ),
            "cancel": Step(("draft", "signed"), "cancelled", group=APPROVER),
        },
        freezes=(
            Freeze(
                ("signed", "closed", "cancelled"),
                but=("committee_ids", "project_ids"),
                children=("party_ids",),
                files=True,
                database=True,
                remedy=_lt("It changes by another convention."),
            ),
            Freeze(
                ("signed", "closed", "cancelled"),
                fields=(),
                children=("content_ids",),
                children_but=("realised",),
                database=True,
            ),
            Freeze(
                ("closed", "cancelled"),
                fields=("project_ids",),
                children=("call_ids",),
                database=True,
            ),
        ),
        deletable=("draft",),
    )

    name = fields.Char(string="Convention No.", required=True, index=True)
    title = fields.Char(string="Object", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    service_id = fields.Many2one("srm.service", ondelete="restrict")
    project_ids = fields.Many2many("project.project", string="Projects")
    cost = fields.Monetary(
        required=True, tracking=True, help="Uses: cost of the works."
    )
    party_ids = fields.One2many("srm.funding.party", "funding_id", string="Parties")
    call_ids = fields.One2many("srm.funding.call", "funding_id", string="Instalments")
    content_ids = fields.One2many(
        "srm.funding.content", "funding_id", string="Physical contents"
    )
    committee_ids = fields.Many2many(
        "res.partner", "srm_funding_committee_rel", string="Follow-up committee"
    )
    date_signed = fields.Date(string="Signed on", tracking=True)
    date_end = fields.Date(string="Ends on", tracking=True)
    resources = fields.Monetary(compute="_compute_resources", store=True)
    gap = fields.Monetary(
        string="Not funded",
        compute="_compute_resources",
        store=True,
        help="Cost less resources; below zero, more is promised than the cost.",
    )
    consistent = fields.Boolean(compute="_compute_resources", store=True)
    called = fields.Monetary(compute="_compute_called", store=True)
    received = fields.Monetary(compute="_compute_called", store=True)
    to_receive = fields.Monetary(
        string="Called, not received", compute="_compute_called", store=True
    )
    document_ids = fields.Many2many("ir.attachment", string="Documents", copy=False)
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("signed", "Signed"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    _name_uidx = models.UniqueIndex(
        "(company_id, name)", "This convention number already exists."
    )
    _cost_positive = models.Constraint("CHECK (cost >= 0)", "A cost is not negative.")
    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_signed)", "A convention ends after it is signed."
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for item in self:
            item.display_name = joined(item.name, item.title)

    @api.depends("cost", "party_ids.amount")
    def _compute_resources(self):
        for item in self:
            found = item._engine_funding()
            item.resources = float(found.resources)
            item.gap = float(found.gap)
            item.consistent = found.consistent

    def _engine_funding(self):
        amounts = {party: money(party.amount) for party in self.party_ids}
        return funding(amounts, money(self.cost))

    @api.depends("call_ids.amount", "call_ids.amount_received", "call_ids.state")
    def _compute_called(self):
        for item in self:
            calls = item.call_ids.filtered(lambda call: call.state != "draft")
            called = sum(map(money, calls.mapped("amount")))
            received = sum(map(money, calls.mapped("amount_received")))
            item.called, item.received = float(called), float(received)
            item.to_receive = float(called - received)

    def action_sign(self):
        """Signed once resources and cost are the same amount."""
        return bool(self._take_step("sign"))

    def _check_signing(self):
        for item in self:
            if not item.party_ids or not item.date_signed:
                raise UserError(
                    self.env._(
                        "%(convention)s: enter its parties and the day it was signed.",
                        convention=item.display_name,
                    )
                )
            if not item.consistent:
                raise UserError(
                    self.env._(
                        "%(convention)s: resources of %(resources)s for a cost of "
                        "%(cost)s. Correct the shares, or the cost.",
                        convention=item.display_name,
                        resources=item.currency_id.format(item.resources),
                        cost=item.currency_id.format(item.cost),
                    )
                )

    def action_close(self):
        return bool(self._take_step("close"))

    def _check_received(self):
        for item in self:
            if money(item.to_receive):
                raise UserError(
                    self.env._(
                        "%(convention)s: %(amount)s is called and not received.",
                        convention=item.display_name,
                        amount=item.currency_id.format(item.to_receive),
                    )
                )

    def action_cancel(self):
        return bool(self._take_step("cancel"))

    # Printed: the funders' report

    def _print_title(self):
        return self.env._("Funders' report")

    def _print_subtitle(self):
        return self.display_name

    def _print_blocks(self):
        self.ensure_one()
        return [
            self._print_figures(),
            self._print_parties(),
            self._print_contents(),
            self._print_projects(),
        ]

    def _print_figures(self):
        gap_tone = "success" if self.consistent else "danger"
        figures = (
            (self.env._("Cost"), self.cost, "info"),
            (self.env._("Called"), self.called, "info"),
            (self.env._("Received"), self.received, "success"),
            (self.env._("Not funded"), self.gap, gap_tone),
        )
        return self._block_figures(
            [
                (label, self._number(amount, 2), "", tone)
                for label, amount, tone in figures
            ]
        )

    def _print_parties(self):
        columns = [
            (self.env._("Party"), 3, "text"),
            (self.env._("Role"), 2, "text"),
            (self.env._("Share"), 2, "number"),
            (self.env._("Share (%)"), 1, "number"),
            (self.env._("Received"), 2, "number"),
        ]
        rows = [
            [
                party.partner_id.name,
                party._label_of("role"),
                self._number(party.amount, 2),
                self._number(party.percent, 2),
                self._number(party.received, 2),
            ]
            for party in self.party_ids
        ]
        return self._block_table(self.env._("Parties"), columns, rows)

    def _print_contents(self):
        columns = [
            (self.env._("Content"), 3, "text"),
            (self.env._("Planned"), 1, "number"),
            (self.env._("Realised"), 1, "number"),
            (self.env._("Unit"), 1, "text"),
        ]
        rows = [
            [
                item.name,
                self._number(item.planned),
                self._number(item.realised),
                item.unit,
            ]
            for item in self.content_ids
        ]
        return self._block_table(self.env._("Physical contents"), columns, rows)

    def _print_projects(self):
        columns = [
            (self.env._("Project"), 4, "text"),
            (self.env._("Budget"), 2, "number"),
            (self.env._("Physical (%)"), 1, "number"),
            (self.env._("Financial (%)"), 1, "number"),
        ]
        rows = [
            [
                project.display_name,
                self._number(project.srm_budget, 2),
                self._number(project.srm_physical),
                self._number(project.srm_financial),
            ]
            for project in self.project_ids
        ]
        return self._block_table(self.env._("Projects"), columns, rows)


class SrmFundingPart(models.AbstractModel):
    """Part of a convention."""

    _name = "srm.funding.part"
    _description = "Part of a convention"

    funding_id = fields.Many2one(
        "srm.funding", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="funding_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    territory_id = fields.Many2one(
        related="funding_id.territory_id", store=True, index="btree_not_null"
    )


class SrmFundingParty(models.Model):
    """One party: its role and what it brings."""

    _name = "srm.funding.party"
    _inherit = ["srm.funding.part", "srm.typst.mixin"]
    _description = "Party to a Convention"
    _order = "funding_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="restrict")
    role = fields.Selection(ROLES, required=True, default="funder")
    amount = fields.Monetary(string="Share")
    percent = fields.Float(
        string="Share (%)", compute="_compute_percent", digits=(6, 2)
    )
    called = fields.Monetary(compute="_compute_called")
    received = fields.Monetary(compute="_compute_called")

    _amount_positive = models.Constraint(
        "CHECK (COALESCE(amount, 0) >= 0)", "A share is not negative."
    )
    _party_uidx = models.UniqueIndex(
        "(funding_id, partner_id, role)", "This party is already in the convention."
    )

    @api.depends("amount", "funding_id.cost")
    def _compute_percent(self):
        for item in self.funding_id:
            percents = item._engine_funding().percents
            for party in item.party_ids & self:
                party.percent = float(percents.get(party) or 0)
        for party in self.filtered(lambda one: not one.funding_id):
            party.percent = 0.0

    @api.depends("funding_id.call_ids.amount", "funding_id.call_ids.amount_received")
    def _compute_called(self):
        for party in self:
            calls = party.funding_id.call_ids.filtered(
                lambda call, party=party: (
                    call.party_id == party and call.state != "draft"
                )
            )
            party.called = float(sum(map(money, calls.mapped("amount"))))
            party.received = float(sum(map(money, calls.mapped("amount_received"))))


class SrmFundingContent(models.Model):
    """What the convention builds: kilometres, m³ a day, households..."""

    _name = "srm.funding.content"
    _inherit = ["srm.funding.part"]
    _description = "Physical Content of a Convention"
    _order = "funding_id, id"

    name = fields.Char(required=True)
    planned = fields.Float(digits=(16, 2), required=True)
    realised = fields.Float(digits=(16, 2))
    unit = fields.Char()


#: What is entered when the money comes.
RECEIPT = ("date_received", "amount_received", "evidence")


class SrmFundingCall(models.Model):
    """Instalment called from a party, and what came of it."""

    _name = "srm.funding.call"
    _inherit = ["srm.funding.part"]
    _description = "Call for Funds"
    _order = "date, id"
    _rec_name = "reference"
    _guard = Guard(
        steps={
            "call": Step(
                ("draft",),
                "called",
                group=MANAGER,
                dated="date_called",
                check="_check_call",
            ),
            "receive": Step(
                ("called",), "received", group=MANAGER, check="_check_receipt"
            ),
        },
        freezes=(
            Freeze(("called",), but=RECEIPT, database=True),
            Freeze(("received",), database=True),
        ),
        deletable=("draft",),
    )

    party_id = fields.Many2one(
        "srm.funding.party",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('funding_id', '=', funding_id), ('role', '!=', 'beneficiary')]",
    )
    reference = fields.Char(string="Call No.", required=True)
    date = fields.Date(
        string="Expected on", required=True, default=fields.Date.context_today
    )
    amount = fields.Monetary(required=True)
    date_called = fields.Date(string="Called on", readonly=True, copy=False)
    date_received = fields.Date(string="Received on", copy=False)
    amount_received = fields.Monetary(string="Received", copy=False)
    evidence = fields.Char(string="Proof of receipt", copy=False)
    state = fields.Selection(
        [("draft", "Planned"), ("called", "Called"), ("received", "Received")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND COALESCE(amount_received, 0) BETWEEN 0 AND amount)",
        "A call is above zero, and no more is received than was called.",
    )

    @api.constrains("funding_id", "party_id")
    def _check_party(self):
        for call in self:
            if call.party_id.funding_id != call.funding_id:
                raise ValidationError(
                    self.env._(
                        "Call %(call)s asks a party of another convention.",
                        call=call.reference,
                    )
                )

    def action_call(self):
        # One after the other: what a call asks is no more left for the next one.
        return any([bool(call._take_step("call")) for call in self])

    def _check_call(self):
        if self.funding_id.state != "signed":
            raise UserError(
                self.env._(
                    "%(convention)s is not signed: nothing can be called.",
                    convention=self.funding_id.display_name,
                )
            )
        self.party_id.lock_for_update()
        left = money(self.party_id.amount) - money(self.party_id.called)
        if money(self.amount) > left:
            raise UserError(
                self.env._(
                    "%(party)s owes %(left)s more at most: this call asks %(amount)s.",
                    party=self.party_id.partner_id.name,
                    left=self.currency_id.format(float(left)),
                    amount=self.currency_id.format(self.amount),
                )
            )

    def action_receive(self):
        return bool(self._take_step("receive"))

    def _check_receipt(self):
        for call in self:
            if not (call.date_received and call.amount_received and call.evidence):
                raise UserError(
                    self.env._(
                        "Call %(call)s: enter the day, the amount and the proof of "
                        "receipt.",
                        call=call.reference,
                    )
                )


class ProjectProject(models.Model):
    _inherit = "project.project"

    srm_funding_ids = fields.Many2many("srm.funding", string="Conventions")
