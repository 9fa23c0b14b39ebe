"""What the loser of a race reads: a sentence with advice, in the reader's language.

Two persons who change the same record at once meet in the database, which lets one of
them through. Odoo repeats the call of the other a few times, then shows the words of
the database. Here it is a refusal like any other, on every way in.
"""

import errno
from functools import wraps

import psycopg2
import psycopg2.errors

from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.service import model as service_model
from odoo.tools import LazyTranslate
from odoo.tools.translate import get_translation

_lt = LazyTranslate(__name__)

MODULE = "srm_kit"
#: Key of the error's context: sending the same again later may succeed.
REPEAT = "srm_repeat"
#: Seconds a machine should wait before it does.
RETRY_AFTER = 5

RACED = _lt(
    "Somebody else changed the same records at this moment, and again each time this"
    " was tried. Nothing of yours was saved: wait a moment, read the record again, then"
    " repeat what you did."
)
LOCKED = _lt(
    "Somebody else is working on %(records)s at this moment. Nothing of yours was"
    " saved: wait a few seconds, read the record again, then repeat what you did."
)
FULL = _lt(
    "The server has no room left to store this. Nothing was saved: tell the operator,"
    " then send the same again."
)
BROKEN = _lt(
    "The server made a mistake with what was sent. Nothing was saved; the operator"
    " finds the reason in the server's log."
)


def say(env, text, **values) -> str:
    """A text in the reader's language, without a question to the database."""
    lang = (env.context.get("lang") if env is not None else "") or "en_US"
    return get_translation(MODULE, lang, text._source, values)


def broken(env) -> str:
    return say(env, BROKEN)


def may_be_repeated(error: Exception) -> bool:
    return bool(getattr(error, "context", {}).get(REPEAT))


def repeatable(text: str) -> UserError:
    """A refusal that says nothing against what was asked."""
    error = UserError(text)
    error.context = {REPEAT: True}
    error.http_status = LockError.http_status
    return error


def no_room(error: BaseException) -> bool:
    """Whether the disk is full, of the files or of the database."""
    if isinstance(error, psycopg2.errors.DiskFull):
        return True
    # Too big a file: a quota of another kind.
    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return isinstance(error, OSError) and error.errno in full


def full(env) -> UserError:
    return repeatable(say(env, FULL))


def _in_place_of(error: Exception, env) -> UserError | None:
    """The refusal in place of an error of two calls that met, or of a full disk."""
    if isinstance(error, LockError):
        return repeatable(str(error))
    if no_room(error):
        return full(env)
    if isinstance(
        error, (*service_model.PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
    ):
        return repeatable(say(_with_language(env), RACED))
    return None


def _with_language(env):
    """Calls of other programs come without a language: the user's own then."""
    if env.context.get("lang") or not env.uid:
        return env
    try:
        with env.cr.savepoint():
            return env(context={**env.context, "lang": env.user.lang})
    except psycopg2.Error:
        return env


#: Classes of database errors that say nothing about the items: connection, state of the
#: transaction, resources, locks, operator, system.
_ELSEWHERE = ("08", "25", "40", "53", "55", "57", "58")


def is_of_the_item(error: Exception) -> bool:
    """Whether another item could still go through after this error."""
    if isinstance(error, psycopg2.InterfaceError | MemoryError):
        return False
    if isinstance(error, LockError) or may_be_repeated(error):
        return False
    if isinstance(error, psycopg2.Error):
        return bool(error.pgcode) and not error.pgcode.startswith(_ELSEWHERE)
    return True


_odoo_retrying = service_model.retrying


@wraps(_odoo_retrying)
def _retrying(func, env):
    try:
        return _odoo_retrying(func, env)
    except Exception as error:
        refusal = _in_place_of(error, env)
        if refusal is None:
            raise
        raise refusal from error


service_model.retrying = _retrying
