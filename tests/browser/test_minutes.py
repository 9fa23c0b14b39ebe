"""Minutes of a meeting, and a decision followed until its proof."""

import base64
import datetime

import pytest
from steps import create, find, open_form, press

MINUTES = "/odoo/srm-minutes/{}"
DECISION = "/odoo/srm-decisions/{}"
COMMUNE = "/odoo/action-srm_base.srm_territory_action/{}"
TODAY = datetime.date.today()
SIGNED = base64.b64encode(b"PV").decode()


def meeting(browser, commune: int, title: str) -> int:
    kind = find(browser, "srm.meeting.kind", [["code", "=", "commune"]])
    return create(
        browser,
        "srm.minutes",
        kind_id=kind,
        title=title,
        territory_id=commune,
        presence_ids=[
            [0, 0, {"name": name, "organisation": "Commune"}]
            for name in ("Brahim Amzil", "Fatima Idrissi")
        ],
        item_ids=[[0, 0, {"name": "Extension du réseau"}]],
    )


def hold(browser, record: int, lang: str) -> int:
    """Opened, a request and a decision written, closed: nothing changes any more."""
    page = browser.page
    open_form(browser, MINUTES, record)
    press(page, "action_open", "open")
    user = browser.call("res.users", "search", [[["login", "=", "project.manager"]]])
    for kind, text in (("request", "Bornes-fontaines"), ("decision", "Levé du tracé")):
        create(
            browser,
            "srm.decision",
            minutes_id=record,
            kind=kind,
            name=text,
            user_id=user[0],
            date_due=(TODAY + datetime.timedelta(15)).isoformat(),
        )
    open_form(browser, MINUTES, record)
    page.click(".o_notebook .nav-link[name=outcomes]")
    page.wait_for_selector(".o_field_widget[name=decision_ids] .o_data_row >> nth=1")
    browser.screenshot(f"minutes_open_{lang}")
    press(page, "action_close", "closed", confirm=True)
    browser.screenshot(f"minutes_closed_{lang}")
    return find(
        browser,
        "srm.decision",
        [["minutes_id", "=", record], ["kind", "=", "decision"]],
    )


def sign(browser, record: int) -> None:
    file = create(browser, "ir.attachment", name="PV.txt", datas=SIGNED)
    browser.call(
        "srm.minutes", "write", [[record], {"signed_document_ids": [[4, file]]}]
    )
    open_form(browser, MINUTES, record)
    press(browser.page, "action_sign", "signed")


def close_decision(browser, decision: int, lang: str) -> None:
    """Without a proof it is refused; with one it is done."""
    page = browser.page
    open_form(browser, DECISION, decision)
    press(page, "action_start", "progress")
    page.click(".o_statusbar_buttons button[name=action_done]")
    page.wait_for_selector(".modal .modal-body")
    browser.screenshot(f"decision_no_proof_{lang}")
    page.click(".modal-footer .btn")
    page.click(".o_notebook .nav-link[name=proof]")
    page.fill(".o_field_widget[name=evidence] textarea", "Plan de récolement reçu")
    press(page, "action_done", "done")
    browser.screenshot(f"decision_done_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_the_meeting_to_the_proof(browser_page, lang):
    browser = browser_page(lang=lang, login="project.manager")
    code = {"fr": "095810111", "ar": "091630307"}[lang]
    commune = find(
        browser,
        "srm.territory",
        [["code_digits", "=like", f"{code[:5]}%"], ["level", "=", "commune"]],
    )
    first = meeting(browser, commune, f"Conseil communal {lang}")
    decision = hold(browser, first, lang)
    sign(browser, first)

    second = meeting(browser, commune, f"Conseil suivant {lang}")
    page = browser.page
    open_form(browser, MINUTES, second)
    press(page, "action_open", "open")
    page.click(".o_notebook .nav-link[name=carried]")
    page.wait_for_selector(".o_field_widget[name=carried_ids] .o_data_row >> nth=1")
    browser.screenshot(f"minutes_carried_{lang}")
    page.click(".o_statusbar_buttons button[name=action_approve_previous]")
    page.wait_for_selector(".o_form_view")
    close_decision(browser, decision, lang)
    state = browser.call("srm.minutes", "read", [[first], ["state"]])[0]["state"]
    assert state == "approved"

    open_form(browser, COMMUNE, commune)
    page.wait_for_selector(".oe_stat_button[name=action_srm_open] >> nth=4")
    browser.screenshot(f"commune_page_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_printed(browser_page, lang):
    browser = browser_page(lang=lang, login="project.manager")
    minutes = find(browser, "srm.minutes", [["state", "=", "signed"]])
    project = find(browser, "project.project", [["srm_state", "=", "works"]])
    funding = find(browser, "srm.funding", [["state", "=", "signed"]])
    for model, record in (
        ("srm.minutes", minutes),
        ("project.project", project),
        ("srm.funding", funding),
    ):
        action = browser.call(model, "action_print", [[record]])
        answer = browser.page.request.get(browser.server.base_url + action["url"])
        assert answer.headers["content-type"] == "application/pdf", model
        assert answer.body().startswith(b"%PDF-")
