from odoo import api, fields, models

from ..tools.seed import load_rows, read_csv


class SrmTheme(models.Model):
    """What a campaign or a session is about; an axis of every coverage table."""

    _name = "srm.theme"
    _description = "Theme of a Campaign"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two themes cannot have the same code."
    )

    @api.model
    def _load_shipped(self) -> None:
        """Create what is missing of the rows shipped with the add-on."""
        load_rows(self, read_csv("srm_theme"), _seed_values)


def _seed_values(row: dict) -> dict:
    return {
        "code": row["code"],
        "sequence": int(row["sequence"]),
        "color": int(row["color"]),
    }
