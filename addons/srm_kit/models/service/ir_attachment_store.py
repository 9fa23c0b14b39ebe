import contextlib
import hashlib
import logging
import os
import tempfile

from odoo import api, models

from ...service import refusals

_logger = logging.getLogger(__name__)


class IrAttachment(models.Model):
    """A stored file is whole or it is not there.

    Odoo names files after their content, and takes a file of the name for the content:
    one that a full disk cut in the middle would then refuse the whole one for ever.
    """

    _inherit = "ir.attachment"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_path(self, bin_data, sha):
        path = self._full_path(f"{sha[:2]}/{sha}")
        if os.path.isfile(path) and _is_damaged(path, sha):
            # Moved away, not deleted: somebody may want to know what became of it.
            os.replace(path, f"{path}.damaged")
            _logger.warning("Stored file %s was not what its name says: replaced", path)
        return super()._get_path(bin_data, sha)

    @api.model
    def _file_write(self, bin_value, checksum):
        name, path = self._get_path(bin_value, checksum)
        if os.path.exists(path):
            return name
        try:
            # First, so that the file goes away with a transaction that fails.
            self._mark_for_gc(name)
            _write_whole(path, bin_value)
        except OSError as error:
            if not refusals.no_room(error):
                raise
            _logger.error("No room for %s: %s", path, error)
            raise refusals.full(self.env) from error
        return name


def _is_damaged(path: str, sha: str) -> bool:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha1").hexdigest() != sha


def _write_whole(path: str, content: bytes) -> None:
    """Write beside the place, then put in place: nobody ever sees a part of it."""
    handle, temporary = tempfile.mkstemp(prefix=".part-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
