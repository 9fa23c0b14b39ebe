import logging

from odoo import models
from odoo.exceptions import LockError

from ...service.refusals import is_of_the_item

_logger = logging.getLogger(__name__)


class Base(models.AbstractModel):
    """Scheduled work on many records."""

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    def _each(self, work):
        """Do something with each record; one that fails does not stop the others.

        :param work: called with one record; what it did is undone when it fails, and
            the reason is in the log
        :return: the records with which it was done
        """
        done = self.browse()
        for record in self:
            try:
                with self.env.cr.savepoint():
                    work(record)
            except Exception as error:
                # Locked by somebody: the next time, then.
                if not (isinstance(error, LockError) or is_of_the_item(error)):
                    raise
                _logger.exception("%s was passed over", record)
            else:
                done |= record
        return done
