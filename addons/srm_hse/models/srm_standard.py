from odoo import fields, models


class SrmStandard(models.Model):
    """A management system standard; what it asks is in its editions, never in code."""

    _name = "srm.standard"
    _description = "Standard"
    _order = "code"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    edition_ids = fields.One2many("srm.standard.edition", "standard_id")

    _code_unique = models.UniqueIndex("(code)", "This standard exists already.")
