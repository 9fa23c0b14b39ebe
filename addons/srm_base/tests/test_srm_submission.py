import threading
import uuid
from datetime import timedelta

from psycopg2 import OperationalError as Gone
from psycopg2.errors import SerializationFailure

from odoo import api, fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, TransactionCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

RACERS = 6


def raising(error):
    def act(_payload):
        raise error

    return act


class PageStub:
    """A page for the field that notes each call; the ORM asks nothing more of it."""

    def __init__(self, act=lambda payload: {"seen": payload}):
        self.act = act
        self.calls = 0

    def _receive(self, payload, _submission):
        self.calls += 1
        return self.act(payload)

    def _keep(self, payload):
        return {name: value for name, value in payload.items() if name != "image"}


class SubmissionCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff = new_test_user(
            cls.env, login="t_submitter", groups="srm_base.group_user"
        )
        cls.entries = cls.env["srm.submission"].with_user(cls.staff)

    def _use(self, page):
        self.patch(
            self.registry["srm.submission"], "_handler", lambda _self, _app: page
        )
        return page

    def _submit(self, client_id=None, payload=None, **vals):
        return self.entries._submit(
            "stub", client_id or str(uuid.uuid4()), payload or {"a": 1}, **vals
        )


@tagged("post_install", "-at_install")
class TestSrmSubmission(SubmissionCase):
    def test_acted_on_once_however_often_it_comes(self):
        page = self._use(PageStub())
        client_id = str(uuid.uuid4())
        answers = [self._submit(client_id, {"n": n}) for n in range(10)]
        self.assertEqual(page.calls, 1)
        self.assertEqual(
            {str(one["result"]) for one in answers}, {"{'seen': {'n': 0}}"}
        )
        self.assertEqual([one["repeated"] for one in answers], [False] + [True] * 9)

    def test_a_refusal_undoes_what_was_begun_and_is_kept(self):
        def begin_then_refuse(_payload):
            self.env["res.partner"].create({"name": "Half done", "ref": "half-done"})
            raise UserError("No such thing")  # pylint: disable=translation-required

        page = self._use(PageStub(begin_then_refuse))
        client_id = str(uuid.uuid4())
        answer = self._submit(client_id)
        self.assertEqual(
            (answer["state"], answer["message"]), ("refused", "No such thing")
        )
        self.assertFalse(self.env["res.partner"].search([("ref", "=", "half-done")]))
        self.assertEqual(self._submit(client_id)["state"], "refused")
        self.assertEqual(page.calls, 1)
        page.act = lambda _payload: {}
        entry = self.entries.search([("client_id", "=", client_id)])
        entry.action_retry()
        entry.action_retry()
        self.assertEqual((entry.state, entry.message, page.calls), ("done", False, 2))

    def test_not_now_leaves_no_trace_so_that_the_phone_sends_again(self):
        for error in (LockError("Somebody holds it"), SerializationFailure(), Gone()):
            page = self._use(PageStub(raising(error)))
            client_id = str(uuid.uuid4())
            with self.assertRaises(type(error)), self.cr.savepoint():
                self._submit(client_id)
            self.assertFalse(self.entries.search([("client_id", "=", client_id)]))
            page.act = lambda _payload: {}
            self.assertFalse(self._submit(client_id)["repeated"])

    @mute_logger("odoo.addons.srm_base.models.srm_submission")
    def test_any_other_error_is_a_refusal_kept_at_the_office(self):
        """Sent for ever, it would hold up the entries behind it."""
        page = self._use(PageStub(raising(ZeroDivisionError())))
        client_id = str(uuid.uuid4())
        answer = self._submit(client_id, {"a": 7})
        self.assertEqual(answer["state"], "refused")
        self.assertIn("kept at the office", answer["message"])
        entry = self.entries.search([("client_id", "=", client_id)])
        self.assertEqual((entry.state, entry.payload), ("refused", {"a": 7}))
        self.assertEqual(self._submit()["state"], "refused", "the next is answered too")
        page.act = lambda _payload: {}
        entry.action_retry()
        self.assertEqual(self._submit(client_id)["state"], "done")

    def test_what_the_database_refuses_is_a_refusal(self):
        def twice(_payload):
            self.env["res.lang"].create({"name": "Copy", "code": "en_US"})

        self._use(PageStub(twice))
        with mute_logger("odoo.sql_db"):
            answer = self._submit()
        self.assertEqual(answer["state"], "refused")
        self.assertIn("enter other values", answer["message"])

    def test_images_are_not_kept_twice(self):
        self._use(PageStub())
        client_id = str(uuid.uuid4())
        self._submit(client_id, {"image": "x", "b": 2})
        entry = self.entries.search([("client_id", "=", client_id)])
        self.assertEqual(entry.payload, {"b": 2})

    def test_clock_of_the_phone(self):
        self._use(PageStub())
        entered = fields.Datetime.now() - timedelta(days=3)
        for text, expected in (
            (f"{entered.isoformat()}.123Z", entered),
            (str(entered), entered),
            ("yesterday", None),
            (None, None),
            (20260302, None),
        ):
            self.assertEqual(self.entries._moment(text), (expected, False))

    def test_a_clock_that_lost_its_date_says_nothing(self):
        """The future as the past: the time of arrival, and the office sees it."""
        self._use(PageStub())
        for text in (
            "1970-01-01T00:05:00.000Z",
            "0001-01-01T00:00:00Z",
            "2016-01-01T00:00:00Z",
            "2099-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ):
            client_id = str(uuid.uuid4())
            self._submit(client_id, entered_on=text)
            entry = self.entries.search([("client_id", "=", client_id)])
            self.assertEqual(entry.entered_on, entry.received_on, text)
            self.assertTrue(entry.clock_wrong)

    def test_a_clock_that_is_still_wrong_is_corrected(self):
        """Signed two hours before it was sent, by a clock that is in 1970."""
        moment, wrong = self.entries._moment(
            "1970-01-01T00:05:00Z", "1970-01-01T02:05:00Z"
        )
        expected = fields.Datetime.now() - timedelta(hours=2)
        self.assertTrue(wrong)
        self.assertLess(abs(moment - expected), timedelta(seconds=5))

    def test_what_is_not_an_entry(self):
        self._use(PageStub())
        for client_id in ("", "1", "x" * 36, str(uuid.uuid4()).upper() + "0"):
            with self.assertRaises(UserError):
                self._submit(client_id or "-")
        nested = {}
        for _level in range(20_000):
            nested = {"a": nested}
        for payload in (
            {"image": "x" * 4_100_000},
            {"name": "\ud800"},
            {"name": "\x00"},
            {"score": float("nan")},
            nested,
        ):
            with self.assertRaisesRegex(UserError, "too large or unreadable"):
                self._submit(payload=payload)

    def test_roles(self):
        self._use(PageStub())
        client_id = str(uuid.uuid4())
        self._submit(client_id)
        other = new_test_user(self.env, login="t_other", groups="srm_base.group_user")
        theirs = self.entries.with_user(other)
        self.assertFalse(theirs.search([("client_id", "=", client_id)]))
        with self.assertRaises(AccessError):
            theirs._submit("stub", client_id, {"a": 1})
        entry = self.entries.search([("client_id", "=", client_id)])
        for act in (
            lambda: entry.write({"state": "refused"}),
            lambda: entry.unlink(),
            lambda: self.entries.create({"client_id": "x", "app": "y"}),
        ):
            with self.assertRaises(AccessError):
                act()

    def test_a_page_that_does_not_exist(self):
        for app in ("nothing", "app"):
            with self.assertRaises(UserError):
                self.entries._submit(app, str(uuid.uuid4()), {})


@tagged("post_install", "-at_install")
class TestSubmissionRace(BaseCase):
    """Real transactions on real connections: the row is removed afterwards."""

    def test_many_copies_at_the_same_moment(self):
        client_id = str(uuid.uuid4())
        self.addCleanup(self._forget, client_id)
        start = threading.Barrier(RACERS)
        outcomes = []

        def race():
            start.wait()
            outcomes.append(self._claim_with_retries(client_id))

        threads = [threading.Thread(target=race) for _racer in range(RACERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(sorted(outcomes), [False] * (RACERS - 1) + [True])
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM srm_submission WHERE client_id = %s", [client_id]
            )
            self.assertEqual(cr.fetchone()[0], 1)

    def _claim_with_retries(self, client_id):
        """Claim as a request does: run again when it fails to serialise."""
        while True:
            with db_connect(get_db_name()).cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                try:
                    claimed = env["srm.submission"]._claim("stub", client_id, {}, None)
                    # Held open for a moment, so that the copies really meet.
                    cr.execute("SELECT pg_sleep(0.05)")
                    cr.commit()  # pylint: disable=invalid-commit
                except SerializationFailure:
                    cr.rollback()
                else:
                    return bool(claimed)

    def _forget(self, client_id):
        Registry(get_db_name())
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("DELETE FROM srm_submission WHERE client_id = %s", [client_id])
            cr.commit()  # pylint: disable=invalid-commit
