from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SrmAuditLine(models.Model):
    """One point of the checklist: four answers, never a single box to tick."""

    _name = "srm.audit.line"
    _description = "Audit Finding"
    _order = "audit_id, clause_id, site_id, id"

    audit_id = fields.Many2one(
        "srm.audit", required=True, index=True, ondelete="cascade"
    )
    clause_id = fields.Many2one("srm.standard.clause")
    site_id = fields.Many2one("srm.site")
    question = fields.Char()
    result = fields.Selection(
        [
            ("conform", "Conform"),
            ("nonconformity", "Nonconformity"),
            ("observation", "Observation"),
            ("na", "Not applicable"),
        ]
    )
    major = fields.Boolean()
    evidence = fields.Text(help="What was seen, heard or read.")
    nonconformity_id = fields.Many2one("srm.nonconformity", readonly=True, copy=False)

    @api.constrains("result", "evidence")
    def _check_evidence(self):
        for line in self:
            if (
                line.result in ("conform", "nonconformity", "observation")
                and not (line.evidence or "").strip()
            ):
                raise ValidationError(
                    self.env._("An answer rests on evidence: write what was seen.")
                )

    def _open_nonconformities(self):
        """One nonconformity per finding; repeating opens nothing twice."""
        lines = self.filtered(
            lambda x: x.result == "nonconformity" and not x.nonconformity_id
        )
        created = self.env["srm.nonconformity"].create(
            [
                {
                    "title": line.question or line.clause_id.display_name,
                    "origin": "audit",
                    "description": line.evidence,
                    "clause_id": line.clause_id.id,
                    "site_id": line.site_id.id,
                    "major": line.major,
                    "date": line.audit_id.date,
                }
                for line in lines
            ]
        )
        for line, nonconformity in zip(lines, created, strict=True):
            line._by_code().nonconformity_id = nonconformity
