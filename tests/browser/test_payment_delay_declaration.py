"""A quarter declared on the screen: propose, check, make the file, filed and locked.

The finance officer prepares, another person (the second finance manager) records the
filing: who prepares a declaration does not file it.
"""

import datetime

import pytest
from steps import press, wait_for_step

DECLARATION = "/odoo/action-srm_procurement.action_srm_payment_delay_declaration/{}"
LIST = "/odoo/action-srm_procurement.action_srm_payment_delay_declaration"
LINES = "/odoo/action-srm_procurement.action_srm_payment_delay_line"
MODEL = "srm.payment.delay.declaration"
TODAY = datetime.date.today()


def draft(browser) -> int:
    """The draft of the demonstration, else a correction of what is filed.

    A quarter is declared once: the second language finds the draft filed by the first.
    """
    domain = [["state", "!=", "filed"]]
    found = browser.call(MODEL, "search", [domain], limit=1)
    return found[0] if found else correction(browser)


def correction(browser) -> int:
    """A correction, with a forgotten vendor bill to declare."""
    domain = [["state", "=", "filed"], ["kind", "=", "normal"]]
    record = browser.call(MODEL, "search", [domain], limit=1)[0]
    last = datetime.date.fromisoformat(read(browser, record, "date_to")["date_to"])
    supplier = browser.call(
        "srm.payment.delay.line",
        "search_read",
        [[["declaration_id", "=", record]], ["partner_id"]],
        limit=1,
    )[0]["partner_id"][0]
    issued = (last - datetime.timedelta(80)).isoformat()
    line = {"name": "Pièces oubliées", "price_unit": 4200.0, "tax_ids": [[6, 0, []]]}
    bill = {
        "move_type": "in_invoice",
        "partner_id": supplier,
        "ref": "FA-OUBLIEE",
        "invoice_date": issued,
        "date": issued,
        "invoice_line_ids": [[0, 0, line]],
    }
    move = browser.call("account.move", "create", [[bill]])[0]
    browser.call("account.move", "action_post", [[move]])
    return browser.call(MODEL, "action_correct", [[record]])["res_id"]


def read(browser, record: int, *names: str) -> dict:
    return browser.call(MODEL, "read", [[record], list(names)])[0]


def open_form(browser, record: int) -> None:
    browser.goto(DECLARATION.format(record))
    browser.page.wait_for_selector(".o_form_view .o_form_sheet")


def fill(page, name: str, value: str) -> None:
    page.fill(f".o_field_widget[name={name}] input", value)
    page.keyboard.press("Tab")


def localized(browser, lang: str, day: datetime.date) -> str:
    """A date as the language writes it."""
    domain = [["iso_code", "=", lang]]
    found = browser.call("res.lang", "search_read", [domain, ["date_format"]], limit=1)
    return day.strftime(found[0]["date_format"])


def prepare(officer, record: int, lang: str) -> None:
    """Officer: back to draft, lines proposed, checked, file made and downloaded."""
    page = officer.page
    officer.call(MODEL, "action_back_to_draft", [[record]])
    officer.goto(LIST)
    page.wait_for_selector(".o_data_row")
    officer.screenshot(f"delay_declarations_{lang}")
    open_form(officer, record)
    press(page, "action_propose", "proposed")
    page.wait_for_selector("[name=top_line_ids] .o_data_row")
    officer.screenshot(f"delay_proposed_{lang}")
    press(page, "action_check", "checked")
    page.click(".o_notebook .nav-link[name=checks]")
    page.wait_for_selector("[name=top_check_ids] .o_data_row")
    officer.screenshot(f"delay_checked_{lang}")
    with page.expect_download() as download:
        page.click("button[name=action_make_file]")
    assert download.value.suggested_filename.endswith(".zip")
    with page.expect_download() as download:
        page.click("button[name=action_export_auditor]")
    assert download.value.suggested_filename.endswith(".xlsx")


def record_filing(manager, record: int, lang: str) -> None:
    """Second manager: visa, reference and date, then the lock."""
    page = manager.page
    open_form(manager, record)
    day = localized(manager, lang, TODAY)
    fill(page, "visa_auditor", "Cabinet Audit Souss (fictif)")
    fill(page, "visa_date", day)
    fill(page, "filing_reference", f"SIMPL-{record}")
    fill(page, "filing_date", day)
    page.click("button[name=action_file]")
    page.click(".modal-footer .btn-primary")
    wait_for_step(page, "filed")
    manager.screenshot(f"delay_filed_{lang}")
    assert page.locator("button[name=action_propose]").count() == 0
    assert page.locator(".o_field_widget[name=filing_reference] input").count() == 0


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_declaration_from_proposal_to_filing(browser_page, lang):
    officer = browser_page(lang=lang, login="finance.officer")
    manager = browser_page(lang=lang, login="finance.manager2")
    record = draft(officer)

    prepare(officer, record, lang)
    record_filing(manager, record, lang)
    found = read(manager, record, "state", "file_digest", "filed_by_id")
    assert found["state"] == "filed" and len(found["file_digest"]) == 64

    open_form(officer, record)
    officer.page.wait_for_selector("button[name=action_download_file]")
    officer.screenshot(f"delay_locked_{lang}")
    officer.goto(LINES)
    officer.page.wait_for_selector(".o_data_row")
    officer.screenshot(f"delay_lines_{lang}")
    officer.page.click(".o_data_row >> nth=0")
    officer.page.wait_for_selector("[name=explanation] table")
    officer.screenshot(f"delay_line_{lang}")
