"""What strangers find before the log-in: no account to open, none to learn of."""

from __future__ import annotations

import pytest
from visitor import alert, token_of

STRANGER = {
    "login": "stranger@example.com",
    "name": "Stranger",
    "password": "a long password",
    "confirm_password": "a long password",
}


def test_strangers_do_not_sign_up(visitor, sql):
    assert sql(
        "SELECT value FROM ir_config_parameter"
        " WHERE key = 'auth_signup.invitation_scope'"
    ) == [["b2b"]]
    person = visitor()
    assert person.get("/web/signup", allow_redirects=True).status_code == 404
    login_page = person.get("/web/login")
    assert "/web/signup" not in login_page.text
    form = {"csrf_token": token_of(login_page), **STRANGER}
    for path in ("/en/web/signup", "/en/web/signup?token=forged"):
        assert person.post(path, data=form).status_code in (200, 404)
    assert sql("SELECT id FROM res_users WHERE login = 'stranger@example.com'") == []


def test_no_portal_user_opens_or_mends_accounts_by_calls(visitor, sql):
    person = visitor()
    assert person.by_session("supplier", "demo")
    before = sql("SELECT count(*) FROM res_users")
    for method, args in (
        ("signup", [STRANGER]),
        ("reset_password", ["director"]),
        ("action_reset_password", [[2]]),
        ("create", [[STRANGER]]),
    ):
        assert "error" in person.call("res.users", method, *args), method
    assert sql("SELECT count(*) FROM res_users") == before
    assert sql("SELECT id FROM srm_password_request") == []


def test_a_new_password_is_asked_for_without_learning_who_exists(visitor, sql):
    """The same page, status and words; the mail is a job's affair."""
    mails = sql("SELECT count(*) FROM mail_mail")
    pages = [
        visitor().form("/web/reset_password", login=login)
        for login in ("director", "no.such.person", "x@example.com", "é\u202e' OR 1=1")
    ]
    assert {page.status_code for page in pages} == {200}
    words = {alert(page) for page in pages}
    assert len(words) == 1 and "If this login exists" in words.pop()
    lengths = {len(page.content) for page in pages}
    assert max(lengths) - min(lengths) < 100
    waiting = sql("SELECT count(*) FROM srm_password_request")
    assert waiting == [["4"]]
    assert sql("SELECT count(*) FROM mail_mail") == mails


def test_asking_for_passwords_is_limited(visitor, sql):
    person = visitor()
    for _number in range(12):
        page = person.form("/web/reset_password", login="hse.officer2")
        assert "If this login exists" in alert(page)
    found = sql("SELECT id FROM srm_password_request WHERE login = 'hse.officer2'")
    assert len(found) == 5


@pytest.mark.parametrize("page", ["reset_password", "signup"])
def test_an_address_does_not_lead_to_its_login(page, visitor, sql):
    sql(
        "UPDATE res_partner SET email = 'director@example.com' WHERE id = "
        "(SELECT partner_id FROM res_users WHERE login = 'director')"
    )
    answers = [
        visitor().get(f"/en/web/{page}?signup_email={email}")
        for email in ("director@example.com", "nobody@example.com")
    ]
    assert len({answer.status_code for answer in answers}) == 1
    assert not any(
        "director" in answer.headers.get("Location", "") for answer in answers
    )
