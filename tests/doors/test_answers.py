"""Cookies and headers of every answer, plain and behind TLS."""

from __future__ import annotations

import pytest
from visitor import Visitor

PAGES = ("/web/login", "/web/health", "/no/such/page", "/web/static/img/no.png")
STATIC = "/web/static/img/favicon.ico"


@pytest.fixture
def over_tls(visitor):
    return visitor(**{"X-Forwarded-Proto": "https"})


def cookies(answer) -> list[str]:
    return answer.raw.headers.getlist("Set-Cookie")


def test_the_session_is_not_sent_along_by_other_sites(visitor):
    person = visitor()
    given = cookies(person.get("/web/login"))
    given += cookies(person.form("/web/login", login="director", password="demo"))
    session = [cookie for cookie in given if cookie.startswith("session_id=")]
    assert session
    for cookie in session:
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie
        assert "; Secure" not in cookie, "it would never come back over plain HTTP"


def test_behind_tls_the_session_travels_on_no_plain_line(over_tls):
    given = cookies(over_tls.get("/web/login"))
    assert given
    for cookie in given:
        assert "; Secure" in cookie and "; SameSite=Lax" in cookie


@pytest.mark.parametrize("path", [*PAGES, STATIC])
def test_behind_tls_browsers_are_told_to_insist_on_it(path, over_tls, visitor):
    answer = over_tls.get(path)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in visitor().get(path).headers


@pytest.mark.parametrize("path", [*PAGES, STATIC])
def test_every_answer_is_taken_for_what_it_says(path, visitor):
    headers = visitor().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]


@pytest.mark.parametrize("path", ["/web/login", "/no/such/page", "/my/arrears/1"])
def test_pages_stand_in_no_frame_of_another_site(path, visitor):
    answer = visitor().get(path)
    policy = answer.headers.get("Content-Security-Policy", "")
    html = answer.headers["Content-Type"].startswith("text/html")
    assert not html or "frame-ancestors 'self'" in policy


def test_tls_is_believed_of_a_proxy_only(srm_server):
    answer = Visitor(srm_server, **{"X-Forwarded-Proto": "https"}).get("/web/login")
    assert "Strict-Transport-Security" not in answer.headers
    assert all("Secure" not in cookie for cookie in cookies(answer))
