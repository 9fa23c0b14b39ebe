from odoo import api, fields, models


class SrmOrigin(models.Model):
    """Where a record came from: the legacy reference it had at a predecessor.

    Shared by the take-on handlers whose target has no origin columns of its own (a
    supplier may have a code at each predecessor). One reference designates one record
    of a model, so importing it again finds the same record.
    """

    _name = "srm.origin"
    _description = "Legacy Origin of a Record"
    _order = "model, predecessor_id, reference"
    _rec_name = "reference"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", required=True, readonly=True
    )
    predecessor_id = fields.Many2one(
        "srm.predecessor", required=True, readonly=True, ondelete="restrict"
    )
    reference = fields.Char(string="Legacy reference", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )

    _key_uidx = models.UniqueIndex(
        "(model, company_id, predecessor_id, reference)",
        "This legacy reference already designates another record.",
    )
    _record_idx = models.Index("(model, res_id)")

    @api.model
    def _find(self, model, keys, company):
        """Records known by their origin.

        :param model: name of the model looked for
        :param keys: ``(predecessor code, legacy reference)`` pairs
        :return: ``{key: res_id}`` of those that are known, in one query
        """
        references = list({reference for _predecessor, reference in keys})
        origins = self.search_fetch(
            [
                ("model", "=", model),
                ("company_id", "=", company.id),
                ("reference", "in", references),
            ],
            ["predecessor_id", "reference", "res_id"],
        )
        found = {
            (origin.predecessor_id.code, origin.reference): origin.res_id
            for origin in origins
        }
        return {key: found[key] for key in map(tuple, keys) if key in found}
