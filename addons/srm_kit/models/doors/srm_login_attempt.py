import ipaddress
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.tools import SQL, hmac

from ...hardening import current_address

#: Failures older than this are forgotten, in seconds.
WINDOW = 3600
#: An attempt that takes longer broke off, in seconds.
LONGEST = 60
#: Against one account from everywhere, or from one address on different accounts, this
#: many times as many failures are free as on one account from one address.
SPREAD = 2
#: An account may fail anywhere: who logged in from an address lately enters from there.
KNOWN_DAYS = 30
KEPT_DAYS = 90


class Found(NamedTuple):
    """How many failures lately, and the age of the last one in seconds.

    * ``own``: of the account from this address; ``known``: it logged in from there
    * ``account``: of the account from everywhere
    * ``source``: accounts that failed from this address
    """

    own: int
    own_age: float
    account: int
    account_age: float
    source: int
    source_age: float
    known: bool


class SrmLoginAttempt(models.Model):
    """Log-ins tried, by account and address, for all processes and nodes.

    One person's mistakes lock that person's account from that address. An account
    tried from many addresses is locked everywhere but where its owner logged in
    before; an address that tries many accounts is locked as a whole. Attempts are
    written before the password is looked at, in transactions of their own: what an
    attempt rolls back, and what is tried at the same time, count too. Rows are only
    added, so that nobody waits for anybody.
    """

    _name = "srm.login.attempt"
    _description = "Login Attempt"
    _order = "id desc"
    _rec_name = "account"
    _log_access = False

    account = fields.Char(
        required=True,
        readonly=True,
        help="The login, or a digest of what was entered when there is no such login.",
    )
    source = fields.Char("Address", required=True, readonly=True)
    moment = fields.Datetime(required=True, readonly=True, index=True)
    outcome = fields.Selection(
        [("trying", "Under way"), ("failed", "Failed"), ("succeeded", "Succeeded")],
        required=True,
        readonly=True,
    )

    _account_idx = models.Index("(account, source, id)")
    _source_idx = models.Index("(source, id)")

    @api.model
    @contextmanager
    def _limited(self, account: str, failure=AccessDenied):
        """Refuse what is tried too often; count what is refused inside.

        :param account: what is tried: a login, or what stands for one
        :param failure: exceptions that say that the credentials are wrong
        :raise AccessDenied: too many failures lately
        """
        attempt = self._begin(account)
        try:
            yield
        except failure:
            self._end(attempt, "failed")
            raise
        except BaseException:
            self._end(attempt)
            raise
        self._end(attempt, "succeeded")

    @api.model
    def _source(self) -> str:
        """Address of the request; of an IPv6 address the network, which one person has
        whole."""
        address = current_address()
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return address[:64]
        if found.version == 4:
            return str(found)
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network(f"{found}/64", strict=False))

    @api.model
    def _account(self, name) -> str:
        """What stands for a login: itself when it exists; what somebody typed into the
        wrong box is not kept."""
        users = self.env["res.users"].sudo().with_context(active_test=False)
        if isinstance(name, int):
            return users.browse(name).exists().login or self._digest(str(name))
        text = str(name or "")
        user = users.search(users._get_login_domain(text), limit=1)
        return user.login or self._digest(text)

    @api.model
    def _digest(self, text: str) -> str:
        digest = hmac(self.env(su=True), "srm_kit.login_attempt", text)
        return f"?{digest[:24]}"

    # Judging

    @api.model
    def _refuse_locked(self, account: str, source: str, cr=None, before=None) -> None:
        """:param before: id of the attempt to judge, only earlier ones count"""
        found = self._find(cr or self.env.cr, account, source, before)
        limits = [
            (found.own, found.own_age),
            (found.source // SPREAD, found.source_age),
        ]
        if not found.known:
            limits.append((found.account // SPREAD, found.account_age))
        users, now = self.env["res.users"], datetime.now()
        for failures, age in limits:
            if users._on_login_cooldown(failures, now - timedelta(seconds=age)):
                raise AccessDenied(
                    self.env._(
                        "Too many login failures, please wait a bit before trying "
                        "again."
                    )
                )

    @api.model
    def _find(self, cr, account: str, source: str, before=None) -> Found:
        cr.execute(
            SQL(
                """
                WITH succeeded AS (
                    SELECT account, source, MAX(id) AS id,
                           MAX(moment) > %(now)s - %(known)s * interval '1 day' AS known
                      FROM srm_login_attempt
                     WHERE (account = %(account)s OR source = %(source)s)
                       AND outcome = 'succeeded'
                     GROUP BY account, source
                ), tried AS (
                    SELECT tried.account, tried.outcome,
                           tried.account = %(account)s AS same_account,
                           tried.source = %(source)s AS same_source,
                           EXTRACT(epoch FROM %(now)s - tried.moment) AS age
                      FROM srm_login_attempt AS tried
                      LEFT JOIN succeeded USING (account, source)
                     WHERE (tried.account = %(account)s OR tried.source = %(source)s)
                       AND tried.id < COALESCE(%(before)s, 2147483647)
                       AND tried.id > COALESCE(succeeded.id, 0)
                ), counted AS (
                    SELECT *, same_account AND same_source AS own FROM tried
                     WHERE (outcome = 'failed' AND age < %(window)s)
                        OR (outcome = 'trying' AND age < %(longest)s)
                )
                SELECT COUNT(*) FILTER (WHERE own),
                       COALESCE(MIN(age) FILTER (WHERE own), 0)::float8,
                       COUNT(*) FILTER (WHERE same_account),
                       COALESCE(MIN(age) FILTER (WHERE same_account), 0)::float8,
                       COUNT(DISTINCT account) FILTER
                           (WHERE same_source AND outcome = 'failed'),
                       COALESCE(MIN(age) FILTER
                           (WHERE same_source AND outcome = 'failed'), 0)::float8,
                       (SELECT COALESCE(bool_or(known), FALSE) FROM succeeded
                         WHERE account = %(account)s AND source = %(source)s)
                  FROM counted
                """,
                account=account,
                source=source,
                before=before,
                now=SQL("(clock_timestamp() AT TIME ZONE 'UTC')"),
                known=KNOWN_DAYS,
                window=WINDOW,
                longest=LONGEST,
            )
        )
        return Found(*cr.fetchone())

    # Counting

    @api.model
    def _begin(self, account: str) -> int:
        source = self._source()
        attempt = self._add(account, source, "trying")
        try:
            with self.env.registry.cursor() as cr:
                self._refuse_locked(account, source, cr, before=attempt)
        except AccessDenied:
            self._end(attempt)
            raise
        return attempt

    @api.model
    def _add(self, account: str, source: str, outcome: str) -> int:
        """Id of an attempt, kept whatever becomes of the request."""
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "INSERT INTO srm_login_attempt (account, source, moment, outcome)"
                    " VALUES (%s, %s, clock_timestamp() AT TIME ZONE 'UTC', %s)"
                    " RETURNING id",
                    account,
                    source,
                    outcome,
                )
            )
            return cr.fetchone()[0]

    @api.model
    def _end(self, attempt: int, outcome: str = "") -> None:
        """:param outcome: empty: the attempt says nothing and is forgotten"""
        query = SQL("DELETE FROM srm_login_attempt WHERE id = %s", attempt)
        if outcome:
            query = SQL(
                "UPDATE srm_login_attempt SET outcome = %s WHERE id = %s",
                outcome,
                attempt,
            )
        with self.env.registry.cursor() as cr:
            cr.execute(query)

    @api.autovacuum
    def _gc_login_attempts(self):
        """Failures are forgotten in a day; where people log in from, in some months."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM srm_login_attempt
                 WHERE moment < now() AT TIME ZONE 'UTC' - %s * interval '1 day'
                    OR (outcome != 'succeeded'
                        AND moment < now() AT TIME ZONE 'UTC' - interval '1 day')
                """,
                KEPT_DAYS,
            )
        )
