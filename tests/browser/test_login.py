"""The login page and the web client load, in French and in Arabic, without an error."""

import pytest

DIRECTION = "getComputedStyle(document.body).direction"


@pytest.mark.parametrize(
    ("lang", "direction", "label"),
    [("fr", "ltr", "Mot de passe"), ("ar", "rtl", "كلمة المرور")],
)
def test_login_page(browser_page, lang, direction, label):
    browser = browser_page(lang=lang)
    browser.goto("/web/login")
    browser.page.wait_for_selector("form.oe_login_form")
    assert label in browser.page.inner_text("form.oe_login_form")
    assert browser.page.evaluate(DIRECTION) == direction
    browser.screenshot(f"login_{lang}")


def test_the_form_opens_the_web_client(browser_page, srm_server):
    browser = browser_page(lang="fr")
    browser.goto("/web/login")
    browser.page.fill("input[name=login]", "director")
    browser.page.fill("input[name=password]", srm_server.logins["director"])
    browser.page.click("form.oe_login_form button[type=submit]")
    browser.wait_for_client()


@pytest.mark.parametrize(("lang", "right_to_left"), [("fr", False), ("ar", True)])
def test_web_client(browser_page, lang, right_to_left):
    browser = browser_page(lang=lang, login="admin")
    browser.page.wait_for_selector(".o_web_client .o_action_manager > *")
    assert browser.page.evaluate("document.body.matches('.o_rtl')") == right_to_left
    browser.screenshot(f"web_client_{lang}")


def test_right_to_left_style_sheets_are_mirrored(browser_page):
    """Only rtlcss moves the apps menu to the right-hand side."""
    browser = browser_page(lang="ar", login="admin")
    box = browser.page.locator(".o_navbar_apps_menu").bounding_box()
    assert box["x"] > browser.page.viewport_size["width"] / 2


def test_background_blur_says_it_is_not_available(browser_page):
    """Debian leaves the library out; our stand-in explains instead of failing."""
    browser = browser_page(lang="fr", login="admin")
    message = browser.page.evaluate(
        "() => { try { new window.SelfieSegmentation({}); return ''; }"
        " catch (error) { return error.message; } }"
    )
    assert "flou" in message


def test_wrong_password_is_refused(browser_page):
    browser = browser_page(lang="fr")
    browser.goto("/web/login")
    browser.page.fill("input[name=login]", "admin")
    browser.page.fill("input[name=password]", "wrong")
    browser.page.click("form.oe_login_form button[type=submit]")
    browser.page.wait_for_selector(".alert-danger")
    assert "/web/login" in browser.page.url


def test_database_manager_is_off(browser_page):
    browser = browser_page(lang="fr")
    answer = browser.page.request.post(
        f"{browser.server.base_url}/web/database/list",
        data={"jsonrpc": "2.0", "method": "call", "params": {}},
    )
    assert "error" in answer.json()
    browser.goto("/web/database/manager")
    assert browser.page.locator("text=/base de données.*désactiv|disabled/i").count()
