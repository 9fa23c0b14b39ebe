from odoo import api, models


class IrModelData(models.Model):
    """What an update of add-ons takes away: what their code does not say any more."""

    _inherit = "ir.model.data"

    @api.model
    def _process_end_unlink_record(self, record):
        """A field that a mixin gives stays, with its column, while the code has it.

        Odoo notes such a field for the models it has loaded: those of an add-on that
        is loaded after the mixin look as if they had lost it.
        """
        if record._name == "ir.model.fields" and self._is_of_code(record):
            return None
        return super()._process_end_unlink_record(record)

    def _is_of_code(self, field) -> bool:
        model = self.env.get(field.model)
        return model is not None and field.name in model._fields
