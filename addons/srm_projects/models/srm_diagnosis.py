from srm_engine.money import HUNDRED, total
from srm_engine.ratios import ratio

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step

from ..amounts import exact
from .srm_network_section import LINEAR

MANAGER = "srm_projects.group_network_manager"


class SrmDiagnosis(models.Model):
    """Campaign of diagnosis: kilometres to inspect by commune, and those inspected."""

    _name = "srm.diagnosis"
    _inherit = ["srm.territory.mixin"]
    _description = "Diagnosis Campaign"
    _order = "date_start desc, id desc"
    _guard = Guard(
        steps={
            "start": Step(("draft",), "running", group=MANAGER, check="_check_lines"),
            "close": Step(("running",), "done", group=MANAGER),
        },
        freezes=(
            Freeze(
                ("running", "done"),
                but=("date_end", "user_id", "project_id"),
                children=("line_ids",),
            ),
            Freeze(("done",), fields=("date_end", "user_id", "project_id")),
        ),
        deletable=("draft",),
    )

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    service_id = fields.Many2one(
        "srm.service", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Led by", default=lambda self: self.env.user
    )
    project_id = fields.Many2one("project.project", index="btree_not_null")
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(string="Until", required=True)
    line_ids = fields.One2many(
        "srm.diagnosis.line", "diagnosis_id", string="Communes", copy=True
    )
    inspection_ids = fields.One2many(
        "srm.network.inspection", "diagnosis_id", string="Inspections"
    )
    inspection_count = fields.Integer(compute="_compute_progress")
    km_planned = fields.Float(
        string="Planned (km)", compute="_compute_progress", digits=(12, 3)
    )
    km_done = fields.Float(
        string="Inspected (km)", compute="_compute_progress", digits=(12, 3)
    )
    progress = fields.Float(
        string="Progress (%)", compute="_compute_progress", digits=(6, 1)
    )
    state = fields.Selection(
        [("draft", "Prepared"), ("running", "Under way"), ("done", "Closed")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)", "A campaign ends after it begins."
    )

    @api.depends("line_ids.km_planned", "line_ids.km_done", "inspection_ids")
    def _compute_progress(self):
        for diagnosis in self:
            planned = total(map(exact, diagnosis.line_ids.mapped("km_planned")))
            done = total(map(exact, diagnosis.line_ids.mapped("km_done")))
            diagnosis.inspection_count = len(diagnosis.inspection_ids)
            diagnosis.km_planned, diagnosis.km_done = float(planned), float(done)
            diagnosis.progress = float(ratio(done, planned, "0.1", HUNDRED) or 0)

    def action_propose_communes(self):
        """One line for every commune that has sections of the service."""
        for diagnosis in self:
            places = self.env["srm.territory"]
            known = diagnosis.line_ids.commune_id
            lengths = diagnosis._lengths()
            if not lengths:
                raise UserError(
                    self.env._(
                        "%(diagnosis)s: no section of this service lies there. Enter "
                        "or import the sections first.",
                        diagnosis=diagnosis.name,
                    )
                )
            diagnosis.line_ids = [
                Command.create({"commune_id": commune, "km_planned": metres / 1000})
                for commune, metres in lengths.items()
                if places.browse(commune) not in known
            ]
        return True

    def _lengths(self) -> dict:
        """``{commune id: metres}`` of the sections of the service, in the place."""
        domain = [
            ("service_id", "=", self.service_id.id),
            ("kind", "in", LINEAR),
            ("territory_id", "!=", False),
        ]
        if self.territory_id:
            domain.append(("territory_id", "child_of", self.territory_id.id))
        groups = self.env["srm.network.section"]._read_group(
            domain, ["territory_id"], ["length_m:sum"]
        )
        return {place.id: metres for place, metres in groups if metres}

    def action_start(self):
        return bool(self._take_step("start"))

    def _check_lines(self):
        for diagnosis in self:
            if not diagnosis.line_ids:
                raise UserError(
                    self.env._(
                        "%(diagnosis)s has no commune yet: propose or enter them.",
                        diagnosis=diagnosis.name,
                    )
                )

    def action_close(self):
        return bool(self._take_step("close"))

    def action_view_inspections(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "srm_projects.action_srm_network_inspection"
        )
        return action | {
            "domain": [("diagnosis_id", "=", self.id)],
            "context": {"default_diagnosis_id": self.id},
        }

    def action_view_map(self):
        self.ensure_one()
        return self.env["srm.network.map"]._action(diagnosis=self.id)


class SrmDiagnosisLine(models.Model):
    """Kilometres of a commune in a campaign of diagnosis."""

    _name = "srm.diagnosis.line"
    _description = "Commune of a Diagnosis"
    _order = "diagnosis_id, commune_id"
    _rec_name = "commune_id"

    diagnosis_id = fields.Many2one(
        "srm.diagnosis", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="diagnosis_id.company_id", store=True, precompute=True
    )
    commune_id = fields.Many2one(
        "srm.territory",
        required=True,
        ondelete="restrict",
        domain="[('level', '=', 'commune')]",
    )
    km_planned = fields.Float(string="Planned (km)", digits=(12, 3), required=True)
    km_done = fields.Float(
        string="Inspected (km)",
        compute="_compute_done",
        digits=(12, 3),
        help="Each section once, however often it was inspected.",
    )
    progress = fields.Float(
        string="Progress (%)", compute="_compute_done", digits=(6, 1)
    )
    bad = fields.Integer(string="Grades 4 and 5", compute="_compute_done")

    _commune_uidx = models.UniqueIndex(
        "(diagnosis_id, commune_id)", "This commune is already in the campaign."
    )
    _km_positive = models.Constraint(
        "CHECK (km_planned > 0)", "The kilometres planned are above zero."
    )

    @api.depends(
        "km_planned",
        "diagnosis_id.inspection_ids.state",
        "diagnosis_id.inspection_ids.length_m",
        "diagnosis_id.inspection_ids.grade",
        "diagnosis_id.inspection_ids.section_id.territory_id",
    )
    def _compute_done(self):
        for line in self:
            longest, bad = line._inspected()
            done = total(longest.values()) / 1000
            line.km_done, line.bad = float(done), bad
            line.progress = float(
                ratio(done, exact(line.km_planned), "0.1", HUNDRED) or 0
            )

    def _inspected(self):
        """``({section: longest length inspected}, sections in a bad state)``."""
        longest, bad = {}, set()
        for inspection in self.diagnosis_id.inspection_ids:
            section = inspection.section_id
            if inspection.state != "validated":
                continue
            if section.territory_id != self.commune_id:
                continue
            metres = exact(inspection.length_m)
            longest[section] = max(longest.get(section, metres), metres)
            if inspection.grade in ("4", "5"):
                bad.add(section)
        return longest, len(bad)
