"""A payment from its proposal to the credited creditor, on the screen.

The order is held back while the tax certificate is missing; once it is registered the
order goes, the bank's own file carries the amount net of the withheld VAT, and the
bank's report of credit dates closes the debt.
"""

import datetime
import re
import secrets
from pathlib import Path

import pytest
from steps import create, newest

ORDER = "/odoo/action-account_payment_order.account_payment_order_outbound_action/{}"
CERTIFICATE = "/odoo/action-srm_procurement.srm_tax_certificate_action/new"
PROPOSAL = "/odoo/action-srm_procurement.srm_payment_proposal_action"
IMPORT = "/odoo/action-srm_base.srm_import_action/new"
STATEMENTS = "/odoo/action-srm_procurement.srm_withholding_statement_action/new"
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001"}
FORMATS = {"fr": "fixed", "ar": "delimited"}
TODAY = datetime.date.today()
CLAIMED, NET = 120_000, "105000"


def valid(first: str) -> str:
    """Complete an identifier by its two check digits (modulo 97)."""
    return f"{first}{(97 - int(first) * 100 % 97) or 97:02d}"


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def creditor(browser, certifier) -> tuple[int, str]:
    """A supplier of services, without any tax certificate; its account is entered by
    somebody who neither prepares nor releases payments to it."""
    name = f"Bureau Tifaouine {secrets.token_hex(3)}"
    partner = create(
        browser,
        "res.partner",
        {
            "name": name,
            "is_company": True,
            "company_registry": valid(f"{secrets.randbelow(10**9):09d}0001"),
        },
    )
    number = valid(f"011010{secrets.randbelow(10**16):016d}")
    account = {"partner_id": partner, "acc_number": number}
    create(certifier, "res.partner.bank", account)
    return partner, name


def certified_debt(officer, certifier, payer, partner: int) -> tuple[int, int]:
    """A debt of services ready to be settled; its account is approved."""
    file = create(officer, "srm.debt.file", {"partner_id": partner})
    ramsa = newest(officer, "srm.predecessor", [["code", "=", "ramsa"]])
    debt = create(
        officer,
        "srm.debt",
        {
            "file_id": file,
            "predecessor_id": ramsa,
            "origin_reference": f"S-{secrets.token_hex(4)}",
            "nature": "services",
            "invoice_reference": "FA-2024-301",
            "invoice_date": "2024-03-15",
            "amount_claimed": CLAIMED,
            "bearer": "srm",
            "transfer_act": "Convention de transfert du 15/10/2024",
            "ledger_reference": "4411-2024-0301",
            "ledger_date": "2024-03-20",
            "ledger_amount": CLAIMED,
        },
    )
    kinds = officer.call("srm.debt.document.type", "search", [[]])
    vals_list = [{"debt_id": debt, "type_id": kind} for kind in kinds]
    officer.call("srm.debt.document", "create", [vals_list])
    for browser, action in (
        (officer, "action_documents_complete"),
        (officer, "action_reconcile"),
        (certifier, "action_certify"),
        (certifier, "action_classify"),
        (certifier, "action_score"),
    ):
        browser.call("srm.debt", action, [[debt]])
    account = newest(officer, "res.partner.bank", [["partner_id", "=", partner]])
    payer.call("res.partner.bank", "action_srm_approve", [[account]])
    return file, debt


def scheduled(officer, payer, file: int) -> int:
    """An agreement in one payment, due today."""
    action = officer.call("srm.debt.file", "action_prepare_settlement", [[file]])
    settlement = action["res_id"]
    plan = create(
        officer,
        "srm.settlement.plan",
        {"settlement_id": settlement, "count": 1, "date_first": TODAY.isoformat()},
    )
    officer.call("srm.settlement.plan", "action_generate", [[plan]])
    officer.call("srm.settlement", "action_propose", [[settlement]])
    proof = {
        "signed_document": "cHJvdG9jb2xl",
        "date_signed": TODAY.isoformat(),
        "signatory": "M. Outaleb, gérant",
    }
    officer.call("srm.settlement", "write", [[settlement], proof])
    payer.call("srm.settlement", "action_agree", [[settlement]])
    officer.call("srm.settlement", "action_schedule", [[settlement]])
    return newest(
        officer, "srm.settlement.instalment", [["settlement_id", "=", settlement]]
    )


