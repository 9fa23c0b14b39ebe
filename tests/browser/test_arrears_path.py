"""One debt from registered to closed on the screen, by the people who may do it.

The finance officer gathers and drafts, one finance manager enters the account and
certifies, another one approves and pays: who certifies a debt, or enters the account it
is paid to, does not pay it, and who prepares a payment did not enter its account.
"""

import datetime
import secrets
from dataclasses import dataclass

import pytest
from steps import create, newest, open_form, press, wait_for_step

DEBT = "/odoo/action-srm_procurement.action_srm_debt/{}"
FILE = "/odoo/action-srm_procurement.action_srm_debt_file/{}"
SETTLEMENT = "/odoo/action-srm_procurement.srm_settlement_action/{}"
ORDER = "/odoo/action-account_payment_order.account_payment_order_outbound_action/{}"
TODAY = datetime.date.today()
CLAIMED = 120_000.01


def valid_ice() -> str:
    """A fictional ICE whose number is a multiple of 97."""
    first = f"{secrets.randbelow(10**9):09d}0001"
    return f"{first}{(97 - int(first) * 100 % 97) % 97:02d}"


def valid_rib() -> str:
    """A fictional RIB whose number is a multiple of 97."""
    first = f"011010{secrets.randbelow(10**16):016d}"
    return f"{first}{97 - int(first) * 100 % 97:02d}"


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def registered_debt(browser, certifier) -> tuple[int, int]:
    """A registered debt of a new creditor, and its file."""
    name = f"Entreprise Tamaroute {secrets.token_hex(3)}"
    partner = create(
        browser,
        "res.partner",
        {"name": name, "is_company": True, "company_registry": valid_ice()},
    )
    account = {"partner_id": partner, "acc_number": valid_rib()}
    create(certifier, "res.partner.bank", account)
    register_certificate(browser, partner)
    file = create(browser, "srm.debt.file", {"partner_id": partner})
    ramsa = newest(browser, "srm.predecessor", [["code", "=", "ramsa"]])
    debt = create(
        browser,
        "srm.debt",
        {
            "file_id": file,
            "predecessor_id": ramsa,
            "origin_reference": f"T-{secrets.token_hex(4)}",
            "description": "Pose de conduites d'eau potable",
            "nature": "works",
            "invoice_reference": "FA-2024-118",
            "invoice_date": "2024-03-15",
            "service_date": "2024-03-10",
            "amount_claimed": CLAIMED,
            "bearer": "srm",
            "transfer_act": "Convention de transfert du 15/10/2024",
        },
    )
    return file, debt


def register_certificate(browser, partner: int) -> None:
    """A verified tax certificate: no payment is released without one."""
    vals = {
        "partner_id": partner,
        "number": f"ARF-{secrets.token_hex(3)}",
        "date_issue": TODAY.isoformat(),
        "file": "YXR0ZXN0YXRpb24=",
    }
    certificate = create(browser, "srm.tax.certificate", vals)
    browser.call("srm.tax.certificate", "action_verify", [[certificate]])


def approve_account(browser, debt: int) -> None:
    """Another person than the one who entered the account approves it."""
    partner = read(browser, "srm.debt", debt, "partner_id")["partner_id"][0]
    account = newest(browser, "res.partner.bank", [["partner_id", "=", partner]])
    browser.call("res.partner.bank", "action_srm_approve", [[account]])


def fill(page, name: str, value: str) -> None:
    page.fill(f".o_field_widget[name={name}] input", value)
    page.keyboard.press("Tab")


@dataclass(frozen=True)
class Wording:
    """How a language writes dates and decimals."""

    date_format: str
    decimal_point: str

    @classmethod
    def of(cls, browser, lang: str) -> "Wording":
        names = ["date_format", "decimal_point"]
        domain = [["iso_code", "=", lang]]
        found = browser.call("res.lang", "search_read", [domain, names], limit=1)[0]
        return cls(found["date_format"], found["decimal_point"])

    def date(self, day: datetime.date) -> str:
        return day.strftime(self.date_format)

    def amount(self, text: str) -> str:
        return text.replace(".", self.decimal_point)


def gather(browser, debt: int, lang: str) -> None:
    """Officer: documents received, then the entry in the ledger of origin."""
    page = browser.page
    wording = Wording.of(browser, lang)
    open_form(browser, DEBT, debt)
    page.click("button[name=action_receive_documents]")
    page.click(".modal button[name=action_confirm]")
    page.wait_for_selector(".modal", state="detached")
    press(page, "action_documents_complete", "documents")
    fill(page, "ledger_reference", "4411-2024-0118")
    fill(page, "ledger_date", wording.date(datetime.date(2024, 3, 20)))
    fill(page, "ledger_amount", wording.amount("120000.01"))
    press(page, "action_reconcile", "reconciled")


def certify(browser, debt: int) -> None:
    """First manager: certify, classify and score."""
    page = browser.page
    open_form(browser, DEBT, debt)
    press(page, "action_certify", "certified")
    press(page, "action_classify", "classified")
    press(page, "action_score", "scored")


