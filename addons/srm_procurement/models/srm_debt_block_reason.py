from odoo import fields, models


class SrmDebtBlockReason(models.Model):
    """Why a debt cannot be paid yet; the list of domain/procurement 5, editable."""

    _name = "srm.debt.block.reason"
    _description = "Blocking Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    stops_certification = fields.Boolean(
        help="Unticked: the debt can be certified, but goes no further."
    )
    court = fields.Boolean(
        string="Court case",
        help="The fine of law 69-21 stops from the claim to the final judgment.",
    )
    synonyms = fields.Char(
        help="Words of the legacy registers for this reason, separated by |."
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "The code of a blocking reason is unique."
    )
