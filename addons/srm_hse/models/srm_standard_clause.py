from odoo import api, fields, models

from odoo.addons.srm_base.tools.names import joined

from ..tools.seed import load_rows, read_csv


class SrmStandardClause(models.Model):
    """A clause by its number and a short title of our own (no text of the standard)."""

    _name = "srm.standard.clause"
    _description = "Clause"
    _order = "edition_id, sort_key, id"
    _rec_names_search = ["number", "name"]

    edition_id = fields.Many2one(
        "srm.standard.edition", required=True, index=True, ondelete="cascade"
    )
    number = fields.Char(required=True)
    sort_key = fields.Char(compute="_compute_sort_key", store=True)
    name = fields.Char(string="Topic", required=True, translate=True)
    evidence_ids = fields.Many2many(
        "srm.clause.evidence",
        "srm_clause_evidence_rel",
        "clause_id",
        "evidence_id",
        string="Required evidence",
    )
    status = fields.Selection(
        [
            ("green", "Proved"),
            ("late", "Late"),
            ("missing", "Missing"),
            ("none", "Nothing recorded here"),
        ],
        compute="_compute_status",
        search="_search_status",
    )
    record_count = fields.Integer(compute="_compute_status", string="Records")

    _number_unique = models.UniqueIndex(
        "(edition_id, number)", "This clause exists already."
    )

    @api.depends("number")
    def _compute_sort_key(self):
        for clause in self:
            parts = (clause.number or "").split(".")
            clause.sort_key = ".".join(part.zfill(3) for part in parts)

    @api.depends("edition_id", "number", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for clause in self:
            edition = clause.edition_id.display_name
            title = joined(clause.number, clause.name, by=" ")
            clause.display_name = joined(edition, title)

    @api.depends("evidence_ids")
    def _compute_status(self):
        """The worst of the required evidence decides."""
        order = ("missing", "late", "green")
        for clause in self:
            states = set(clause.evidence_ids.mapped("status"))
            found = [status for status in order if status in states]
            clause.status = found[0] if found else "none"
            clause.record_count = sum(clause.evidence_ids.mapped("record_count"))

    @api.model
    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        # about a hundred clauses, computed as on screen
        clauses = self.search([("edition_id.status", "!=", False)])
        return [("id", "in", clauses.filtered(lambda c: c.status in value).ids)]

    @api.model
    def _load_seed(self):
        load_rows(
            self,
            read_csv("srm_standard_clause"),
            lambda row: {
                "number": row["number"],
                "edition_id": self.env.ref(f"srm_hse.{row['edition']}").id,
            },
        )
