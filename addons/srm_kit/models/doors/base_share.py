from odoo import models

from ...guard.book import of_suite


class Base(models.AbstractModel):
    """What the suite adds to the documents of Odoo is for the staff.

    A person from outside reads a bill or a project of his own; what the suite keeps on
    it (delays, withholdings, approvals, scores) stays inside until a model lists it.
    """

    _inherit = "base"

    #: Fields of the suite that people from outside read on a document of Odoo.
    _share_fields = frozenset()

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su or not self.env.user.share:
            return True
        added = bool(field._modules) and all(map(of_suite, field._modules))
        inside = added and not of_suite(self._original_module)
        return not inside or field.name in self._share_fields