def propose(officer, name: str, instalment: int, lang: str) -> int:
    """The officer takes what is due; the order of this creditor is found."""
    page = officer.page
    officer.goto(PROPOSAL)
    page.wait_for_selector(".modal .o_data_row, .o_form_view .o_data_row")
    assert name in page.inner_text("[name=instalment_ids]")
    officer.screenshot(f"payment_proposal_{lang}")
    page.click("button[name=action_prepare]")
    page.wait_for_selector(".modal", state="detached", timeout=60_000)
    page.wait_for_selector("button[name=draft2open]")
    order = read(officer, "srm.settlement.instalment", instalment, "order_id")
    return alone(officer, order["order_id"][0], instalment)


def alone(officer, order: int, instalment: int) -> int:
    """Keep this creditor only: the other ones of the demonstration are not of it."""
    domain = [["order_id", "=", order], ["srm_instalment_id", "!=", instalment]]
    others = officer.call("account.payment.line", "search", [domain])
    if others:
        officer.call("account.payment.line", "unlink", [others])
    officer.call("account.payment.order", "action_srm_check", [[order]])
    return order


def open_order(browser, order: int) -> None:
    browser.goto(ORDER.format(order))
    browser.page.wait_for_selector(".o_form_view .o_form_sheet")


def refused(payer, order: int, lang: str) -> None:
    """The red check is on the screen, and the release says why it is refused."""
    page = payer.page
    open_order(payer, order)
    page.click(".o_notebook .nav-link[name=srm_checks]")
    page.wait_for_selector("[name=srm_check_ids] .o_data_row.text-danger")
    assert page.locator("[name=srm_check_ids] .o_data_row.text-danger").count() == 1
    payer.screenshot(f"payment_checks_red_{lang}")
    page.click("button[name=draft2open]")
    page.wait_for_selector(".modal .modal-body")
    assert "•" in page.inner_text(".modal .modal-body")
    payer.screenshot(f"payment_release_refused_{lang}")
    page.click(".modal-footer button")
    assert read(payer, "account.payment.order", order, "state")["state"] == "draft"


def date_text(browser, lang: str, day: datetime.date) -> str:
    domain = [["iso_code", "=", lang]]
    found = browser.call("res.lang", "search_read", [domain, ["date_format"]], limit=1)
    return day.strftime(found[0]["date_format"])


def register_certificate(officer, name: str, lang: str) -> None:
    page = officer.page
    officer.goto(CERTIFICATE)
    page.fill(".o_field_widget[name=number] input", f"ARF-{secrets.token_hex(3)}")
    page.fill(".o_field_widget[name=partner_id] input", name)
    page.click(f".o-autocomplete--dropdown-item:has-text('{name}') >> nth=0")
    day = date_text(officer, lang, TODAY - datetime.timedelta(days=3))
    field = ".o_field_widget[name=date_issue]"
    page.click(f"{field} input, {field} button")
    page.fill(f"{field} input", day)
    page.keyboard.press("Tab")
    page.set_input_files(
        ".o_field_widget[name=file] input[type=file]",
        {
            "name": "attestation.pdf",
            "mimeType": "application/pdf",
            "buffer": b"%PDF-1.4 attestation",
        },
    )
    page.click("button[name=action_verify]")
    page.wait_for_selector("button[name=action_verify]", state="detached")
    officer.screenshot(f"tax_certificate_{lang}")


def release(payer, order: int, lang: str) -> None:
    """All green: released; the file is looked at, made, and handed to the bank."""
    page = payer.page
    open_order(payer, order)
    page.click("button[name=action_srm_check]")
    page.click(".o_notebook .nav-link[name=srm_checks]")
    page.wait_for_selector(
        "[name=srm_check_ids] .o_data_row.text-danger", state="detached"
    )
    payer.screenshot(f"payment_checks_green_{lang}")
    page.click("button[name=draft2open]")
    page.click("button[name=action_srm_preview_file]")
    page.wait_for_selector(".modal [name=text]")
    assert NET in page.inner_text(".modal [name=text]")
    payer.screenshot(f"bank_file_preview_{lang}")
    page.click(".modal-footer button")
    page.wait_for_selector(".modal", state="detached")
    page.click("button[name=open2generated]")
    page.wait_for_selector("button[name=open2generated]", state="detached")
    open_order(payer, order)
    page.click("button[name=generated2uploaded]")
    page.wait_for_selector("button[name=action_srm_record_outcome]")
    payer.screenshot(f"payment_order_sent_{lang}")


