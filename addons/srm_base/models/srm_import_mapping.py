from odoo import api, fields, models


class SrmImportMapping(models.Model):
    """What one column of the file means."""

    _name = "srm.import.mapping"
    _description = "Take-on Import Column"
    _order = "import_id, column_index"
    _rec_name = "header"

    import_id = fields.Many2one(
        "srm.import", readonly=True, ondelete="cascade", index=True
    )
    profile_id = fields.Many2one(
        "srm.import.profile", readonly=True, ondelete="cascade", index=True
    )
    column_index = fields.Integer(readonly=True, required=True)
    header = fields.Char(string="Column of the file", readonly=True, required=True)
    sample = fields.Char(string="For example", readonly=True)
    field_name = fields.Char(string="Becomes", help="Empty: the column is ignored.")
    field_options = fields.Json(compute="_compute_field_options")

    _import_column_uidx = models.UniqueIndex(
        "(import_id, column_index)", "A column is described once."
    )
    _owner_check = models.Constraint(
        "CHECK (num_nonnulls(import_id, profile_id) = 1)",
        "A column belongs to an import or to a profile.",
    )

    def write(self, vals):
        self.import_id._check_not_running()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        self.import_id._check_not_running()

    @api.depends("import_id.kind", "profile_id.kind")
    def _compute_field_options(self):
        """``[[name, label, required]]`` to choose from."""
        options = {}
        for line in self:
            kind = line.import_id.kind or line.profile_id.kind
            if kind and kind not in options:
                spec = self.env["srm.import"]._spec_by_name(kind)
                options[kind] = [
                    [item.name, str(item.label), item.required]
                    for item in spec.values()
                ]
            line.field_options = options.get(kind, [])
