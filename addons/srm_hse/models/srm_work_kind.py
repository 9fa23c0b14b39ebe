from odoo import api, fields, models
from odoo.fields import Command

from ..tools.seed import load_rows, read_csv


class SrmWorkKind(models.Model):
    """A kind of work that not everybody may do: what the gate is asked about."""

    _name = "srm.work.kind"
    _description = "Kind of Work"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Code other applications ask the gate with")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    requirement_ids = fields.One2many(
        "srm.work.requirement", "work_kind_id", string="Requirements"
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two kinds of work cannot have the same code."
    )

    @api.model
    def _load_shipped(self) -> None:
        """Create what is missing of the rows shipped with the add-on, each with the
        authorisation it asks for."""
        types = {
            kind.code: kind.id for kind in self.env["srm.authorisation.type"].search([])
        }

        def values(row: dict) -> dict:
            line = {"type_id": types[row["type"]], "symbols": row["symbols"]}
            return {
                "code": row["code"],
                "sequence": int(row["sequence"]),
                "requirement_ids": [Command.create(line)],
            }

        load_rows(self, read_csv("srm_work_kind"), values)
