from odoo import api, models


class SrmEvidenceMixin(models.AbstractModel):
    """Files uploaded on a form belong to its record, whoever may read it.

    A file uploaded before the record was saved belongs to nothing: only who uploaded
    it could open it.
    """

    _name = "srm.evidence.mixin"
    _description = "Record with files"

    #: Many2many fields of files.
    _evidence_fields: tuple[str, ...] = ()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_evidence()
        return records

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & set(self._evidence_fields):
            self._own_evidence()
        return result

    def _own_evidence(self):
        for record in self:
            for name in self._evidence_fields:
                lost = record[name].filtered(lambda file: not file.res_id)
                if lost:
                    lost.write({"res_model": record._name, "res_id": record.id})
