from odoo import fields, models


class SrmImport(models.Model):
    """The kinds of files this add-on takes on."""

    _inherit = "srm.import"

    kind = fields.Selection(
        selection_add=[
            ("workers", "Workers"),
            ("trainings", "Past trainings"),
            ("carbon", "Carbon activity data"),
            ("hours", "Hours worked"),
        ],
        ondelete={
            "workers": "cascade",
            "trainings": "cascade",
            "carbon": "cascade",
            "hours": "cascade",
        },
    )
