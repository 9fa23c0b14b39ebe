"""The auditor's page, and the month of carbon through three persons."""

import io
import zipfile

import pytest
from steps import newest, open_form, press

AUDITOR = "/odoo/action-srm_hse.srm_auditor_page_action"
CARBON = "/odoo/action-srm_hse.srm_carbon_dashboard_action"
COMMUNICATION = "/odoo/action-srm_hse.srm_communication_action/{}"
CHANGE = "/odoo/action-srm_hse.srm_change_action"
DEVICE = "/odoo/action-srm_hse.srm_measuring_device_action"
PERIOD = "/odoo/action-srm_hse.srm_carbon_period_action/{}"
STATEMENT = "/odoo/action-srm_hse.srm_carbon_statement_action/{}"
PHONE = {"width": 390, "height": 844}
SITE = "AGA-SIEGE"


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def refused(browser, action: str, shot: str) -> str:
    """Press a button that the rules refuse; the words of the refusal."""
    page = browser.page
    page.click(f".o_form_view button[name={action}]")
    page.wait_for_selector(".modal .modal-body")
    text = page.inner_text(".modal .modal-body")
    browser.screenshot(shot)
    page.click(".modal-footer button")
    page.wait_for_selector(".modal", state="detached")
    return text


def overflow(page) -> int:
    """Pixels that stick out of the screen sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


# The auditor


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_auditor_s_page(browser_page, lang):
    """Three colours from live records, each clause one click away, and the pack."""
    browser = browser_page(lang=lang, login="director")
    page = browser.page
    browser.goto(AUDITOR)
    page.wait_for_selector(".o_srm_dashboard table tbody tr")
    browser.screenshot(f"hse_auditor_{lang}")
    figures = browser.call("srm.auditor.page", "get_dashboard", [{}])
    cards = {card["key"]: card["value"] for card in figures["cards"]}
    assert cards["green"] and cards["missing"]
    rows = figures["tables"][1]["rows"]
    assert sum(cards.values()) == len(rows)

    clause = page.locator(".o_srm_panel").nth(1).locator("tbody button").first
    assert clause.inner_text() == rows[0][0]
    clause.click()
    page.wait_for_selector(".o_form_view .o_form_sheet")
    browser.screenshot(f"hse_clause_{lang}")

    edition = int(figures["filters"][0]["options"][0][0])
    action = browser.call("srm.standard.edition", "action_evidence_pack", [[edition]])
    answer = page.request.get(browser.server.base_url + action["url"])
    with zipfile.ZipFile(io.BytesIO(answer.body())) as pack:
        assert "index.xlsx" in pack.namelist()
        assert len(pack.namelist()) > 5

    small = browser_page(lang=lang, login="director", viewport=PHONE)
    small.goto(AUDITOR)
    small.page.wait_for_selector(".o_srm_dashboard table tbody tr")
    small.screenshot(f"hse_auditor_phone_{lang}")
    assert overflow(small.page) <= 0


def complaint(browser) -> int:
    """A complaint whose answer is overdue; each test answers one of its own."""
    party = newest(browser, "srm.interested.party", [])
    vals = {
        "subject": "Bruit du groupe de secours",
        "direction": "received",
        "kind": "complaint",
        "party_id": party,
        "date": "2026-01-05",
        "answer_due": "2026-01-20",
    }
    return browser.call("srm.communication", "create", [[vals]])[0]


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_complaint_from_late_to_answered(browser_page, lang):
    """Late on the auditor's page until the answer is written."""
    browser = browser_page(lang=lang, login="hse.officer")
    page, number = browser.page, complaint(browser)
    open_form(browser, COMMUNICATION, number)
    browser.screenshot(f"hse_complaint_late_{lang}")
    assert read(browser, "srm.communication", number, "late")["late"]
    assert refused(browser, "action_done", f"hse_complaint_refused_{lang}")
    page.click(".o_notebook .nav-link[name=answer]")
    page.fill(".o_field_widget[name=answer] textarea", "Capotage posé, lettre envoyée")
    press(page, "action_done", "done")
    browser.screenshot(f"hse_complaint_done_{lang}")
    found = read(browser, "srm.communication", number, "late", "answer_date")
    assert not found["late"] and found["answer_date"]
    browser.goto(CHANGE)
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    page.click(".o_data_row >> nth=0 >> .o_data_cell >> nth=1")
    page.wait_for_selector(".o_form_view .o_form_sheet")
    browser.screenshot(f"hse_change_{lang}")
    browser.goto(DEVICE)
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    browser.screenshot(f"hse_devices_{lang}")


