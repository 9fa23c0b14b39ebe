from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.guard import Freeze, Guard, Step


class SrmProjectAsset(models.Model):
    """What a project built and the company keeps: the register of capitalisation."""

    _name = "srm.project.asset"
    _inherit = ["srm.territory.mixin"]
    _description = "Asset Built by a Project"
    _order = "date desc, id"
    _guard = Guard(
        freezes=(Freeze(always=True, fields=("project_id", "company_id")),),
        deletable=(),
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(required=True)
    service_id = fields.Many2one("srm.service")
    quantity = fields.Float(digits=(16, 3))
    unit = fields.Char()
    cost = fields.Monetary()
    date = fields.Date(string="In service since", required=True)
    account_reference = fields.Char(
        string="Fixed asset No.", help="Number in the register of fixed assets."
    )


class SrmProjectReservation(models.Model):
    """Defect written down at the provisional acceptance, to be put right.

    It stays as it was written: what is no defect is lifted, with what was seen.
    """

    _name = "srm.project.reservation"
    _description = "Reservation at Acceptance"
    _order = "state desc, id"
    _guard = Guard(
        steps={"lift": Step(("open",), "lifted", check="_check_evidence")},
        freezes=(
            Freeze(always=True, fields=("project_id", "company_id", "name")),
            Freeze(("lifted",)),
        ),
        deletable=(),
    )

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(required=True)
    deadline = fields.Date()
    evidence = fields.Char(help="How it was checked that it is put right.")
    state = fields.Selection(
        [("open", "To put right"), ("lifted", "Lifted")],
        required=True,
        readonly=True,
        default="open",
    )

    def action_lift(self):
        return bool(self._take_step("lift"))

    def _check_evidence(self):
        for item in self:
            if not (item.evidence or "").strip():
                raise UserError(
                    self.env._(
                        "%(reservation)s: write how it was checked before lifting it.",
                        reservation=item.name,
                    )
                )
