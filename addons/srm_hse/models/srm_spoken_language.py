from odoo import api, fields, models

from ..tools.seed import load_rows, read_csv


class SrmSpokenLanguage(models.Model):
    """A language a session is held in; not a language of the screens.

    Many field teams of the region are addressed in Tachelhit, which no interface
    language stands for: hence a table of its own.
    """

    _name = "srm.spoken.language"
    _description = "Spoken Language"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two languages cannot have the same code."
    )

    @api.model
    def _load_shipped(self) -> None:
        """Create what is missing of the rows shipped with the add-on."""
        load_rows(
            self,
            read_csv("srm_spoken_language"),
            lambda row: {"code": row["code"], "sequence": int(row["sequence"])},
        )
