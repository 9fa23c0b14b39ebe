"""A finance officer takes over the arrears register of a predecessor on the screen.

The register, its bad rows and its totals are those of the sample file that the
procurement add-on ships with its tests.
"""

from pathlib import Path

import pytest

from srm_cli import paths

SAMPLE = paths.ROOT / "addons/srm_procurement/tests/data/arrears_register.xlsx"
NEW_IMPORT = "/odoo/action-srm_base.srm_import_action/new"
ROWS, GOOD, BAD = 481, 449, 32
CLAIMED = {
    "ramsa": (144, "300124422.09"),
    "onee_water": (139, "240195461.30"),
    "onee_electricity": (166, "310680235.73"),
}


def upload(browser, file: Path, kind: str) -> None:
    """Fill in a new import: what it is, and the file."""
    page = browser.page
    browser.goto(NEW_IMPORT)
    page.click(".o_field_widget[name=kind] input")
    page.click(f".o_select_menu_item:has-text('{kind}')")
    page.set_input_files(".o_field_widget[name=file] input[type=file]", file)
    page.click("button[name=action_preview]")
    page.wait_for_selector(
        ".o_statusbar_status [data-value=previewed].o_arrow_button_current"
    )


def press(page, action: str, state: str, *, confirm: bool = False) -> None:
    """Press a button of the form and wait for the step it leads to."""
    page.click(f"button[name={action}]")
    if confirm:
        page.click(".modal-footer .btn-primary")
    page.wait_for_selector(
        f".o_statusbar_status [data-value={state}].o_arrow_button_current"
    )


def kind_label(browser) -> str:
    """The word for this kind of import in the user's language."""
    fields = browser.call("srm.import", "fields_get", [["kind"], ["selection"]])
    return dict(fields["kind"]["selection"])["arrears"]


def current_import(browser) -> dict:
    names = ["state", "row_count", "ok_count", "error_count", "loaded_count"]
    names += ["unchanged_count", "total_ids"]
    return browser.call(
        "srm.import", "search_read", [[], names], limit=1, order="id desc"
    )[0]


def totals_by_group(browser, total_ids) -> dict:
    names = ["group_code", "loaded_count", "amount_loaded", "count_gap"]
    rows = browser.call("srm.import.total", "read", [total_ids, names])
    return {row["group_code"]: row for row in rows}


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_register_with_bad_rows(browser_page, lang):
    browser = browser_page(lang=lang, login="finance.officer")
    page = browser.page
    upload(browser, SAMPLE, kind_label(browser))
    page.click(".o_notebook .nav-link[name=preview]")
    page.wait_for_selector("[name=preview_html] table")
    assert "SM-0001" in page.inner_text("[name=preview_html]")
    browser.screenshot(f"import_preview_{lang}")

    press(page, "action_check", "checked")
    found = current_import(browser)
    assert found["row_count"] == ROWS
    assert found["error_count"] == BAD
    browser.screenshot(f"import_checked_{lang}")

    page.click(".o_notebook .nav-link[name=totals]")
    page.click(".oe_stat_button:has(.fa-exclamation-triangle)")
    page.wait_for_selector(".o_list_view .o_data_row")
    assert page.locator(".o_data_row").count() == BAD
    assert "SM-0008" in page.inner_text(".o_list_view")
    browser.screenshot(f"import_bad_rows_{lang}")
    page.click(".o_data_row:has-text('SM-0008') .o_data_cell >> nth=1")
    page.wait_for_selector("[name=cells] table")
    browser.screenshot(f"import_bad_row_{lang}")
