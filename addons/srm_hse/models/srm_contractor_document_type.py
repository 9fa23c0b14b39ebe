from odoo import fields, models


class SrmContractorDocumentType(models.Model):
    """A paper asked from contractors, with or without an end of validity."""

    _name = "srm.contractor.document.type"
    _description = "Contractor Document Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    mandatory = fields.Boolean(default=True)
    expires = fields.Boolean(default=True)
    warn_days = fields.Integer(default=30)
