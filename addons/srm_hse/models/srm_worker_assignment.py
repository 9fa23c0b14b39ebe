from odoo import fields, models


class SrmWorkerAssignment(models.Model):
    """For whom, under which contract and since when a person works on our sites."""

    _name = "srm.worker.assignment"
    _description = "Assignment of a Worker"
    _order = "worker_id, date_from desc, id desc"
    _rec_name = "employer_id"

    worker_id = fields.Many2one(
        "srm.worker", required=True, index=True, ondelete="cascade"
    )
    employer_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    contract_reference = fields.Char(help="Number of the contract, as on its cover")
    date_from = fields.Date(default=fields.Date.context_today)
    date_to = fields.Date()

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "An assignment cannot end before it starts.",
    )
    _open_unique = models.UniqueIndex(
        "(worker_id, employer_id, COALESCE(contract_reference, ''))"
        " WHERE date_to IS NULL",
        "This person already works for this employer under this contract.",
    )
