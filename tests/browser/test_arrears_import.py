"""A finance officer takes over the arrears register of a predecessor on the screen.

The register, its bad rows and its totals are those of the sample file that the
procurement add-on ships with its tests.
"""

from pathlib import Path

from steps import press, wait_for_step

from srm_cli import paths

SAMPLE = paths.ROOT / "addons/srm_procurement/tests/data/arrears_register.xlsx"
NEW_IMPORT = "/odoo/action-srm_base.srm_import_action/new"
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001"}
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
    wait_for_step(page, "previewed")


def kind_label(browser, lang: str) -> str:
    """The word for this kind of import in the user's language."""
    context = {"lang": LANGUAGES[lang]}
    args = [["kind"], ["selection"]]
    fields = browser.call("srm.import", "fields_get", args, context=context)
    return dict(fields["kind"]["selection"])["arrears"]


def current_import(browser) -> dict:
    names = ["state", "row_count", "ok_count", "error_count", "loaded_count"]
    names += ["unchanged_count", "total_ids"]
    return browser.call(
        "srm.import", "search_read", [[], names], limit=1, order="id desc"
    )[0]


def claimed_by_predecessor(browser, total_ids) -> dict:
    """Control totals of the amount claimed, by the code of the predecessor."""
    domain = [["id", "in", total_ids], ["amount_field", "=", "amount_claimed"]]
    names = ["group_code", "loaded_count", "loaded_amount"]
    names += ["difference_count", "difference_amount"]
    rows = browser.call("srm.import.total", "search_read", [domain, names])
    return {row["group_code"]: row for row in rows}


def bad_rows(browser, lang: str) -> dict[str, list[str]]:
    """Reasons by reference of the rows that cannot be loaded."""
    domain = [["state", "in", ["error", "rejected"]]]
    names = ["origin_reference", "reason_text"]
    context = {"lang": LANGUAGES[lang]}
    rows = browser.call(
        "srm.import.row", "search_read", [domain, names], context=context
    )
    return {row["origin_reference"]: row["reason_text"] for row in rows}


def check(browser, lang: str) -> dict:
    """Upload, look at the preview, check; the figures of the import."""
    page = browser.page
    upload(browser, SAMPLE, kind_label(browser, lang))
    page.click(".o_notebook .nav-link[name=preview]")
    page.wait_for_selector("[name=preview_html] table")
    assert "SM-0001" in page.inner_text("[name=preview_html]")
    browser.screenshot(f"import_preview_{lang}")
    press(page, "action_check", "checked")
    return current_import(browser)


def open_bad_rows(browser, lang: str) -> None:
    page = browser.page
    page.click(".oe_stat_button:has(.fa-exclamation-triangle)")
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    assert page.locator(".o_data_row").count() == BAD
    browser.screenshot(f"import_bad_rows_{lang}")
    page.click(".o_data_row:has-text('SM-0008') .o_data_cell >> nth=1")
    page.wait_for_selector("[name=cells] table")


def test_register_is_loaded_and_reconciled(browser_page):
    """449 rows become debts, 32 stay out with their reasons, the totals agree."""
    browser = browser_page(lang="fr", login="finance.officer")
    page = browser.page
    before = browser.call("srm.debt", "search_count", [[]])
    found = check(browser, "fr")
    assert (found["row_count"], found["ok_count"]) == (ROWS, GOOD)
    assert found["error_count"] == BAD
    open_bad_rows(browser, "fr")
    assert "clé" in page.inner_text("[name=cells] [data-field=ice]")
    browser.screenshot("import_bad_row_fr")

    page.go_back()
    page.go_back()
    wait_for_step(page, "checked")
    press(page, "action_load", "loaded", confirm=True)
    page.click(".o_notebook .nav-link[name=totals]")
    page.wait_for_selector("[name=total_ids] .o_data_row")
    browser.screenshot("import_totals_fr")
    found = current_import(browser)
    assert found["loaded_count"] == GOOD
    totals = claimed_by_predecessor(browser, found["total_ids"])
    for code, (count, claimed) in CLAIMED.items():
        assert totals[code]["loaded_count"] == count
        assert f"{totals[code]['loaded_amount']:.2f}" == claimed
        assert totals[code]["difference_count"] == 0
        assert totals[code]["difference_amount"] == 0
    assert browser.call("srm.debt", "search_count", [[]]) == before + GOOD
    press(page, "action_close", "closed")
    browser.screenshot("import_closed_fr")


def test_same_register_in_arabic(browser_page):
    """Reasons are in the reader's language; nothing is loaded a second time."""
    browser = browser_page(lang="ar", login="finance.arabic")
    found = check(browser, "ar")
    assert found["row_count"] == ROWS
    assert found["error_count"] == BAD
    assert found["ok_count"] + found["unchanged_count"] == GOOD
    open_bad_rows(browser, "ar")
    browser.screenshot("import_bad_row_ar")
    reasons = bad_rows(browser, "ar")
    assert all(
        any("\u0600" <= letter <= "\u06ff" for letter in text)
        for text in reasons.values()
    )


def test_file_that_is_no_spreadsheet(browser_page, tmp_path):
    """A wrong file is refused in a sentence; what was typed stays."""
    browser = browser_page(lang="fr", login="finance.officer")
    page = browser.page
    wrong = tmp_path / "registre.xlsx"
    wrong.write_bytes(b"this is no workbook")
    browser.goto(NEW_IMPORT)
    page.click(".o_field_widget[name=kind] input")
    page.click(f".o_select_menu_item:has-text('{kind_label(browser, 'fr')}')")
    page.set_input_files(".o_field_widget[name=file] input[type=file]", wrong)
    page.click("button[name=action_preview]")
    page.wait_for_selector(".modal .o_error_dialog, .modal .modal-body")
    assert "registre.xlsx" in page.inner_text(".modal")
    browser.screenshot("import_wrong_file_fr")
    page.click(".modal-footer button")
    assert page.locator(".o_field_widget[name=kind] input").count() == 1
