from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.srm_base.tools.names import joined

#: What must be looked at before a change is approved, and its label in messages.
REVIEWS = ("risk_review", "aspect_review", "obligation_review", "training_review")


class SrmChange(models.Model):
    """A planned change, looked at before it happens, not after.

    ISO 45001 clause 8.1.3, 9001 and 14001:2026 clause 6.3: risks, environmental
    aspects, legal requirements and training are each reviewed on their own line; who
    asks does not approve; it is done once its actions are.
    """

    _name = "srm.change"
    _inherit = [
        "srm.numbered.mixin",
        "srm.step.mixin",
        "srm.action.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "srm.territory.mixin",
    ]
    _description = "Planned Change"
    _order = "planned_date desc, id desc"
    _rec_names_search = ["name", "title"]

    title = fields.Char(string="What changes", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("process", "Process or method"),
            ("equipment", "Equipment or installation"),
            ("substance", "Substance"),
            ("organisation", "Organisation"),
            ("contractor", "Outsourced work"),
            ("temporary", "Temporary situation"),
        ],
        required=True,
        default="process",
        index=True,
    )
    reason = fields.Text(required=True)
    planned_date = fields.Date(string="Planned for", required=True, tracking=True)
    site_id = fields.Many2one("srm.site", index="btree_not_null")
    territory_id = fields.Many2one(related="site_id.territory_id", store=True)
    requester_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, tracking=True
    )
    risk_review = fields.Text(string="Hazards and risks")
    aspect_review = fields.Text(string="Environmental aspects")
    obligation_review = fields.Text(string="Legal requirements")
    training_review = fields.Text(string="Training and information")
    consulted = fields.Char(string="Workers consulted", help="Who, when, which body.")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_date = fields.Date(readonly=True, copy=False)
    result = fields.Text(string="What was seen after the change")
    done_date = fields.Date(string="Done on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Asked"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for change in self:
            change.display_name = joined(change.name, change.title)

    @api.depends("state", "planned_date")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for change in self:
            waiting = change.state in ("draft", "approved")
            day = change.planned_date
            change.overdue = bool(waiting and day and day < today)

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("state", "in", ("draft", "approved")) & Domain(
            "planned_date", "<", "today"
        )

    def action_approve(self):
        """Every review is written, workers were consulted, and by somebody else."""
        self._require_group("srm_hse.group_hse_manager")
        for change in self.filtered(lambda c: c.state == "draft"):
            missing = change._missing_reviews()
            if missing:
                raise UserError(
                    self.env._(
                        "%(change)s: not written yet: %(reviews)s.",
                        change=change.display_name,
                        reviews=", ".join(missing),
                    )
                )
            if change.requester_id == self.env.user:
                raise UserError(
                    self.env._("A change is approved by somebody else than who asks.")
                )
        self._step(
            ["draft"],
            "approved",
            approved_by_id=self.env.uid,
            approved_date=fields.Date.context_today(self),
        )

    def _missing_reviews(self) -> list[str]:
        """Labels of what was not looked at."""
        self.ensure_one()
        names = [*REVIEWS, "consulted"]
        labels = self.fields_get(names, ["string"])
        return [labels[n]["string"] for n in names if not (self[n] or "").strip()]

    def action_refuse(self):
        self._step(["draft"], "refused", "srm_hse.group_hse_manager")

    def action_done(self):
        """Made, checked afterwards, and nothing decided for it is left undone."""
        for change in self.filtered(lambda c: c.state == "approved"):
            if not (change.result or "").strip():
                raise UserError(
                    self.env._(
                        "%(change)s: write what was seen after the change.",
                        change=change.display_name,
                    )
                )
            change._check_actions_finished()
        self._step(["approved"], "done", done_date=fields.Date.context_today(self))

    def write(self, vals):
        fixed = {"title", "kind", "reason", "site_id", *REVIEWS, "consulted"}
        if fixed.intersection(vals) and self.filtered(lambda c: c.state != "draft"):
            raise UserError(
                self.env._("An approved change is not rewritten: ask for a new one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if self.filtered(lambda c: c.state != "draft"):
            raise UserError(self.env._("A change that was decided is kept."))
