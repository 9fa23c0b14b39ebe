"""Passwords and keys are not tried out, by whatever way; nobody locks others out."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from visitor import WAYS, Visitor, alert

from srm_cli import harness

FREE = 5  # failures on one account from one address
ACCOUNTS = 10  # accounts that fail from one address


def test_the_right_password_opens_every_way(visitor):
    for way in WAYS:
        assert way(visitor(), "finance.officer", "demo"), way.__name__


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_after_some_failures_the_right_password_is_refused_too(way, visitor, sql):
    person = visitor()
    for number in range(FREE):
        assert not way(person, "director", f"wrong {number}")
    assert not way(person, "director", "demo")
    for other in WAYS:
        assert not other(person, "director", "demo"), "another way in"
    assert Visitor.by_session(visitor(), "director", "demo"), "another address"
    sql("DELETE FROM srm_login_attempt WHERE account = 'director'")


def test_the_page_says_that_it_was_too_often(visitor):
    person = visitor()
    for _number in range(FREE):
        person.by_session("hr.officer", "wrong")
    page = person.form("/web/login", login="hr.officer", password="demo")
    assert page.status_code == 200
    assert "Too many login failures" in alert(page)


def test_one_persons_mistakes_lock_nobody_else(visitor, addresses):
    """Neither behind the proxy, nor behind one address of an office."""
    office = next(addresses)
    clumsy = visitor(office)
    for number in range(3 * FREE):
        clumsy.by_session("hse.officer", f"wrong {number}")
    assert not clumsy.by_session("hse.officer", "demo")
    assert visitor(office).by_session("project.manager", "demo")
    assert visitor().by_session("hse.officer", "demo")


def test_an_address_that_tries_many_accounts_is_locked_as_a_whole(visitor, addresses):
    sprayer = next(addresses)
    for number in range(ACCOUNTS):
        visitor(sprayer).by_session(f"guess.{number}", "demo")
    assert not visitor(sprayer).by_session("finance.officer", "demo")
    assert visitor().by_session("finance.officer", "demo")


def test_an_account_tried_from_everywhere_is_locked_but_where_its_owner_works(
    visitor, addresses
):
    desk = next(addresses)
    assert visitor(desk).by_session("meter.reader", "demo")
    for _number in range(2 * FREE):
        assert not visitor().by_session("meter.reader", "wrong")
    assert not visitor().by_session("meter.reader", "demo")
    assert visitor(desk).by_session("meter.reader", "demo")


def test_a_success_forgives_the_failures_before_it(visitor):
    person = visitor()
    for _round in range(3):
        for _number in range(FREE - 1):
            assert not person.by_session("hr.officer", "wrong")
        assert person.by_session("hr.officer", "demo")


def test_guesses_at_the_same_time_count_together(visitor, sql):
    """Two dozen at once: no more are looked at than one after the other."""
    people = [visitor("203.0.113.7") for _number in range(24)]
    with ThreadPoolExecutor(len(people)) as pool:
        guesses = [
            pool.submit(person.by_session, "network.officer", f"wrong {number}")
            for number, person in enumerate(people)
        ]
    assert not any(guess.result() for guess in guesses)
    looked_at = sql(
        "SELECT count(*) FROM srm_login_attempt WHERE account = 'network.officer'"
    )
    assert int(looked_at[0][0]) <= FREE


def test_keys_are_not_guessed(visitor, addresses):
    person, key = visitor(), secrets.token_hex(20)
    assert {person.by_key(key) for _number in range(FREE)} == {401}
    assert person.by_key(key) == 429
    sprayer = visitor()
    answers = [sprayer.by_key(secrets.token_hex(20)) for _n in range(ACCOUNTS + 2)]
    assert answers == [401] * ACCOUNTS + [429, 429]


def test_all_processes_count_together(srm_context, proxied_server, visitor, addresses):
    label = f"{proxied_server.database}_second"
    extra = {"proxy_mode": "True", "max_cron_threads": "0"}
    home = next(addresses)
    with harness.serve(srm_context, proxied_server.database, label, extra) as second:
        for server in (proxied_server, second) * 3:
            Visitor(server, home).by_session("supplier", "wrong")
        for server in (proxied_server, second):
            assert not Visitor(server, home).by_session("supplier", "demo")


def test_what_was_typed_into_the_wrong_box_is_not_kept(visitor, sql):
    visitor().by_session("MySecretPassword!", "x")
    kept = sql("SELECT account FROM srm_login_attempt")
    assert ["MySecretPassword!"] not in kept


def test_an_address_a_visitor_claims_is_believed_of_a_proxy_only(srm_server):
    """Without a proxy in front, everybody may write that header."""
    attempt = partial(Visitor, srm_server)
    for number in range(FREE):
        attempt(f"192.0.2.{number}").by_session("director", "wrong")
    assert not attempt("192.0.2.99").by_session("director", "demo")


def test_a_login_that_does_not_exist_takes_the_time_of_a_password(visitor, sql):
    """As long as one that exists: half of it at least, on a busy machine."""
    people = {name: visitor() for name in ("director", "no.such.person")}
    seconds = {
        name: min(_seconds(person, name) for _number in range(3))
        for name, person in people.items()
    }
    assert seconds["no.such.person"] > seconds["director"] / 2, seconds


def _seconds(person: Visitor, login: str) -> float:
    account = {"db": person.server.database, "login": login, "password": "wrong"}
    params = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": account}
    return person.post("/web/session/authenticate", json=params).elapsed.total_seconds()
