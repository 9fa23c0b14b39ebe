"""The arrears dashboard: figures of the demonstration, charts, drill-down."""

import pytest

DASHBOARD = "/odoo/action-srm_procurement.action_srm_arrears_dashboard"


def figures(browser) -> dict:
    """The cards of the dashboard by key, as the server computes them."""
    found = browser.call("srm.arrears.dashboard", "get_dashboard", [{}])
    return {card["key"]: card for card in found["cards"]}


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_dashboard(browser_page, lang):
    browser = browser_page(lang=lang, login="finance.manager")
    page = browser.page
    browser.goto(DASHBOARD)
    page.wait_for_selector("canvas")
    page.wait_for_function("document.querySelectorAll('canvas').length >= 4")
    page.wait_for_timeout(1200)  # the charts are drawn with an animation
    browser.screenshot(f"arrears_dashboard_{lang}")
    cards = figures(browser)
    fields = ["amount_claimed:sum", "amount_remaining:sum"]
    totals = browser.call("srm.debt", "formatted_read_group", [[], [], fields])[0]
    assert cards["amount_claimed"]["value"] == pytest.approx(
        totals["amount_claimed:sum"]
    )
    assert cards["amount_remaining"]["value"] == pytest.approx(
        totals["amount_remaining:sum"]
    )


def test_every_card_opens_its_records(browser_page):
    browser = browser_page(lang="fr", login="finance.manager")
    page = browser.page
    for index, card in enumerate(figures(browser).values()):
        assert card["action"], f"{card['key']} leads nowhere"
        browser.goto(DASHBOARD)
        page.wait_for_selector("canvas")
        page.locator(".o_srm_cards .o_srm_card").nth(index).click()
        page.wait_for_selector(".o_action.o_list_view, .o_kanban_view")


def test_director_sees_and_cannot_change(browser_page):
    browser = browser_page(lang="fr", login="director")
    page = browser.page
    browser.goto("/odoo/action-srm_procurement.action_srm_debt_file")
    page.wait_for_selector(".o_kanban_record, .o_data_row")
    assert page.locator(".o_control_panel .o_list_button_add").count() == 0
    assert page.locator(".o_control_panel .o-kanban-button-new").count() == 0
