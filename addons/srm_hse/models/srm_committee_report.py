import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.srm_base.tools.names import joined
from odoo.addons.srm_kit.guard import Freeze, Guard, Step


class SrmCommitteeReport(models.Model):
    """The yearly report of a committee: figures of the year, and when it was sent."""

    _name = "srm.committee.report"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "srm.typst.mixin",
    ]
    _description = "Yearly Committee Report"
    _order = "year desc, committee_id"
    _guard = Guard(
        steps={
            "send": Step(
                ("draft",), "sent", dated="sent_date", check="_check_receipts"
            ),
        },
        freezes=(Freeze(("sent",), files=True, database=True),),
        deletable=("draft",),
    )

    committee_id = fields.Many2one(
        "srm.committee", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="committee_id.company_id", store=True)
    year = fields.Integer(required=True)
    due = fields.Date(compute="_compute_due", store=True)
    sent_date = fields.Date(readonly=True, copy=False)
    late = fields.Boolean(compute="_compute_late")
    state = fields.Selection(
        [("draft", "In preparation"), ("sent", "Sent")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    risks = fields.Html(string="How risks changed")
    programme = fields.Html(string="Prevention programme of next year")
    evidence = fields.Char(string="Receipts of the inspector and the physician")

    _year_unique = models.UniqueIndex(
        "(committee_id, year)", "The report of this year exists already."
    )
    _year_plausible = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2100)", "The year is written with four digits."
    )

    @api.depends("committee_id", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = joined(report.committee_id.name, report.year, by=" ")

    @api.depends("year")
    def _compute_due(self):
        """So many days after the end of the year, as the deadline rule says."""
        rule = self.env["srm.deadline.rule"].search(
            [("model", "=", self._name), ("anchor", "=", "year_end")], limit=1
        )
        for report in self:
            end = datetime.datetime(report.year or 2000, 12, 31)
            report.due = rule._due(end).date() if rule and report.year else False

    @api.depends("due", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for report in self:
            report.late = bool(
                report.state == "draft" and report.due and report.due < today
            )

    def action_sent(self):
        self._take_step("send")

    def _check_receipts(self):
        if not all(self.mapped("evidence")):
            raise UserError(self.env._("Note the receipts first."))

    def _print_title(self):
        return self.env._("Yearly report of the committee")

    def _print_subtitle(self):
        return f"{self.committee_id.name} · {self.year}"

    def _print_blocks(self):
        first, last = datetime.date(self.year, 1, 1), datetime.date(self.year, 12, 31)
        figures = self.env["srm.safety.rate"]._prepare_figures(
            self.company_id, first, last
        )
        return [
            self._block_figures(self._rate_items(figures)),
            self._block_boxed(self.env._("Basis"), self._basis_text(figures)),
            self._incidents_block(first, last),
            self._meetings_block(first, last),
            self._block_paragraph(
                self.env._("How risks changed"), self._plain(self.risks)
            ),
            self._block_paragraph(
                self.env._("Prevention programme of next year"),
                self._plain(self.programme),
            ),
            self._block_signatures([self.env._("Chair"), self.env._("Secretary")]),
        ]

    def _plain(self, html):
        return html2plaintext(html or "")

    def _rate_items(self, figures):
        dash = self.env._("not computable")
        return [
            (
                name.upper(),
                self._number(figures[name], 2) if figures["computable"] else dash,
                self.env._("per %(hours)s h", hours=self._number(figures[basis], 0)),
                "info",
            )
            for name, basis in (
                ("tf", "basis_frequency"),
                ("tg", "basis_severity"),
                ("trir", "basis_trir"),
            )
        ]

    def _basis_text(self, figures):
        return self.env._(
            "%(accidents)s lost-time accidents, %(days)s lost days, %(hours)s hours"
            " worked. %(reason)s",
            accidents=figures["lost_time_accidents"],
            days=figures["lost_days"],
            hours=self._number(figures["hours"], 0),
            reason=figures["reason"] or "",
        )

    def _incidents_block(self, first, last):
        domain = (
            Domain("occurred_date", ">=", first)
            & Domain("occurred_date", "<=", last)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "cancelled")
        )
        Incident = self.env["srm.incident"]
        labels = dict(Incident._fields["severity"]._description_selection(self.env))
        groups = Incident._read_group(
            domain, ["severity"], ["__count", "lost_days:sum"]
        )
        return self._block_table(
            self.env._("Incidents of the year"),
            [
                (self.env._("Severity"), 4, "text"),
                (self.env._("Number"), 1, "number"),
                (self.env._("Lost days"), 1, "number"),
            ],
            [
                [labels.get(severity, "—"), str(count), str(days)]
                for severity, count, days in groups
            ],
        )

    def _meetings_block(self, first, last):
        meetings = self.committee_id.meeting_ids.filtered(
            lambda m: m.state in ("held", "approved") and first <= m.date.date() <= last
        )
        return self._block_table(
            self.env._("Meetings held"),
            [
                (self.env._("Date"), 2, "text"),
                (self.env._("Present"), 1, "number"),
                (self.env._("Decisions"), 1, "number"),
            ],
            [
                [m.date.strftime("%d/%m/%Y"), str(m.present_count), str(m.action_count)]
                for m in meetings.sorted("date")
            ],
        )
