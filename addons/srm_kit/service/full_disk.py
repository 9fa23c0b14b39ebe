"""A full disk spoils what is being stored, not what was answered already."""

import logging
from functools import wraps

from odoo.http import FilesystemSessionStore

from .refusals import no_room

_logger = logging.getLogger(__name__)

_odoo_save = FilesystemSessionStore.save


@wraps(_odoo_save)
def _save(self, session):
    """What the call changed is committed by now: it is not answered by an error."""
    try:
        _odoo_save(self, session)
    except OSError as error:
        if not no_room(error):
            raise
        _logger.error("No room for the session of a person: %s", error)


FilesystemSessionStore.save = _save
