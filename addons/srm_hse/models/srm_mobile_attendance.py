import base64
import binascii
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.srm_kit.tools.pictures import PictureError, kind_of, redrawn

from .srm_worker import normal_identifier

#: Sessions kept on the phone: around today, the person's own first.
DAYS_BEFORE, DAYS_AFTER, SESSIONS = 7, 30, 12
#: People kept per session; the others are still found by their badge number.
PEOPLE = 1500
SIGNATURE_BYTES = 300_000
#: Pixels; the page draws on half as many.
SIGNATURE_SIDE = 2_000
METHODS = ("badge", "search")


class SrmMobileAttendance(models.AbstractModel):
    """Signing people in at a session, with or without network."""

    _name = "srm.mobile.attendance"
    _inherit = "srm.mobile.app"
    _description = "Attendance on a Phone"
    _app_module = "/srm_hse/static/src/mobile/attendance.js"
    _app_groups = ("srm_hse.group_session_leader",)

    def _title(self) -> str:
        return self.env._("Attendance")

    def _texts(self) -> dict[str, str]:
        return {
            "sessions": self.env._("Choose a session"),
            "no_session": self.env._(
                "No session is planned around today. Plan one in the campaign, then"
                " refresh this page."
            ),
            "signed": self.env._("signed in"),
            "expected": self.env._("expected"),
            "present": self.env._("Present"),
            "to_send": self.env._("To send"),
            "scan_badge": self.env._("Scan a badge"),
            "badge_or_name": self.env._("Badge number or name"),
            "nobody": self.env._("Nobody of that name is kept on this phone."),
            "use_badge": self.env._("Sign in badge"),
            "unknown_badge": self.env._("Checked when sent"),
            "confirm": self.env._("Confirm the presence"),
            "sign_here": self.env._("The person signs here"),
            "score": self.env._("Quiz score (%)"),
            "satisfaction": self.env._("Satisfaction"),
            "optional": self.env._("optional"),
            "recorded": self.env._("Recorded on this phone"),
            "already": self.env._("Already signed in"),
            "signature_missing": self.env._("A signature is needed"),
            "catch_up": self.env._("Catch-up session"),
        }

    # What the phone keeps

    def _data(self) -> dict:
        sessions = self._sessions()
        sheets = self._sheets(sessions)
        others = self._not_reached(sessions)
        return {
            "sessions": [
                {
                    "id": session.id,
                    "name": session.name,
                    "start": fields.Datetime.to_string(session.start) + "Z",
                    "place": session.place or session.territory_id.name or "",
                    "capacity": session.capacity,
                    "catch_up": session.catch_up,
                    "quiz": session.campaign_id.require_pass,
                    "people": sheets.get(session.id, [])
                    + self._without(
                        others.get((session.campaign_id, session.province_id), []),
                        sheets.get(session.id, []),
                    ),
                }
                for session in sessions
            ]
        }

    def _sessions(self):
        now = fields.Datetime.now()
        sessions = self.env["srm.campaign.session"].search(
            [
                ("state", "=", "planned"),
                ("start", ">=", now - timedelta(days=DAYS_BEFORE)),
                ("start", "<=", now + timedelta(days=DAYS_AFTER)),
            ],
            order="start",
            limit=200,
        )
        mine = sessions.filtered(lambda item: item.user_id == self.env.user)
        return (mine + (sessions - mine))[:SESSIONS]

    def _sheets(self, sessions) -> dict:
        """``{session id: people on its sheet}``."""
        sheets: dict = {}
        lines = self.env["srm.attendance"].search_fetch(
            [("session_id", "in", sessions.ids)], ["session_id", "worker_id", "status"]
        )
        for line in lines:
            person = self._person(line.worker_id)
            person.update(expected=True, present=line.status == "present")
            sheets.setdefault(line.session_id.id, []).append(person)
        return sheets

    def _not_reached(self, sessions) -> dict:
        """People of the frozen list who may come without being expected."""
        others = {}
        # One short list per campaign and province, of which a leader has a few.
        for campaign, province in dict.fromkeys(
            (item.campaign_id, item.province_id) for item in sessions
        ):
            domain = [
                ("campaign_id", "=", campaign.id),
                ("excluded", "=", False),
                ("covered", "=", False),
            ]
            if province:
                domain.append(("province_id", "=", province.id))
            targets = self.env["srm.campaign.target"].search(domain, limit=PEOPLE)
            others[campaign, province] = [
                self._person(worker) for worker in targets.worker_id
            ]
        return others

    def _without(self, people: list[dict], known: list[dict]) -> list[dict]:
        ids = {person["id"] for person in known}
        return [person for person in people if person["id"] not in ids]

    def _person(self, worker) -> dict:
        return {
            "id": worker.id,
            "name": worker.name,
            "name_ar": worker.name_ar or "",
            "badge": worker.badge or "",
            "employer": worker.sudo().employer_id.name or "",
        }

    # What the phone sends

    def _receive(self, payload: dict, submission) -> dict:
        """Sign one person in.

        ``payload``: ``session`` (id), ``worker`` (id) or ``badge``, ``method``,
        ``signature`` (PNG data URL), ``score`` and ``satisfaction`` if given.
        """
        session = self._session(payload.get("session"))
        worker = self._worker(payload)
        attendance = self._attendance(session, worker)
        already = attendance.status == "present"
        method = payload.get("method")
        attendance._sign_in(
            method if method in METHODS else "search",
            check_in=submission.entered_on or submission.received_on,
            signature=self._signature(payload.get("signature")),
            submission_id=submission.id,
            recorded_by_id=submission.user_id.id,
        )
        self._evaluation(attendance, payload)
        return {"worker": worker.id, "name": worker.name, "already": already}

    def _session(self, session_id):
        session = self.env["srm.campaign.session"].browse(_integer(session_id)).exists()
        if not session:
            raise UserError(self.env._("The session does not exist any more."))
        session.check_access("read")
        return session

    def _worker(self, payload: dict):
        workers = self.env["srm.worker"]
        badge = normal_identifier(str(payload.get("badge") or ""))
        if payload.get("worker"):
            worker = workers.browse(_integer(payload["worker"])).exists()
        else:
            worker = workers.search([("badge", "=", badge)]) if badge else workers
        if not worker:
            raise UserError(
                self.env._(
                    "No worker has the badge “%(badge)s”: add the person in Workers,"
                    " then retry this entry.",
                    badge=badge or "",
                )
            )
        return worker

    def _attendance(self, session, worker):
        lines = self.env["srm.attendance"]
        line = lines.search(
            [("session_id", "=", session.id), ("worker_id", "=", worker.id)]
        )
        # By code: an entry kept without network may come after the sheet was closed.
        return line or lines._by_code().create(
            {"session_id": session.id, "worker_id": worker.id}
        )

    def _signature(self, image):
        """The PNG of a data URL, in base64 as binary fields want it."""
        head, _, encoded = str(image or "").partition(",")
        if head != "data:image/png;base64":
            raise UserError(self.env._("The signature is missing."))
        try:
            content = base64.b64decode(encoded, validate=True)
            if kind_of(content) != "PNG" or len(content) > SIGNATURE_BYTES:
                raise PictureError("kind")
            return base64.b64encode(redrawn(content, SIGNATURE_SIDE))
        except (binascii.Error, PictureError) as error:
            text = self.env._("The signature cannot be read.")
            raise UserError(text) from error

    def _evaluation(self, attendance, payload: dict) -> None:
        score = payload.get("score")
        if isinstance(score, int | float) and 0 <= score <= 100:
            attendance._record_score("after", score)
        if str(payload.get("satisfaction")) in ("1", "2", "3", "4", "5"):
            attendance.satisfaction = str(payload["satisfaction"])


def _integer(value) -> int:
    """An id from the phone; what is not one names no record."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