def draft_settlement(browser, file: int, lang: str) -> int:
    """Officer: two instalments, proposed, signed by the creditor."""
    page = browser.page
    open_form(browser, FILE, file)
    browser.screenshot(f"debt_file_{lang}")
    page.click("button[name=action_prepare_settlement]")
    wait_for_step(page, "draft")
    page.click(".o_notebook .nav-link[name=instalments]")
    page.click("button[name=action_open_plan_wizard]")
    page.fill(".modal .o_field_widget[name=count] input", "2")
    page.keyboard.press("Tab")
    page.click(".modal button[name=action_generate]")
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector("[name=instalment_ids] .o_data_row >> nth=1")
    press(page, "action_propose", "proposed")
    settlement = newest(browser, "srm.settlement", [["file_id", "=", file]])
    page.click(".o_notebook .nav-link[name=signature]")
    page.set_input_files(
        ".o_field_widget[name=signed_document] input[type=file]",
        {
            "name": "protocole.pdf",
            "mimeType": "application/pdf",
            "buffer": b"%PDF-1.4 protocole signe",
        },
    )
    fill(page, "date_signed", Wording.of(browser, lang).date(TODAY))
    fill(page, "signatory", "M. Outaleb, gérant")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_button_save", state="hidden")
    browser.screenshot(f"settlement_proposed_{lang}")
    return settlement


def pay_next_instalment(officer, manager, settlement: int, lang: str) -> int:
    """Officer prepares the order; the other manager confirms, sends and records it."""
    page = officer.page
    open_form(officer, SETTLEMENT, settlement)
    page.click(".o_notebook .nav-link[name=instalments]")
    page.click("button[name=action_prepare_orders]")
    page.wait_for_selector("button[name=draft2open]")
    order = newest(officer, "account.payment.order", [["state", "=", "draft"]])
    page = manager.page
    open_form(manager, ORDER, order)
    page.click("button[name=draft2open]")
    page.click("button[name=open2generated]")
    page.wait_for_selector("button[name=open2generated]", state="detached")
    open_form(manager, ORDER, order)
    page.click("button[name=generated2uploaded]")
    page.click(".o_form_statusbar button[name=action_srm_record_outcome]")
    page.wait_for_selector(".modal .o_data_row")
    manager.screenshot(f"payment_credited_{lang}")
    page.click(".modal button[name=action_confirm]")
    page.wait_for_selector(".modal", state="detached")
    return order


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_registered_to_closed(browser_page, lang):
    officer = browser_page(lang=lang, login="finance.officer")
    certifier = browser_page(lang=lang, login="finance.manager")
    payer = browser_page(lang=lang, login="finance.manager2")
    file, debt = registered_debt(officer, certifier)
    approve_account(payer, debt)

    gather(officer, debt, lang)
    certify(certifier, debt)
    settlement = draft_settlement(officer, file, lang)

    # The certifier is refused, in words that name the rule.
    open_form(certifier, SETTLEMENT, settlement)
    certifier.page.click("button[name=action_agree]")
    certifier.page.wait_for_selector(".modal .o_error_dialog, .modal-body")
    certifier.screenshot(f"separation_of_duties_{lang}")
    certifier.page.click(".modal-footer button")

    open_form(payer, SETTLEMENT, settlement)
    press(payer.page, "action_agree", "agreed")
    open_form(officer, SETTLEMENT, settlement)
    press(officer.page, "action_schedule", "scheduled")

    order = pay_next_instalment(officer, payer, settlement, lang)
    assert_first_payment(officer, debt)
    assert_transfer_file(payer, order)
    pay_next_instalment(officer, payer, settlement, lang)
    after = read(officer, "srm.debt", debt, "stage", "amount_paid", "amount_remaining")
    assert after["stage"] == "closed"
    assert after["amount_paid"] == CLAIMED
    assert after["amount_remaining"] == 0
    assert read(officer, "srm.settlement", settlement, "state")["state"] == "done"
    open_form(officer, FILE, file)
    wait_for_step(officer.page, "closed")
    officer.screenshot(f"debt_file_closed_{lang}")
    assert_books_balance(certifier, lang)


def assert_first_payment(browser, debt: int) -> None:
    """Half is paid (the last instalment takes the odd centime), the rest is open."""
    found = read(browser, "srm.debt", debt, "stage", "amount_paid", "amount_remaining")
    assert found["stage"] == "scheduled"
    assert round(found["amount_paid"] + found["amount_remaining"], 2) == CLAIMED
    assert abs(found["amount_paid"] - 60_000) < 0.02


def assert_transfer_file(browser, order: int) -> None:
    """The bank's file exists and carries the amount of the instalment."""
    domain = [["res_model", "=", "account.payment.order"], ["res_id", "=", order]]
    attachment = newest(browser, "ir.attachment", domain)
    url = f"{browser.server.base_url}/web/content/{attachment}"
    text = browser.page.request.get(url).text()
    assert "pain.001.001" in text
    assert 'Ccy="MAD">60000.0' in text


def assert_books_balance(browser, lang: str) -> None:
    """The control screen shows no difference with the supplier accounts."""
    rows = browser.call("srm.arrears.control", "search_read", [[], ["difference"]])
    assert rows and not any(row["difference"] for row in rows)
    browser.goto("/odoo/action-srm_procurement.srm_arrears_control_action")
    browser.page.wait_for_selector(".o_action.o_list_view .o_data_row")
    browser.screenshot(f"books_control_{lang}")
