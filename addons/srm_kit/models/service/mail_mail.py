import logging
import smtplib
from datetime import timedelta
from functools import partial

import psycopg2

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import exception_to_unicode

_logger = logging.getLogger(__name__)

#: As long as a mail server may be away before its mails count as failed.
PATIENCE = timedelta(days=2)


class MailMail(models.Model):
    """Mails go out one by one: what stops one of them does not stop those behind it."""

    _inherit = "mail.mail"

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        smtp_session=None,
        mail_server=False,
        **options,
    ):
        if not auto_commit or raise_exception:
            return super()._send(
                auto_commit=auto_commit,
                raise_exception=raise_exception,
                smtp_session=smtp_session,
                mail_server=mail_server,
                **options,
            )
        session = smtp_session
        try:
            for mail in self:
                send = partial(
                    super(MailMail, mail)._send,
                    auto_commit=True,
                    smtp_session=session,
                    mail_server=mail_server,
                    **options,
                )
                if not mail._srm_attempt(send):
                    # The session is of no more use, whoever ended it.
                    new = mail._srm_connect(session, mail_server)
                    self._srm_quit(session, smtp_session)
                    session = new
        finally:
            self._srm_quit(session, smtp_session)
        return True

    def _srm_attempt(self, send) -> bool:
        """Send one mail, in a transaction of its own; whether the session lives on."""
        try:
            send()
        except MemoryError:
            raise
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()  # it stays in the queue
        except (psycopg2.Error, smtplib.SMTPException) as error:
            self.env.cr.rollback()
            self._srm_give_up(error)
            return not isinstance(error, smtplib.SMTPException)
        return True

    def _srm_give_up(self, error: Exception) -> None:
        _logger.error("Mail %s was not sent: %s", self.id, error)
        reason = exception_to_unicode(error).replace("\x00", "")
        self.write(
            {"state": "exception", "failure_type": "unknown", "failure_reason": reason}
        )
        self._postprocess_sent_message(
            success_pids=[],
            success_emails=[],
            failure_reason=reason,
            failure_type="unknown",
        )
        # As after each mail that was sent: what is known of it must not be lost.
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def _srm_connect(self, session, mail_server):
        """Another session with the same server; without one the queue waits."""
        return self.env["ir.mail_server"]._connect__(
            mail_server_id=mail_server.id if mail_server else None,
            smtp_from=getattr(session, "smtp_from", None),
        )

    def _srm_quit(self, session, given) -> None:
        """Leave a session of ours; the one given is left by who gave it."""
        if session is None or session is given:
            return
        try:
            session.quit()
        except smtplib.SMTPException:
            _logger.debug("The mail server had left before us")

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        result = super()._postprocess_sent_message(
            success_pids=success_pids,
            success_emails=success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        if failure_type == "mail_smtp":
            # The server is away: nothing is wrong with the mails, they wait for it.
            youngest = fields.Datetime.now() - PATIENCE
            self.filtered(lambda mail: mail.create_date > youngest).write(
                {"state": "outgoing"}
            )
        return result
