import json
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Characters of JSON: a signature and a photo fit, a film does not.
MAX_LENGTH = 4_000_000


class SrmSubmission(models.Model):
    """One entry made on a phone, received exactly once.

    The phone makes the id before it sends, and sends until it hears an answer. The
    unique index on the id is taken *before* the entry is acted on and in the same
    transaction: either both are there or neither is. A second copy arriving meanwhile
    waits on the index, then fails to serialise; the request is run again on a fresh
    snapshot, finds the entry and gets the first answer back.
    """

    _name = "srm.submission"
    _description = "Entry from the Field"
    _order = "id desc"
    _rec_name = "client_id"

    client_id = fields.Char("Identifier", required=True, readonly=True)
    app = fields.Char("Page", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    entered_on = fields.Datetime(
        readonly=True, help="By the clock of the phone, network or not"
    )
    received_on = fields.Datetime(required=True, readonly=True)
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
    def _submit(self, app: str, client_id: str, payload: dict, entered_on=None) -> dict:
        """Receive one entry; safe to call any number of times, from anywhere.

        :return: ``{"state", "message", "result", "repeated"}``
        """
        handler = self._handler(app)
        self._check_entry(client_id, payload)
        submission = self._claim(app, client_id, payload, entered_on)
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
        if not isinstance(payload, dict) or len(json.dumps(payload)) > MAX_LENGTH:
            raise UserError(self.env._("The entry is too large or unreadable."))

    def _claim(self, app: str, client_id: str, payload: dict, entered_on):
        """The new submission, or none when the id is taken already."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO srm_submission (
                    client_id, app, user_id, entered_on, received_on, state, payload,
                    create_uid, create_date, write_uid, write_date)
                VALUES (%(client_id)s, %(app)s, %(uid)s, %(entered_on)s, %(now)s,
                        'done', %(payload)s, %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (client_id) DO NOTHING
                RETURNING id
                """,
                client_id=client_id,
                app=app,
                uid=self.env.uid,
                entered_on=self._moment(entered_on),
                now=fields.Datetime.now(),
                payload=json.dumps(payload),
            )
        )
        return self.browse(row_id for (row_id,) in rows)

    @api.model
    def _moment(self, text):
        """Time of the phone's clock (ISO, UTC) as a naive datetime, or ``None``; a
        clock ahead of ours says nothing, so the time of arrival is taken."""
        try:
            moment = fields.Datetime.to_datetime(
                (text or "").replace("T", " ").rstrip("Z").partition(".")[0]
            )
        except ValueError:
            return None
        return min(moment, fields.Datetime.now()) if moment else None

    def _known(self, client_id: str):
        # sudo: the entry may be another person's; its answer is then refused.
        submission = self.sudo().search([("client_id", "=", client_id)])
        if submission.user_id != self.env.user:
            raise AccessError(self.env._("This entry was made by another person."))
        return submission

    def _process(self, handler) -> None:
        """Act on the entry; a refusal undoes what was begun, and is kept."""
        self.ensure_one()
        # sudo: people read their entries, only this method writes them.
        entry = self.sudo()
        try:
            with self.env.cr.savepoint():
                result = handler._receive(entry.payload, entry)
        except UserError as error:
            entry.write({"state": "refused", "message": str(error)})
        else:
            entry.write(
                {
                    "state": "done",
                    "message": False,
                    "result": result,
                    "payload": handler._keep(entry.payload),
                }
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
