from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..tools.roles import MANAGER, OFFICER


class SrmContractorFile(models.Model):
    """The safety file of a contractor for a contract: papers, plan, induction."""

    _name = "srm.contractor.file"
    _inherit = ["srm.action.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Contractor's Safety File"
    _order = "partner_id, date_from desc"
    _guard = Guard(
        steps={
            "accept": Step(
                ("draft", "suspended"),
                "accepted",
                group=OFFICER,
                dated="accepted_date",
                check="_check_papers",
            ),
            "suspend": Step(("accepted",), "suspended", group=OFFICER),
            "close": Step(
                ("accepted", "suspended"),
                "closed",
                group=MANAGER,
                check="_check_evaluated",
            ),
        },
        freezes=(
            Freeze(
                ("accepted", "suspended"),
                fields=("partner_id", "contract_reference", "company_id"),
            ),
            Freeze(("closed",), children=("document_ids", "induction_ids"), files=True),
        ),
        deletable=("draft",),
    )

    partner_id = fields.Many2one("res.partner", required=True, index=True)
    contract_reference = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    site_ids = fields.Many2many("srm.site")
    works = fields.Char(required=True)
    date_from = fields.Date(required=True)
    date_to = fields.Date()
    user_id = fields.Many2one("res.users", string="Followed by")
    prevention_plan = fields.Html(
        help="Risks of working side by side and the measures of each party."
    )
    opening_date = fields.Date(string="Site opened on")
    document_ids = fields.One2many("srm.contractor.document", "file_id")
    induction_ids = fields.One2many("srm.induction", "file_id")
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("accepted", "Accepted"),
            ("suspended", "Suspended"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    accepted_date = fields.Date(readonly=True, copy=False)
    missing_count = fields.Integer(compute="_compute_documents")
    expired_count = fields.Integer(
        compute="_compute_documents", search="_search_expired_count"
    )
    score = fields.Float(string="Evaluation (0-100)")
    evaluation_note = fields.Text()

    _contract_unique = models.UniqueIndex(
        "(company_id, partner_id, contract_reference)",
        "This contract has a safety file already.",
    )
    _score_bounds = models.Constraint(
        "CHECK (score BETWEEN 0 AND 100)", "An evaluation lies between 0 and 100."
    )

    @api.depends("partner_id", "contract_reference")
    def _compute_display_name(self):
        for file in self:
            file.display_name = joined(file.partner_id.name, file.contract_reference)

    @api.depends("document_ids.valid_to", "document_ids.received")
    def _compute_documents(self):
        today = fields.Date.context_today(self)
        for file in self:
            asked = file.document_ids.filtered("type_id.mandatory")
            file.missing_count = len(asked.filtered(lambda d: not d.received))
            file.expired_count = len(
                asked.filtered(lambda d: d.valid_to and d.valid_to < today)
            )

    @api.model
    def _search_expired_count(self, operator, value):
        if operator != ">" or value != 0:
            return NotImplemented
        expired = Domain("valid_to", "<", "today") & Domain(
            "type_id.mandatory", "=", True
        )
        return Domain("document_ids", "any", expired)

    @api.model_create_multi
    def create(self, vals_list):
        files = super().create(vals_list)
        files.action_list_documents()
        return files

    def action_list_documents(self):
        """One line per paper asked; repeating adds the missing ones."""
        types = self.env["srm.contractor.document.type"].search([("active", "=", True)])
        for file in self:
            file.document_ids = [
                Command.create({"type_id": kind.id})
                for kind in types - file.document_ids.type_id
            ]

    def action_accept(self):
        self._take_step("accept")

    def action_suspend(self):
        self._take_step("suspend")

    def action_close(self):
        """The evaluation of the contractor is part of the closing."""
        self._take_step("close")

    def _check_papers(self):
        self.action_list_documents()
        for file in self:
            if file.missing_count or file.expired_count:
                raise UserError(
                    self.env._(
                        "%(file)s: %(missing)s papers missing, %(expired)s expired.",
                        file=file.display_name,
                        missing=file.missing_count,
                        expired=file.expired_count,
                    )
                )

    def _check_evaluated(self):
        for file in self.filtered(lambda f: not f.evaluation_note):
            raise UserError(
                self.env._("%(file)s: evaluate the contractor.", file=file.display_name)
            )

    def _blocking_reason(self, day):
        """Why this contractor may not work on ``day``, empty when it may."""
        self.ensure_one()
        if self.state != "accepted":
            return self.env._("the safety file is not accepted")
        if self.document_ids.filtered(
            lambda d: d.type_id.mandatory and d.valid_to and d.valid_to < day
        ):
            return self.env._("a paper of the safety file has expired")
        return ""
