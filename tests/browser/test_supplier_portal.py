"""A creditor on the portal, the officer who answers, and the reports.

The creditor logs in, sees its file, sends a document, disputes an amount and accepts
the proposal; the officer finds every step in the file. Then the screens of the reports.
"""

import re

import pytest

FILE = "/odoo/action-srm_procurement.action_srm_debt_file/{}"
SETTLEMENT = "/odoo/action-srm_procurement.srm_settlement_action/{}"
SNAPSHOT = "/odoo/action-srm_procurement.action_srm_arrears_snapshot/{}"
COMPOSITION = "/odoo/action-srm_procurement.action_srm_arrears_snapshot_line"
DELAYS = "/odoo/action-srm_procurement.action_srm_payment_delay_report"
PHONE = {"width": 390, "height": 844}
LOCALES = {"fr": "fr_FR", "ar": "ar_001"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
NAMES = {"fr": "Aïcha Amzil", "ar": "عائشة أمزيل"}
REASONS = {
    "fr": "La révision des prix n'est pas comptée.",
    "ar": "لم تحتسب مراجعة الأثمنة.",
}


def find(browser, model: str, domain: list, **options) -> list:
    return browser.call(model, "search", [domain], **options)


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def prepare(admin, lang: str) -> dict:
    """A proposal to answer for the creditor of the demonstration, in its language."""
    user = find(admin, "res.users", [["login", "=", "supplier"]])[0]
    admin.call("res.users", "write", [[user], {"lang": LOCALES[lang]}])
    partner = read(admin, "res.users", user, "commercial_partner_id")
    firm = partner["commercial_partner_id"][0]
    file = find(admin, "srm.debt.file", [["partner_id", "=", firm]])[0]
    settlement = find(
        admin, "srm.settlement", [["file_id", "=", file], ["state", "=", "proposed"]]
    )[0]
    debt = find(
        admin,
        "srm.debt",
        [["file_id", "=", file], ["stage", "=", "registered"]],
        order="id desc",
    )[0]
    return {"file": file, "settlement": settlement, "debt": debt}


def log_in(page, browser) -> None:
    browser.goto("/web/login?redirect=/my")
    page.fill("input[name=login]", "supplier")
    page.fill("input[name=password]", browser.server.logins["supplier"])
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_portal_my_home")


def no_sideways_scroll(page) -> None:
    """Nothing of the page is wider than the screen."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth") + 1


def send_document(page) -> None:
    form = page.locator("form[name=upload]").first
    form.locator("input[type=file]").set_input_files(
        {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    form.locator("button[type=submit]").click()
    page.wait_for_selector(".alert-success")


def dispute(page, lang: str) -> None:
    page.select_option("form[name=dispute] select", "claimed")
    page.fill("form[name=dispute] input[name=amount]", "85 000,50")
    page.fill("form[name=dispute] textarea", REASONS[lang])
    page.click("form[name=dispute] button[type=submit]")
    page.wait_for_selector("[name=objection]")


def accept(page, lang: str) -> None:
    page.fill("form[name=accept] input[name=name]", NAMES[lang])
    page.check("form[name=accept] input[name=agree]")
    page.click("form[name=accept] button[type=submit]")
    page.wait_for_selector("[name=decision]")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_creditor_answers_and_officer_reads(browser_page, lang):
    officer = browser_page(lang=lang, login="finance.manager")
    admin = browser_page(lang="en", login="admin")
    ids = prepare(admin, lang)
    if lang == "ar":
        # The French creditor has answered: the same proposal is made again.
        renew(officer, ids["settlement"])

    creditor = browser_page(lang=lang)
    page = creditor.page
    log_in(page, creditor)
    page.wait_for_selector("a[href='/my/arrears']:visible")
    creditor.screenshot(f"portal_home_{lang}")
    creditor.goto("/my/arrears")
    page.wait_for_selector(f"[data-file='{ids['file']}']")
    no_sideways_scroll(page)
    creditor.screenshot(f"portal_file_{lang}")

    creditor.goto(f"/my/arrears/debt/{ids['debt']}")
    send_document(page)
    dispute(page, lang)
    creditor.screenshot(f"portal_debt_{lang}")

    creditor.goto(f"/my/arrears/proposal/{ids['settlement']}")
    page.wait_for_selector("form[name=accept]")
    creditor.screenshot(f"portal_proposal_{lang}")
    path = page.get_attribute("a[name=proposal_pdf]", "href")
    pdf = page.request.get(creditor.server.base_url + path)
    assert pdf.body()[:5] == b"%PDF-"
    accept(page, lang)
    creditor.screenshot(f"portal_accepted_{lang}")

    assert_recorded(officer, ids, lang)


def renew(officer, settlement: int) -> None:
    officer.call("srm.settlement", "action_back_to_draft", [[settlement]])
    officer.call("srm.settlement", "action_propose", [[settlement]])


def assert_recorded(officer, ids: dict, lang: str) -> None:
    """The officer sees the document, the objection, the acceptance and the history."""
    page = officer.page
    officer.goto(FILE.format(ids["file"]))
    page.wait_for_selector(".o_form_view .o_form_sheet")
    page.click(".o_notebook .nav-link[name=dialogue]")
    page.wait_for_selector("[name=contact_ids] .o_data_row >> nth=2")
    page.locator("[name=contact_ids]").scroll_into_view_if_needed()
    officer.screenshot(f"portal_history_{lang}")
    steps = officer.call(
        "srm.debt.contact",
        "search_read",
        [[["file_id", "=", ids["file"]], ["channel", "=", "portal"]], ["summary"]],
        limit=3,
        order="id desc",
    )
    text = "\n".join(step["summary"] for step in steps)
    assert REASONS[lang] in text
    assert NAMES[lang] in text
    assert "facture.pdf" in text
    answer = read(
        officer,
        "srm.settlement",
        ids["settlement"],
        "portal_decision",
        "portal_decision_name",
        "portal_decision_hash",
        "portal_document_hash",
        "state",
    )
    assert answer["portal_decision"] == "accepted"
    assert answer["portal_decision_name"] == NAMES[lang]
    assert answer["portal_decision_hash"] == answer["portal_document_hash"]
    assert answer["state"] == "proposed"
    officer.goto(SETTLEMENT.format(ids["settlement"]))
    page.click(".o_notebook .nav-link[name=portal]")
    page.wait_for_selector("[name=portal_decision_hash]")
    officer.screenshot(f"portal_answer_{lang}")
    answer_objection(officer, ids["debt"])


def answer_objection(officer, debt: int) -> None:
    """Answered on screen, so that the next creditor may object again."""
    page = officer.page
    domain = [["debt_id", "=", debt], ["state", "=", "open"]]
    objection = find(officer, "srm.debt.objection", domain)[0]
    officer.goto(f"/odoo/action-srm_procurement.action_srm_debt_objection/{objection}")
    page.fill(
        ".o_field_widget[name=answer] textarea", "Révision comptée au décompte 4."
    )
    page.click("button[name=action_refuse]")
    page.wait_for_selector(
        "[data-value=refused].o_arrow_button_current", state="attached"
    )


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_on_a_phone(browser_page, lang):
    admin = browser_page(lang="en", login="admin")
    ids = prepare(admin, lang)
    phone = browser_page(
        lang=lang, viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    page = phone.page
    log_in(page, phone)
    for path, name in (
        ("/my/arrears", "file"),
        (f"/my/arrears/debt/{ids['debt']}", "debt"),
        (f"/my/arrears/proposal/{ids['settlement']}", "proposal"),
    ):
        phone.goto(path)
        page.wait_for_selector(".o_srm_portal")
        no_sideways_scroll(page)
        phone.screenshot(f"portal_phone_{name}_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_letters_on_screen(browser_page, lang):
    officer = browser_page(lang=lang, login="finance.officer")
    page = officer.page
    file = find(
        officer,
        "srm.debt.file",
        [["debt_ids.stage", "=", "registered"], ["user_id", "!=", False]],
        order="id",
    )[0]
    before = count(officer, file)
    officer.goto(FILE.format(file))
    page.click("button[name=action_letter_missing]")
    page.wait_for_selector(".modal [name=lang]")
    officer.screenshot(f"letter_wizard_{lang}")
    with page.expect_download() as download:
        page.click(".modal button[name=action_keep]")
    assert download.value.path().read_bytes()[:5] == b"%PDF-"
    assert count(officer, file) == before + 1


def count(browser, file: int) -> int:
    domain = [["file_id", "=", file], ["letter_kind", "=", "missing"]]
    return browser.call("srm.debt.contact", "search_count", [domain])


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_reports(browser_page, lang):
    manager = browser_page(lang=lang, login="finance.manager")
    page = manager.page
    snapshot = last_snapshot(manager)
    manager.goto(SNAPSHOT.format(snapshot))
    page.wait_for_selector(".o_form_sheet")
    if page.locator("button[name=action_take]:visible").count():
        page.click("button[name=action_take]")
    page.wait_for_selector("button[name=action_export]")
    manager.screenshot(f"snapshot_{lang}")
    found = read(manager, "srm.arrears.snapshot", snapshot, "debt_count", "line_ids")
    assert found["debt_count"] == len(found["line_ids"]) > 0
    with page.expect_download() as download:
        page.click("button[name=action_export]")
    assert download.value.path().read_bytes()[:2] == b"PK"

    manager.goto(COMPOSITION)
    page.wait_for_selector(".o_pivot table")
    manager.screenshot(f"composition_{lang}")
    page.click(".o_pivot_cell_value:not(.o_empty) >> nth=0")
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    manager.screenshot(f"composition_list_{lang}")

    manager.goto(DELAYS)
    page.wait_for_selector(".o_pivot table")
    manager.screenshot(f"payment_delays_{lang}")
    page.click(".o_switch_view.o_graph")
    page.wait_for_selector("canvas")
    page.wait_for_timeout(1000)  # the chart is drawn with an animation
    manager.screenshot(f"payment_delays_graph_{lang}")
    assert re.fullmatch(r"\d{4}-T[1-4]", name_of(manager, snapshot))


def last_snapshot(manager) -> int:
    """The snapshot of the last quarter: made once, by whoever comes first."""
    found = find(manager, "srm.arrears.snapshot", [], limit=1)
    return (
        found[0] if found else manager.call("srm.arrears.snapshot", "create", [[{}]])[0]
    )


def name_of(manager, snapshot: int) -> str:
    return read(manager, "srm.arrears.snapshot", snapshot, "name")["name"]
