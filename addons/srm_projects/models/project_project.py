from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined

KINDS = [
    ("extension", "Extension"),
    ("renewal", "Renewal"),
    ("plant", "Treatment plant"),
    ("leaks", "Leak detection"),
    ("pressure", "Pressure management"),
    ("telecontrol", "Telecontrol"),
    ("reuse", "Reuse of treated water"),
    ("study", "Study"),
    ("other", "Other works"),
]
#: Access rate of the territory that says who already has the service.
ACCESS_RATES = {
    "electricity": "electricity_pct",
    "water": "running_water_pct",
    "sanitation": "public_sewer_pct",
}


class ProjectProject(models.Model):
    """An investment project: what, where, for whom, from when to when."""

    _name = "project.project"
    _inherit = ["project.project", "srm.territory.mixin"]

    srm_number = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index=True
    )
    srm_service_id = fields.Many2one(
        "srm.service", string="Service", index="btree_not_null", ondelete="restrict"
    )
    srm_kind = fields.Selection(KINDS, string="Kind of works", index="btree_not_null")
    srm_territory_ids = fields.Many2many(
        "srm.territory",
        "srm_project_territory_rel",
        "project_id",
        "territory_id",
        string="Communes",
        domain="[('level', '=', 'commune')]",
    )
    srm_delegated_for_id = fields.Many2one(
        "res.partner",
        string="Works for",
        help="Owner for whom the company carries out the works. Empty: its own works.",
        ondelete="restrict",
    )
    srm_predecessor_id = fields.Many2one(
        "srm.predecessor", string="Taken over from", ondelete="restrict"
    )
    srm_origin_reference = fields.Char(string="Legacy reference", index="trigram")
    srm_fragile = fields.Boolean(
        string="Fragile zone",
        compute="_compute_srm_fragile",
        store=True,
        help="One of its communes has an access rate to the service below the "
        "threshold of the settings.",
    )
    srm_lowest_access = fields.Float(
        string="Lowest access (%)",
        compute="_compute_srm_fragile",
        store=True,
        digits=(5, 1),
        aggregator="min",
    )

    _srm_number_uidx = models.UniqueIndex(
        "(srm_number, company_id) WHERE srm_number != '/'",
        "This project number is already taken.",
    )
    _srm_origin_uidx = models.UniqueIndex(
        "(srm_predecessor_id, srm_origin_reference)"
        " WHERE srm_origin_reference IS NOT NULL AND srm_predecessor_id IS NOT NULL",
        "This legacy reference already designates another project.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()  # project managers do not number
        for vals in vals_list:
            if vals.get("srm_number", "/") == "/":
                vals["srm_number"] = sequence.next_by_code("srm.project") or "/"
        return super().create(vals_list)

    @api.depends("name", "srm_number")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for project in self.filtered(lambda p: p.srm_number not in (False, "/")):
            project.display_name = joined(project.srm_number, project.name)
        return result

    @api.depends(
        "srm_service_id",
        "srm_territory_ids",
        "territory_id",
        "company_id.srm_fragile_threshold",
    )
    def _compute_srm_fragile(self):
        rates = self._srm_access_rates()
        for project in self:
            found = [
                rate
                for place in project._srm_places()
                if (rate := rates.get((place.id, project.srm_service_id.code)))
                is not None
            ]
            company = project.company_id or self.env.company
            project.srm_lowest_access = min(found, default=0.0)
            project.srm_fragile = bool(found) and (
                project.srm_lowest_access < company.srm_fragile_threshold
            )

    def _srm_places(self):
        return self.srm_territory_ids or self.territory_id

    def _srm_access_rates(self) -> dict:
        """``{(territory id, service code): percent of households}``, latest census."""
        places = self.srm_territory_ids | self.territory_id
        records = self.env["srm.territory.access"].search_fetch(
            [("territory_id", "in", places.ids), ("area", "=", "total")],
            ["territory_id", *ACCESS_RATES.values()],
            order="year",
        )
        return {
            (record.territory_id.id, code): record[name]
            for record in records
            for code, name in ACCESS_RATES.items()
        }

    @api.onchange("srm_territory_ids")
    def _onchange_srm_territory_ids(self):
        """The main place follows the communes until somebody chooses it."""
        if self.srm_territory_ids and not self.territory_id:
            self.territory_id = self.srm_territory_ids[0]._origin
