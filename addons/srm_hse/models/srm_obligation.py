from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined

from ..tools.seed import load_rows, read_csv


class SrmObligation(models.Model):
    """A law or another requirement: what it asks, where it applies, are we compliant.

    Titles and references only; the text stays with its publisher.
    """

    _name = "srm.obligation"
    _inherit = ["mail.thread", "srm.action.mixin"]
    _description = "Legal or Other Requirement"
    _order = "domain, reference"
    _rec_names_search = ["reference", "name"]

    name = fields.Char(string="Subject", required=True, translate=True)
    reference = fields.Char(required=True, help="Law and article.")
    domain = fields.Selection(
        [
            ("safety", "Safety at work"),
            ("environment", "Environment"),
            ("water", "Water"),
            ("waste", "Waste"),
            ("air", "Air"),
            ("quality", "Quality"),
            ("social", "Social"),
            ("other", "Other commitment"),
        ],
        required=True,
        default="safety",
        index=True,
    )
    kind = fields.Selection(
        [
            ("law", "Law"),
            ("decree", "Decree or order"),
            ("permit", "Permit"),
            ("contract", "Contract"),
            ("voluntary", "Voluntary commitment"),
        ],
        required=True,
        default="law",
    )
    requirement = fields.Text(string="What it asks of us, in our words")
    in_force = fields.Date()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", string="Watched by")
    watch_date = fields.Date(string="Last looked up", default=fields.Date.context_today)
    to_confirm = fields.Boolean(help="Reference known from a secondary source.")
    sanction = fields.Char()
    application_ids = fields.One2many("srm.obligation.application", "obligation_id")
    compliant_rate = fields.Float(
        string="Compliant (%)", compute="_compute_compliant_rate", aggregator="avg"
    )
    unknown_count = fields.Integer(
        string="Not evaluated", compute="_compute_compliant_rate"
    )

    _reference_unique = models.UniqueIndex(
        "(company_id, reference)", "This requirement is in the register already."
    )

    @api.depends("reference", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for obligation in self:
            obligation.display_name = joined(obligation.reference, obligation.name)

    @api.depends("application_ids.applicable", "application_ids.result")
    def _compute_compliant_rate(self):
        for obligation in self:
            where = obligation.application_ids.filtered("applicable")
            known = where.filtered("result")
            good = known.filtered(lambda line: line.result == "compliant")
            obligation.compliant_rate = 100 * len(good) / len(known) if known else 0.0
            obligation.unknown_count = len(where - known)

    @api.model
    def _load_seed(self):
        load_rows(self, read_csv("srm_obligation"), self._seed_values)

    @api.model
    def _seed_values(self, row):
        names = ("reference", "domain", "kind", "sanction")
        return {
            **{name: row[name] or False for name in names},
            "to_confirm": row["to_confirm"] == "1",
            "watch_date": False,
        }
