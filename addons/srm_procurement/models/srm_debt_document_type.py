from odoo import fields, models

from ..constants import NATURES


class SrmDebtDocumentType(models.Model):
    """Supporting documents, and for which nature of debt each is mandatory."""

    _name = "srm.debt.document.type"
    _description = "Supporting Document Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    required_works = fields.Boolean(string="Works")
    required_supplies = fields.Boolean(string="Supplies")
    required_services = fields.Boolean(string="Services")
    required_studies = fields.Boolean(string="Studies")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "The code of a document type is unique."
    )

    def _required_by_nature(self) -> dict[str, "SrmDebtDocumentType"]:
        """Mandatory types of each nature, in checklist order."""
        types = self.search([("active", "=", True)])
        return {nature: types.filtered(f"required_{nature}") for nature, _ in NATURES}
