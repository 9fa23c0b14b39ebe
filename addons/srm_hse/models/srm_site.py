from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.srm_base.tools.names import joined

SITE_KINDS = [
    ("office", "Office"),
    ("agency", "Commercial agency"),
    ("workshop", "Workshop or store"),
    ("pumping", "Pumping station"),
    ("water_plant", "Drinking water plant"),
    ("wastewater_plant", "Wastewater plant"),
    ("substation", "Electrical substation"),
    ("network", "Network"),
    ("fleet", "Vehicle fleet"),
    ("works", "Works site"),
]
#: A site is known to all staff, its emissions to those who follow them.
SOURCE_READERS = (
    "srm_base.group_hse_officer,srm_base.group_director,"
    "srm_hse.group_committee,srm_base.group_administrator"
)


class SrmSite(models.Model):
    """A place of the company that is watched: safety, environment, carbon."""

    _name = "srm.site"
    _inherit = ["mail.thread", "srm.territory.mixin"]
    _description = "Site"
    _order = "code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, index=True, copy=False)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(SITE_KINDS, required=True, default="office", index=True)
    service_id = fields.Many2one("srm.service", ondelete="restrict")
    manager_id = fields.Many2one("res.users", string="Site manager")
    hse_user_id = fields.Many2one("res.users", string="HSE contact")
    area = fields.Float(string="Floor area (m²)", digits=(12, 1))
    date_opened = fields.Date()
    date_closed = fields.Date(tracking=True)
    carbon_target = fields.Float(
        string="Monthly carbon ceiling (kg CO2e)",
        digits=(16, 2),
        help="Share of the company's ceiling given to this site; empty when none.",
    )
    source_ids = fields.One2many(
        "srm.emission.source",
        "site_id",
        groups=SOURCE_READERS,
    )
    source_count = fields.Integer(
        compute="_compute_source_count", groups=SOURCE_READERS
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "Two sites of a company cannot have the same code."
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_closed IS NULL OR date_opened IS NULL"
        " OR date_closed >= date_opened)",
        "A site cannot close before it opens.",
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for site in self:
            site.display_name = joined(site.code, site.name)

    def _compute_source_count(self):
        counts = dict(
            self.env["srm.emission.source"]._read_group(
                [("site_id", "in", self.ids)], ["site_id"], ["__count"]
            )
        )
        for site in self:
            site.source_count = counts.get(site, 0)

    @api.model
    def _get_open_domain(self, first, last):
        """Sites open at some time between two dates (both included)."""
        return (
            Domain("date_opened", "=", False) | Domain("date_opened", "<=", last)
        ) & (Domain("date_closed", "=", False) | Domain("date_closed", ">=", first))

    def action_open_sources(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_hse.srm_emission_source_action"
        )
        return {
            **action,
            "domain": [("site_id", "=", self.id)],
            "context": {"default_site_id": self.id},
        }
