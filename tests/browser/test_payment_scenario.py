"""From a monthly ceiling to a payment order, on the screen.

The officer computes two scenarios and compares them, a finance manager chooses one,
the officer proposes the settlements of its first month; once signed and scheduled, the
payment order of the month is prepared from the scenario.
"""

import base64
import datetime

import pytest
from steps import open_form

SCENARIO = "/odoo/action-srm_procurement.action_srm_payment_scenario/{}"
LIST = "/odoo/action-srm_procurement.action_srm_payment_scenario"
FILE = "/odoo/action-srm_procurement.action_srm_debt_file/{}"
CASES = "/odoo/action-srm_procurement.action_srm_debt_case"
PROOF = base64.b64encode(b"protocole").decode()


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def create_scenario(browser, name: str, ceiling: float, **values) -> int:
    vals = {"name": name, "ceiling": ceiling, "deduct_agreed": False} | values
    return browser.call("srm.payment.scenario", "create", [[vals]])[0]


def state_is(page, state: str) -> None:
    page.wait_for_selector(
        f"[data-value={state}].o_arrow_button_current", state="attached"
    )


def retire_chosen(browser) -> None:
    """The demonstration has a chosen scenario: it makes room for this one."""
    chosen = browser.call(
        "srm.payment.scenario", "search", [[["state", "=", "frozen"]]]
    )
    for scenario in chosen:
        page = browser.page
        open_form(browser, SCENARIO, scenario)
        page.click("button[name=action_retire]")
        page.fill(".modal .o_field_widget[name=reason] textarea", "Enveloppe revue")
        page.click(".modal button[name=action_confirm]:visible")
        page.wait_for_selector(".modal", state="detached")
        state_is(page, "retired")


def compute_on_screen(browser, scenario: int, lang: str) -> None:
    page = browser.page
    open_form(browser, SCENARIO, scenario)
    page.click(".o_form_view button[name=action_compute]:visible")
    state_is(page, "computed")
    page.click(".o_notebook .nav-link[name=months]")
    page.wait_for_selector(".o_field_widget[name=month_ids] .o_data_row")
    browser.screenshot(f"payment_scenario_{lang}")


def compare(browser, names: list[str], lang: str) -> None:
    """Side by side in the dialog, then month by month in the graph."""
    page = browser.page
    browser.goto(LIST)
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    for name in names:
        row = page.locator(".o_data_row", has_text=name)
        row.locator(".o_list_record_selector input").check()
    page.click("button[name=action_compare]")
    page.wait_for_selector(".modal .o_srm_comparison")
    text = page.inner_text(".modal .o_srm_comparison")
    assert all(name in text for name in names)
    assert page.locator(".modal .o_srm_comparison td.fw-bold").count() >= 2
    browser.screenshot(f"payment_scenario_compare_{lang}")
    page.click(".modal button[name=action_view_graph]")
    page.wait_for_selector(".o_graph_view canvas")
    page.wait_for_timeout(1000)  # the chart is drawn with an animation
    browser.screenshot(f"payment_scenario_months_{lang}")


def choose(browser, scenario: int, lang: str) -> None:
    page = browser.page
    open_form(browser, SCENARIO, scenario)
    page.click("button[name=action_freeze]")
    page.wait_for_selector(".modal .o_field_widget[name=reason] textarea")
    page.fill(".modal .o_field_widget[name=reason] textarea", "Tient dans l'enveloppe")
    browser.screenshot(f"payment_scenario_freeze_{lang}")
    page.click(".modal button[name=action_confirm]:visible")
    page.wait_for_selector(".modal", state="detached")
    state_is(page, "frozen")


def propose(browser, scenario: int, lang: str) -> list[int]:
    """Draft settlements of the first month of the chosen scenario."""
    page = browser.page
    open_form(browser, SCENARIO, scenario)
    page.click(".o_form_view .o_statusbar_buttons button[name=action_propose]")
    page.wait_for_selector(".modal .o_field_widget[name=file_count]")
    browser.screenshot(f"payment_scenario_propose_{lang}")
    page.click(".modal button[name=action_confirm]")
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    browser.screenshot(f"payment_scenario_settlements_{lang}")
    domain = [["scenario_id", "=", scenario]]
    return browser.call("srm.settlement", "search", [domain], order="id")


def schedule(officer, manager, settlement: int) -> None:
    """Signed by the creditor, approved by the manager who certified nothing."""
    officer.call("srm.settlement", "action_propose", [[settlement]])
    proof = {
        "signed_document": PROOF,
        "date_signed": datetime.date.today().isoformat(),
        "signatory": "Le gérant",
    }
    officer.call("srm.settlement", "write", [[settlement], proof])
    manager.call("srm.settlement", "action_agree", [[settlement]])
    officer.call("srm.settlement", "action_schedule", [[settlement]])


def prepare_order(browser, scenario: int, lang: str) -> None:
    page = browser.page
    open_form(browser, SCENARIO, scenario)
    page.locator(
        ".o_field_widget[name=month_ids] button[name=action_prepare_orders]"
    ).first.click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=payment_mode_id]")
    browser.screenshot(f"payment_scenario_order_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_the_ceiling_to_the_payment_order(browser_page, lang):
    officer = browser_page(lang=lang, login="finance.officer")
    manager = browser_page(lang=lang, login="finance.manager2")
    retire_chosen(manager)
    names = [f"Plafond large {lang}", f"Plafond serré {lang}"]
    large = create_scenario(officer, names[0], 900_000)
    tight = create_scenario(officer, names[1], 250_000, months=36)
    compute_on_screen(officer, large, lang)
    officer.call("srm.payment.scenario", "action_compute", [[tight]])
    compare(officer, names, lang)
    choose(manager, large, lang)
    settlements = propose(officer, large, lang)
    assert settlements
    ready = settlements[0]
    schedule(officer, manager, ready)
    prepare_order(officer, large, lang)
    assert read(officer, "srm.settlement", ready, "scenario_id")["scenario_id"][0] == (
        large
    )
    instalments = officer.call(
        "srm.settlement.instalment",
        "search_read",
        [[["settlement_id", "=", ready]], ["state"]],
    )
    assert "ordered" in {item["state"] for item in instalments}


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_files_in_depth(browser_page, lang):
    """Court, set-off, assignment and duplicates of the demonstration are shown."""
    browser = browser_page(lang=lang, login="finance.officer")
    page = browser.page
    case = browser.call(
        "srm.debt.case", "search_read", [[["state", "=", "open"]], ["file_id"]], limit=1
    )[0]
    open_form(browser, FILE, case["file_id"][0])
    page.wait_for_selector("button[name=action_view_cases]")
    browser.screenshot(f"debt_file_depth_{lang}")
    page.click("button[name=action_view_cases]")
    # The form that is left has lists too.
    page.locator(".o_view_controller.o_list_view .o_data_cell").first.click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=court_name]")
    browser.screenshot(f"debt_case_{lang}")
    for action, name in (
        ("action_srm_debt_setoff", "debt_setoffs"),
        ("action_srm_debt_assignment", "debt_assignments"),
        ("action_srm_debt_duplicate", "debt_duplicates"),
        ("action_srm_debt_dispute", "debt_disputes"),
    ):
        browser.goto(f"/odoo/action-srm_procurement.{action}")
        page.wait_for_selector(".o_action.o_list_view .o_data_row")
        browser.screenshot(f"{name}_{lang}")
