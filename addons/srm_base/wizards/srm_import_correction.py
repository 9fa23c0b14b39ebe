from odoo import fields, models
from odoo.exceptions import UserError


class SrmImportCorrection(models.TransientModel):
    """Bring back the workbook of rejected rows once corrected."""

    _name = "srm.import.correction"
    _description = "Corrected Rows of a Take-on Import"

    import_id = fields.Many2one("srm.import", required=True, readonly=True)
    file = fields.Binary(string="Corrected workbook", attachment=False)
    file_name = fields.Char()

    def action_apply(self):
        """Take the corrections, check those rows again, and say how many changed."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the corrected workbook first."))
        record = self.import_id
        read, corrected = record._apply_workbook(self.file)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(read)s rows read, %(corrected)s corrected and checked again; "
                    "%(left)s rows still to correct.",
                    read=read,
                    corrected=corrected,
                    left=record._count_rows("error"),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
