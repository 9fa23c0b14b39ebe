from odoo import api, fields, models

from ..tools.seed import load_rows, read_csv

FAMILIES = [
    ("electrical", "Electrical"),
    ("height", "Work at height"),
    ("confined", "Confined space"),
    ("chlorine", "Chlorine"),
    ("driving", "Driving"),
    ("lifting", "Lifting"),
    ("first_aid", "First aid"),
    ("other", "Other"),
]

MONTHS = ("months_ordinary", "months_occasional", "months_live")


class SrmAuthorisationType(models.Model):
    """A kind of authorisation and how long it holds: durations are data, 0 = no limit.

    Only electrical types come with durations (36, 24 and 12 months, recommendations
    the employer may change); the others wait for the company's decision.
    """

    _name = "srm.authorisation.type"
    _description = "Type of Authorisation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    family = fields.Selection(FAMILIES, required=True, default="other")
    with_symbol = fields.Boolean(
        "Has a symbol",
        compute="_compute_with_symbol",
        store=True,
        readonly=False,
        entered="as the family says, unless the type has its own symbols",
        help="Electrical symbol (NF C18-510), checked: B1V, H2, BE Manoeuvre...",
    )
    months_ordinary = fields.Integer("Validity (months)", help="0: no limit")
    months_occasional = fields.Integer(
        "Validity when practice is occasional (months)", help="0: as the ordinary one"
    )
    months_live = fields.Integer(
        "Validity for live work (months)", help="0: as the ordinary one"
    )
    live_year_end = fields.Boolean(
        "Live-work titles end with the year",
        help="One practice among employers; off by default",
    )
    notice_months = fields.Integer(
        "Renewal announced before (months)", default=3, required=True
    )
    medical_required = fields.Boolean(
        "Medical fitness required",
        help="The title only holds together with a medical fitness in force",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "Two types of authorisation cannot have the same code."
    )
    _months_positive = models.Constraint(
        "CHECK (months_ordinary >= 0 AND months_occasional >= 0"
        " AND months_live >= 0 AND notice_months >= 0)",
        "Durations cannot be negative.",
    )

    @api.depends("family")
    def _compute_with_symbol(self):
        for kind in self:
            kind.with_symbol = kind.family == "electrical"

    def _months(self, practice: str) -> int:
        """Months of validity for a practice (ordinary, occasional or live)."""
        self.ensure_one()
        return self[f"months_{practice}"] or self.months_ordinary

    @api.model
    def _load_shipped(self) -> None:
        """Create what is missing of the rows shipped with the add-on."""
        load_rows(self, read_csv("srm_authorisation_type"), _seed_values)


def _seed_values(row: dict) -> dict:
    return {
        "code": row["code"],
        "family": row["family"],
        "sequence": int(row["sequence"]),
        "medical_required": row["medical_required"] == "1",
        **{name: int(row[name]) for name in MONTHS},
    }
