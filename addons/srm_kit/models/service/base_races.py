import re

import psycopg2

from odoo import api, models
from odoo.exceptions import LockError

from ...guard.gate import named
from ...service.refusals import LOCKED, say

#: ``Key (company_id, code)=(1, R-7) already exists.``: columns and values.
_KEY = re.compile(r"\((?P<columns>.*?)\)=\((?P<values>.*)\)")


class Base(models.AbstractModel):
    """What people read when another one was faster."""

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    @api.private
    def lock_for_update(self, *, allow_referencing=False):
        try:
            return super().lock_for_update(allow_referencing=allow_referencing)
        except LockError as error:
            text = say(self.env, LOCKED, records=named(self))
            raise LockError(text) from error

    @api.model
    def _sql_error_to_message_generic(self, exc):
        if isinstance(exc, psycopg2.errors.UniqueViolation):
            return self._taken_text(exc)
        missing = "is not present" in (exc.diag.message_detail or "")
        if isinstance(exc, psycopg2.errors.ForeignKeyViolation) and missing:
            return self.env._(
                "%(record)s: a record that was chosen has been deleted meanwhile. Read "
                "it again, and choose another one.",
                record=named(self.browse()),
            )
        return super()._sql_error_to_message_generic(exc)

    def _taken_text(self, exc) -> str:
        """Somebody, or another window, was faster; the values tell which record."""
        found = _KEY.search(exc.diag.message_detail or "")
        values = found["values"] if found else ""
        return self.env._(
            "%(record)s: another record already has these values (%(values)s), made "
            "perhaps a moment ago by somebody else. Open that one, or enter other "
            "values.",
            record=named(self.browse()),
            values=values,
        )
