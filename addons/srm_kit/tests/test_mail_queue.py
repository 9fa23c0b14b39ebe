"""One mail that cannot go does not stop those behind it."""

import smtplib
from unittest.mock import patch

from psycopg2 import DataError
from psycopg2.errors import SerializationFailure

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.models.mail_mail import MailMail


@tagged("post_install", "-at_install")
class TestMailQueue(TransactionCase):
    def setUp(self):
        super().setUp()
        self.mails = self.env["mail.mail"].create(
            [{"subject": f"Mail {n}", "email_to": f"t{n}@exemple.ma"} for n in range(4)]
        )
        self.env.flush_all()
        # The queue commits after each mail; the transaction of the test goes on.
        for name in ("commit", "rollback"):
            self.patch(self.env.cr, name, lambda: None)
        self.sessions = []
        self.patch(self.registry["ir.mail_server"], "_connect__", self._connect)

    def _connect(self, *_args, **_options):
        session = Session()
        self.sessions.append(session)
        return session

    def send(self, poison, error):
        used = []

        def odoo_send(mail, smtp_session=None, **_options):
            used.append((mail, smtp_session))
            if mail == self.mails[poison]:
                raise error
            mail.state = "sent"

        with (
            patch.object(MailMail, "_send", odoo_send),
            mute_logger("odoo.addons.srm_kit.models.service.mail_mail"),
        ):
            self.mails._send(auto_commit=True, smtp_session="first")
        self.assertEqual([mail for mail, _session in used], list(self.mails))
        return [session for _mail, session in used]

    def states(self):
        return self.mails.mapped("state")

    def test_the_server_hangs_up_on_one(self):
        error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        used = self.send(1, error)
        self.assertEqual(self.states(), ["sent", "exception", "sent", "sent"])
        self.assertIn("unexpectedly", self.mails[1].failure_reason)
        (session,) = self.sessions
        self.assertEqual(used, ["first", "first", session, session])
        self.assertTrue(session.left)

    def test_the_database_refuses_what_one_holds(self):
        self.send(0, DataError("invalid byte sequence \x00"))
        self.assertEqual(self.states(), ["exception", "sent", "sent", "sent"])
        self.assertFalse(self.sessions, "nothing was wrong with the session")

    def test_a_race_leaves_it_in_the_queue(self):
        self.send(2, SerializationFailure())
        self.assertEqual(self.states(), ["sent", "sent", "outgoing", "sent"])

    def test_a_server_that_is_away_is_waited_for(self):
        """Odoo gives up all mails of the moment for good."""
        self.mails.write({"state": "exception"})
        self.mails._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(set(self.states()), {"outgoing"})
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = create_date - interval '3 days'"
            " WHERE id = %s",
            [self.mails[0].id],
        )
        self.mails.invalidate_recordset()
        self.mails.write({"state": "exception"})
        self.mails._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(self.states(), ["exception"] + ["outgoing"] * 3)


class Session:
    """A connection with a mail server."""

    left = False

    def quit(self):
        self.left = True
