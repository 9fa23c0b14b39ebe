import json
import logging
import re
from datetime import datetime, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.srm_kit.guard import Freeze, Guard, Step
from odoo.addons.srm_kit.service.refusals import is_of_the_item

_logger = logging.getLogger(__name__)

CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Characters of JSON: a signature and a photo fit, a film does not.
MAX_LENGTH = 4_000_000
#: A phone keeps entries without network for so long; what is older was dated by a clock
#: that had lost its date.
OLDEST = timedelta(days=90)
#: Clocks that differ by less agree.
TOLERANCE = timedelta(minutes=2)


class SrmSubmission(models.Model):
    """One entry made on a phone, received exactly once.

    The phone makes the id before it sends, and sends until it hears an answer. The
    unique index on the id is taken *before* the entry is acted on and in the same
    transaction: either both are there or neither is. A second copy arriving meanwhile
    waits on the index, then fails to serialise; the request is run again on a fresh
    snapshot, finds the entry and gets the first answer back.

    What was entered, by whom and when stays as it came. An entry is refused until it is
    acted on, so that only a done one is final.
    """

    _name = "srm.submission"
    _description = "Entry from the Field"
    _order = "id desc"
    _rec_name = "client_id"
    _guard = Guard(
        steps={
            "do": Step(("refused",), "done", writes=("message", "payload", "result"))
        },
        freezes=(
            Freeze(("done",), database=True),
            Freeze(
                always=True,
                fields=(
                    "client_id",
                    "app",
                    "user_id",
                    "entered_on",
                    "received_on",
                    "clock_wrong",
                ),
            ),
        ),
        deletable=(),
    )

    client_id = fields.Char("Identifier", required=True, readonly=True)
    app = fields.Char("Page", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    entered_on = fields.Datetime(
        readonly=True, help="By the clock of the phone, network or not"
    )
    received_on = fields.Datetime(required=True, readonly=True)
    clock_wrong = fields.Boolean(
        string="Clock was wrong",
        readonly=True,
        help="The moment was corrected, or is that of the arrival.",
    )
    state = fields.Selection(
        [("done", "Done"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="done",
        index=True,
    )
    message = fields.Char("Reason of the refusal", readonly=True)
    payload = fields.Json(readonly=True)
    result = fields.Json(readonly=True)

    _client_unique = models.Constraint(
        "UNIQUE (client_id)", "This entry was already received."
    )

    @api.model
    def _submit(
        self, app: str, client_id: str, payload: dict, entered_on=None, sent_on=None
    ) -> dict:
        """Receive one entry; safe to call any number of times, from anywhere.

        :param entered_on: by the clock of the phone, as is ``sent_on``
        :return: ``{"state", "message", "result", "repeated"}``
        """
        handler = self._handler(app)
        self._check_entry(client_id, payload)
        moment, wrong = self._moment(entered_on, sent_on)
        submission = self._claim(app, client_id, payload, moment, wrong)
        if not submission:
            return self._known(client_id)._answer(repeated=True)
        submission._process(handler)
        return submission._answer(repeated=False)

    @api.model
    def _handler(self, app: str):
        """The page of that name, if the user may use it."""
        name = f"srm.mobile.{app}"
        if name not in self.env or app == "app":
            raise UserError(self.env._("There is no page “%(app)s”.", app=app))
        handler = self.env[name]
        handler._check_allowed()
        return handler

    def _check_entry(self, client_id: str, payload) -> None:
        if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
            raise UserError(self.env._("The identifier of the entry is not a UUID."))
        if not isinstance(payload, dict) or not _is_storable(payload):
            raise UserError(self.env._("The entry is too large or unreadable."))

    def _claim(self, app: str, client_id: str, payload: dict, moment, wrong=False):
        """The new submission, or none when the id is taken already."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_submission (
                    client_id, app, user_id, entered_on, received_on, clock_wrong,
                    state, payload, create_uid, create_date, write_uid, write_date)
                VALUES (%(client_id)s, %(app)s, %(uid)s, %(entered_on)s, %(now)s,
                        %(wrong)s, 'refused', %(payload)s, %(uid)s, %(now)s, %(uid)s,
                        %(now)s)
                ON CONFLICT (client_id) DO NOTHING
                RETURNING id
                """,
                client_id=client_id,
                app=app,
                uid=self.env.uid,
                entered_on=moment,
                wrong=wrong,
                now=fields.Datetime.now(),
                payload=json.dumps(payload),
            )
        )
        return self.browse(row_id for (row_id,) in rows)

    @api.model
    def _moment(self, entered, sent=None) -> tuple[datetime | None, bool]:
        """(when the entry was made, whether the clock of the phone was wrong).

        A clock that is wrong in the same way when it sends is corrected by the
        difference; of a moment that cannot be, the time of arrival is taken.
        """
        moment, now = _clock_text(entered), fields.Datetime.now()
        if not moment:
            return None, False
        ahead = (_clock_text(sent) or now) - now
        wrong = abs(ahead) > TOLERANCE
        if wrong:
            moment -= ahead
        if not now - OLDEST <= moment <= now + TOLERANCE:
            return now, True
        return min(moment, now), wrong

    def _known(self, client_id: str):
        # sudo: the entry may be another person's; its answer is then refused.
        submission = self.sudo().search([("client_id", "=", client_id)])
        if submission.user_id != self.env.user:
            raise AccessError(self.env._("This entry was made by another person."))
        return submission

    def _process(self, handler) -> None:
        """Act on the entry; a refusal undoes what was begun, and is kept.

        Whatever goes wrong with this entry is a refusal, or it would be sent for ever
        and hold up those behind it: the office has it, and tries again once the cause
        is mended. What only says "not now" is raised, and the phone sends again.
        """
        self.ensure_one()
        # sudo: people read their entries, only this method writes them.
        entry = self.sudo()
        try:
            with self.env.cr.savepoint():
                result = handler._receive(entry.payload, entry)
                entry._take_step(
                    "do",
                    message=False,
                    result=result,
                    payload=handler._keep(entry.payload),
                )
                self.env.flush_all()
        except Exception as error:
            if not is_of_the_item(error):
                raise
            entry.invalidate_recordset()
            entry.message = self._refusal_text(error)

    def _refusal_text(self, error: Exception) -> str:
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, psycopg2.IntegrityError):
            return self.env["base"]._sql_error_to_message(error)
        _logger.error("Entry %s was not taken", self.client_id, exc_info=error)
        return self.env._(
            "The server could not take this entry (%(error)s). It is kept at the "
            "office, which tries again once the cause is mended.",
            error=type(error).__name__,
        )

    def _answer(self, repeated: bool) -> dict:
        entry = self.sudo()
        return {
            "state": entry.state,
            "message": entry.message or "",
            "result": entry.result or {},
            "repeated": repeated,
        }

    def action_retry(self):
        """Try refused entries again, once their cause is mended at the office."""
        refused = self.filtered(lambda item: item.state == "refused")
        refused.sudo().lock_for_update()
        for entry in refused:
            entry._process(self._handler(entry.app))
        return True


def _is_storable(payload: dict) -> bool:
    """Whether the database can keep it: not too long, no character it lacks."""
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        return False
    return len(text) <= MAX_LENGTH and "\\u0000" not in text


def _clock_text(text) -> datetime | None:
    """Moment (ISO, UTC) of a phone's clock as a naive datetime."""
    if not isinstance(text, str):
        return None
    try:
        return fields.Datetime.to_datetime(
            text.replace("T", " ").rstrip("Z").partition(".")[0]
        )
    except ValueError:
        return None
