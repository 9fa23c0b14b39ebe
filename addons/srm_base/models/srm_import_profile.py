from odoo import api, fields, models

from ..importer.headers import signature


class SrmImportProfile(models.Model):
    """A mapping kept for the next file with the same headers."""

    _name = "srm.import.profile"
    _description = "Take-on Import Profile"
    _order = "kind, name"

    name = fields.Char(required=True)
    kind = fields.Selection(
        lambda self: (
            self.env["srm.import"]._fields["kind"]._description_selection(self.env)
        ),
        string="What is imported",
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    group_id = fields.Many2one("res.groups", readonly=True, required=True)
    signature = fields.Char(readonly=True, required=True)
    mapping_ids = fields.One2many("srm.import.mapping", "profile_id")

    _layout_uidx = models.UniqueIndex(
        "(company_id, kind, signature)", "There is already a profile for these headers."
    )

    @api.model
    def _save(self, record):
        """Create or replace the profile of the headers of an import."""
        layout = signature(record.headers)
        profile = record._find_profile()
        if not profile:
            profile = self._by_code().create(
                {
                    "name": record.file_name or record.name,
                    "kind": record.kind,
                    "company_id": record.company_id.id,
                    "group_id": record.group_id.id,
                    "signature": layout,
                }
            )
        profile.mapping_ids.unlink()
        self.env["srm.import.mapping"]._by_code().create(
            [
                {
                    "profile_id": profile.id,
                    "column_index": line.column_index,
                    "header": line.header,
                    "sample": line.sample,
                    "field_name": line.field_name,
                }
                for line in record.mapping_ids
            ]
        )
        return profile

    def _columns(self):
        """``{column index: field name}``."""
        self.ensure_one()
        return {
            line.column_index: line.field_name
            for line in self.mapping_ids
            if line.field_name
        }
