"""What the browser tests do again and again: records by RPC, forms, buttons, steps."""

from __future__ import annotations


def create(browser, model: str, vals: dict | None = None, **values) -> int:
    """Id of a record made with the rights of the logged-in user."""
    return browser.call(model, "create", [[{**(vals or {}), **values}]])[0]


def find(browser, model: str, domain: list) -> int:
    """Id of the first record, in the order of its list."""
    return browser.call(model, "search", [domain], limit=1)[0]


def newest(browser, model: str, domain: list, order: str = "id desc") -> int:
    """Id of the record made last."""
    return browser.call(model, "search", [domain], limit=1, order=order)[0]


def open_form(browser, path: str, record: int | str) -> None:
    browser.goto(path.format(record))
    browser.page.wait_for_selector(".o_form_view .o_form_sheet")


def press(page, action: str, step: str, *, confirm: bool = False) -> None:
    """Press a button of the form and wait for the step it leads to."""
    page.click(f".o_form_view button[name={action}] >> nth=0")
    if confirm:
        page.click(".modal-footer .btn-primary")
    wait_for_step(page, step)


def wait_for_step(page, step: str) -> None:
    page.wait_for_selector(
        f"[data-value={step}].o_arrow_button_current", state="attached"
    )
