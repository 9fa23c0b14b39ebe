"""The yield page of a sector: entry, alert, validation at two levels."""

import datetime

import pytest
from steps import create, find, open_form, press

SECTOR = "/odoo/srm-sectors/{}"
VOLUME = "/odoo/action-srm_projects.action_srm_water_balance/{}"
DASHBOARD = "/odoo/action-srm_projects.action_srm_yield_dashboard"
FIRST = datetime.date.today().replace(day=1)


def enter(officer, lang: str) -> tuple[int, int]:
    """A sector whose month does not match: more billed than brought in."""
    sector = create(
        officer,
        "srm.sector",
        code=f"T-{lang}",
        name="Secteur d'essai",
        service_id=find(officer, "srm.service", [["code", "=", "water"]]),
        km=120,
        connections=6000,
        pressure=40,
    )
    volume = create(
        officer,
        "srm.water.balance",
        sector_id=sector,
        month=FIRST.isoformat(),
        brought_in=100_000,
        billed_metered=115_000,
    )
    return sector, volume


def refuse(manager, volume: int, lang: str) -> None:
    page = manager.page
    open_form(manager, VOLUME, volume)
    page.wait_for_selector(".o_form_view .alert-warning")
    manager.screenshot(f"yield_mismatch_{lang}")
    press(page, "action_validate_directorate", "directorate")
    page.click(".o_statusbar_buttons button[name=action_reject]")
    page.wait_for_selector(".modal .o_field_widget[name=reason] input")
    page.fill(".modal .o_field_widget[name=reason] input", "Index du mois suivant")
    page.click(".modal button[name=action_confirm]:visible")
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector(
        "[data-value=draft].o_arrow_button_current", state="attached"
    )


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_sector_from_entry_to_validation(browser_page, lang):
    officer = browser_page(lang=lang, login="network.officer")
    manager = browser_page(lang=lang, login="network.manager")
    sector, volume = enter(officer, lang)
    refuse(manager, volume, lang)
    officer.call("srm.water.balance", "write", [[volume], {"brought_in": 150_000}])
    open_form(manager, VOLUME, volume)
    press(manager.page, "action_validate_directorate", "directorate")
    manager.page.click(".o_notebook .nav-link[name=log]")
    manager.page.wait_for_selector(".o_field_widget[name=log_ids] .o_data_row")
    manager.screenshot(f"yield_validated_{lang}")
    open_form(officer, SECTOR, sector)
    officer.page.wait_for_selector(".o_field_widget[name=volume_ids] .o_data_row")
    officer.screenshot(f"yield_sector_{lang}")
    officer.goto(DASHBOARD)
    officer.page.wait_for_selector(".o_srm_dashboard canvas >> nth=1")
    officer.screenshot(f"yield_dashboard_{lang}")
