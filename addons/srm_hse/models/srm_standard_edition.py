from odoo import api, fields, models


class SrmStandardEdition(models.Model):
    """An edition in force for the certificate, or in transition beside the former."""

    _name = "srm.standard.edition"
    _description = "Edition of a Standard"
    _order = "standard_id, year"

    standard_id = fields.Many2one(
        "srm.standard", required=True, index=True, ondelete="cascade"
    )
    year = fields.Integer(required=True)
    status = fields.Selection(
        [
            ("certified", "Certified against"),
            ("transition", "Transition"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="certified",
    )
    transition_end = fields.Date(
        help="Last day of the transition, as announced; to be confirmed by the body."
    )
    note = fields.Text()
    clause_ids = fields.One2many("srm.standard.clause", "edition_id")

    _edition_unique = models.UniqueIndex(
        "(standard_id, year)", "This edition exists already."
    )

    @api.depends("standard_id.code", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for edition in self:
            code = edition.standard_id.code
            edition.display_name = code and f"ISO {code}:{edition.year}"