def assert_bank_file(payer, order: int, reference: str) -> None:
    domain = [["res_model", "=", "account.payment.order"], ["res_id", "=", order]]
    attachment = newest(payer, "ir.attachment", domain)
    url = f"{payer.server.base_url}/web/content/{attachment}"
    text = payer.page.request.get(url).body().decode("cp1252")
    rows = text.split("\r\n")
    line = next(row for row in rows if reference in row)
    assert re.search(r"0000000010500000|;105000,00;", line)
    assert not re.search(r"12000000|120000,00", text)


def import_credits(officer, reference: str, lang: str, folder: Path) -> None:
    """The bank's report, with one line that matches nothing."""
    page = officer.page
    report = folder / f"releve_{lang}.csv"
    report.write_text(
        "Référence;Date de crédit;Statut;Montant\n"
        f"{reference};{TODAY:%d/%m/%Y};Crédité;105000,00\n"
        f"INCONNU-99-1;{TODAY:%d/%m/%Y};Crédité;10,00\n",
        encoding="utf-8",
    )
    context = {"lang": LANGUAGES[lang]}
    found = officer.call(
        "srm.import", "fields_get", [["kind"], ["selection"]], context=context
    )
    label = dict(found["kind"]["selection"])["bank_credits"]
    officer.goto(IMPORT)
    page.click(".o_field_widget[name=kind] input")
    page.click(f".o_select_menu_item:has-text('{label}')")
    page.set_input_files(".o_field_widget[name=file] input[type=file]", report)
    page.click("button[name=action_preview]")
    step(page, "previewed")
    page.click("button[name=action_check]")
    step(page, "checked")
    page.click("button[name=action_load]")
    page.click(".modal-footer .btn-primary")
    step(page, "loaded")
    officer.screenshot(f"bank_credits_loaded_{lang}")
    names = ["loaded_count", "error_count"]
    found = officer.call(
        "srm.import", "search_read", [[], names], limit=1, order="id desc"
    )
    last = found[0]
    assert (last["loaded_count"], last["error_count"]) == (1, 1)


def step(page, state: str) -> None:
    page.wait_for_selector(
        f"[data-value={state}].o_arrow_button_current", state="attached"
    )


def look_at_statement(officer, lang: str) -> None:
    """What was withheld is in the statement of the month."""
    month = TODAY.replace(day=1).isoformat()
    found = officer.call(
        "srm.withholding.statement", "search", [[["month", "=", month]]]
    )
    statement = (
        found[0]
        if found
        else create(officer, "srm.withholding.statement", {"month": month})
    )
    page = officer.page
    officer.goto(STATEMENTS.replace("new", str(statement)))
    page.click("button[name=action_collect]")
    page.wait_for_selector("[name=line_ids] .o_data_row")
    officer.screenshot(f"withholding_statement_{lang}")
    url = f"{officer.server.base_url}/srm/pdf/srm.withholding.statement"
    answer = page.request.get(f"{url}?ids={statement}&lang={LANGUAGES[lang]}")
    assert answer.body()[:5] == b"%PDF-"


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_proposal_to_credited(browser_page, tmp_path, lang):
    officer = browser_page(lang=lang, login="finance.officer")
    certifier = browser_page(lang=lang, login="finance.manager")
    payer = browser_page(lang=lang, login="finance.manager2")
    partner, name = creditor(officer, certifier)
    file, debt = certified_debt(officer, certifier, payer, partner)
    instalment = scheduled(officer, payer, file)

    order = propose(officer, name, instalment, lang)
    layout = newest(payer, "srm.bank.format", [["kind", "=", FORMATS[lang]]])
    vals = {"srm_bank_format_id": layout}
    payer.call("account.payment.order", "write", [[order], vals])
    refused(payer, order, lang)
    register_certificate(officer, name, lang)
    release(payer, order, lang)

    payments = read(payer, "account.payment.order", order, "payment_ids")
    payment = payments["payment_ids"][0]
    instalment_name = read(officer, "srm.settlement.instalment", instalment, "name")
    reference = f"{instalment_name['name'].replace('/', '-')}-{payment}"
    assert_bank_file(payer, order, reference)
    import_credits(officer, reference, lang, tmp_path)
    after = read(officer, "srm.debt", debt, "stage", "amount_paid")
    assert (after["stage"], after["amount_paid"]) == ("closed", CLAIMED)
    look_at_statement(officer, lang)
