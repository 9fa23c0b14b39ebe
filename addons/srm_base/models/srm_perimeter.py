from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmPerimeter(models.Model):
    """Communes where the tariff and practice of one predecessor apply to a service.

    A commune lies in at most one perimeter per service: the tariff of a service point
    is found through it.
    """

    _name = "srm.perimeter"
    _inherit = "srm.search.mixin"
    _description = "Perimeter"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    predecessor_id = fields.Many2one(
        "srm.predecessor", required=True, index=True, ondelete="restrict"
    )
    service_ids = fields.Many2many("srm.service", string="Services", required=True)
    territory_ids = fields.Many2many(
        "srm.territory", string="Communes", domain=[("level", "=", "commune")]
    )
    commune_count = fields.Integer("Number of communes", compute="_compute_figures")
    population = fields.Integer(compute="_compute_figures")
    households = fields.Integer(compute="_compute_figures")
    note = fields.Text(translate=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two perimeters cannot have the same code."
    )

    @api.depends("territory_ids.population_2024", "territory_ids.households_2024")
    def _compute_figures(self):
        for perimeter in self:
            communes = perimeter.territory_ids
            perimeter.commune_count = len(communes)
            perimeter.population = sum(communes.mapped("population_2024"))
            perimeter.households = sum(communes.mapped("households_2024"))

    @api.constrains("active", "service_ids", "territory_ids")
    def _check_no_overlap(self):
        owners = {}
        perimeters = self.search([("service_ids", "in", self.service_ids.ids)])
        for perimeter in perimeters:
            for service in perimeter.service_ids:
                for commune in perimeter.territory_ids:
                    other = owners.setdefault((service, commune), perimeter)
                    if other != perimeter:
                        self._refuse_overlap(service, commune, other | perimeter)

    def _refuse_overlap(self, service, commune, perimeters):
        raise ValidationError(
            self.env._(
                "For the service %(service)s, the commune %(commune)s is in two"
                " perimeters: %(perimeters)s. Remove it from one of them.",
                service=service.name,
                commune=commune.name,
                perimeters=", ".join(perimeters.mapped("name")),
            )
        )

    @api.model
    def _of_communes(self, service, communes):
        """Perimeter of each commune for one service.

        :return: ``{commune id: perimeter}``; communes outside any are absent
        """
        perimeters = self.search(
            [
                ("service_ids", "in", service.ids),
                ("territory_ids", "in", communes.ids),
            ]
        )
        wanted = set(communes.ids)
        return {
            commune_id: perimeter
            for perimeter in perimeters
            for commune_id in wanted.intersection(perimeter.territory_ids.ids)
        }

    def action_open_communes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_base.srm_territory_action"
        )
        action.update(
            display_name=self.display_name,
            domain=[("id", "in", self.territory_ids.ids)],
            context={"search_default_group_province": 1},
        )
        return action

    @api.model
    def _seed_values(self, row):
        """Column ``communes``: codes to keep, or ``-`` and the codes to leave out."""
        communes = row["communes"]
        excluded = communes.startswith("-")
        codes = [code for code in communes.lstrip("-").split(";") if code]
        territories = self.env["srm.territory"].search(
            [
                ("level", "=", "commune"),
                ("code", "not in" if excluded else "in", codes),
            ]
        )
        return {
            **super()._seed_values(row),
            "predecessor_id": self._seed_ids("srm.predecessor", row["predecessor"])[0],
            "service_ids": self._seed_ids("srm.service", row["services"]),
            "territory_ids": territories.ids,
        }
