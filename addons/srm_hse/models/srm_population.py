from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.seed import load_rows, read_csv
from .srm_worker import KINDS


class SrmPopulation(models.Model):
    """A rule that says which workers a campaign addresses.

    Every criterion left empty lets everybody through; the others must all be met.
    """

    _name = "srm.population"
    _description = "Population"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10,
        help="A person in two populations of a campaign is listed in the first one",
    )
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, help="Empty: everybody")
    job_ids = fields.Many2many("hr.job", string="Jobs")
    employer_ids = fields.Many2many("res.partner", string="Employers")
    predecessor_ids = fields.Many2many("srm.predecessor", string="Predecessors")
    worker_count = fields.Integer("Workers", compute="_compute_worker_count")

    def _worker_domain(self) -> Domain:
        """Workers of the population, those who left included: dates are the
        campaign's business."""
        self.ensure_one()
        criteria = {
            "kind": [self.kind] if self.kind else [],
            "job_id": self.job_ids.ids,
            "employer_id": self.employer_ids.ids,
            "predecessor_id": self.predecessor_ids.ids,
        }
        return Domain.AND(
            Domain(name, "in", values) for name, values in criteria.items() if values
        )

    def _compute_worker_count(self):
        workers = self.env["srm.worker"]
        # One count per population: populations are a handful of configured rules.
        for population in self:
            population.worker_count = workers.search_count(population._worker_domain())

    def action_open_workers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_hse.srm_worker_action"
        )
        return action | {"domain": list(self._worker_domain())}

    @api.model
    def _load_shipped(self) -> None:
        """Create what is missing of the rows shipped with the add-on."""
        load_rows(
            self,
            read_csv("srm_population"),
            lambda row: {"kind": row["kind"], "sequence": int(row["sequence"])},
        )