# Carbon


def pending(browser) -> int:
    """The oldest month of the head office that is still to be entered."""
    domain = [["site_id.code", "=", SITE], ["state", "=", "draft"]]
    return newest(browser, "srm.carbon.statement", domain, "month")


def enter(browser, statement: int, lang: str) -> None:
    """The electricity bill and the sheet of the cooling engineer."""
    page = browser.page
    open_form(browser, STATEMENT, statement)
    row = page.locator("[name=line_ids] .o_data_row", has_text="SIEGE-EL")
    row.locator("[name=quantity]").click()
    selected = "[name=line_ids] .o_selected_row"
    page.fill(f"{selected} [name=quantity] input", "3210")
    page.fill(f"{selected} [name=evidence] input", "Facture 2291-118")
    page.click(".o_form_sheet .oe_title")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_button_save", state="hidden")
    browser.screenshot(f"hse_carbon_entered_{lang}")
    total = read(browser, "srm.carbon.statement", statement, "total")["total"]
    assert total == 1854.257  # 3,210 kWh at 0.57765, to the gram


def validate(officer, checker, manager, statement: int, lang: str) -> None:
    """Enter, check, validate: three persons, and nobody does two steps."""
    open_form(officer, STATEMENT, statement)
    press(officer.page, "action_submit", "submitted")
    assert refused(officer, "action_check", f"hse_carbon_same_person_{lang}")
    open_form(checker, STATEMENT, statement)
    press(checker.page, "action_check", "checked")
    open_form(manager, STATEMENT, statement)
    press(manager.page, "action_validate", "validated")
    manager.screenshot(f"hse_carbon_validated_{lang}")
    names = ["submitted_by_id", "checked_by_id", "validated_by_id"]
    found = read(manager, "srm.carbon.statement", statement, *names)
    assert len({found[name][0] for name in names}) == 3


def show_month(browser, statement: int, lang: str) -> None:
    """The month of all sites, against the ceiling, the perimeter beside it."""
    page = browser.page
    period = read(browser, "srm.carbon.statement", statement, "period_id")
    number = period["period_id"][0]
    open_form(browser, PERIOD, number)
    browser.screenshot(f"hse_carbon_month_{lang}")
    for name, start in (("action_print", b"%PDF-"), ("action_xlsx", b"PK")):
        action = browser.call("srm.carbon.period", name, [[number]])
        answer = page.request.get(browser.server.base_url + action["url"])
        assert answer.body().startswith(start), name
    browser.goto(CARBON)
    page.wait_for_selector(".o_srm_dashboard canvas")
    browser.screenshot(f"hse_carbon_dashboard_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_month_of_carbon(browser_page, lang):
    officer = browser_page(lang=lang, login="hse.officer")
    checker = browser_page(lang=lang, login="hse.officer2")
    manager = browser_page(lang=lang, login="hse.manager")
    statement = pending(officer)
    enter(officer, statement, lang)
    validate(officer, checker, manager, statement, lang)
    show_month(browser_page(lang=lang, login="director"), statement, lang)

    small = browser_page(lang=lang, login="director", viewport=PHONE)
    open_form(small, STATEMENT, statement)
    small.screenshot(f"hse_carbon_phone_{lang}")
    assert overflow(small.page) <= 0
