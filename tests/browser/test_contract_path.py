"""One contract on the screen: schedule, orders, statement, approvals, vendor bill.

The contract manager keeps the contract, the finance officer draws the statement, the
contract manager and a finance manager approve it: who draws does not approve.
"""

import datetime
import secrets

import pytest
from steps import create, newest, open_form, press, wait_for_step

CONTRACT = "/odoo/action-srm_procurement.action_srm_contract/{}"
STATEMENT = "/odoo/action-srm_procurement.action_srm_contract_statement/{}"
TODAY = datetime.date.today()


def day(days_ago: int) -> str:
    return str(TODAY - datetime.timedelta(days=days_ago))


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def new_contract(buyer) -> int:
    """A contract in preparation: two prices, 1,000,000 MAD HT."""
    partner = create(
        buyer,
        "res.partner",
        {"name": f"Entreprise Izm {secrets.token_hex(3)}", "is_company": True},
    )
    lines = [
        {"number": "1", "name": "Conduite PEHD DN 200", "quantity": 1500},
        {"number": "2", "name": "Regard de vannes", "quantity": 25},
    ]
    prices = [400, 16000]
    return create(
        buyer,
        "srm.contract",
        {
            "name": f"{secrets.token_hex(3)}/SRM-SM",
            "title": "Extension du réseau d'eau potable",
            "partner_id": partner,
            "term_value": 6,
            "date_signed": day(120),
            "date_approved": day(115),
            "line_ids": [
                [0, 0, {**line, "price_unit": price}]
                for line, price in zip(lines, prices, strict=True)
            ],
        },
    )


def start(buyer, contract: int, lang: str) -> None:
    """Contract manager: notify, then the order to start the works."""
    page = buyer.page
    open_form(buyer, CONTRACT, contract)
    buyer.screenshot(f"contract_draft_{lang}")
    press(page, "action_notify", "notified")
    create(
        buyer,
        "srm.contract.order",
        {
            "contract_id": contract,
            "kind": "start",
            "name": "Commencement des travaux",
            "date_effect": day(100),
        },
    )
    page.click("button[name=action_view_orders]")
    # The form that is left has rows too: those of the price schedule.
    page.click(".o_view_controller.o_list_view .o_data_cell >> nth=1")
    press(page, "action_issue", "issued")
    buyer.screenshot(f"contract_order_{lang}")
    guarantee = create(
        buyer,
        "srm.contract.guarantee",
        {
            "contract_id": contract,
            "kind": "definitive",
            "bank": "Banque Atlas",
            "reference": "CB-2026-7",
            "date_issued": day(110),
        },
    )
    buyer.call("srm.contract.guarantee", "action_receive", [[guarantee]])
    open_form(buyer, CONTRACT, contract)
    wait_for_step(page, "running")
    buyer.screenshot(f"contract_running_{lang}")


def draw(officer, contract: int, lang: str) -> int:
    """Finance officer: attachments, one of them contested in part, then draw."""
    page = officer.page
    open_form(officer, CONTRACT, contract)
    page.click("button[name=action_prepare_statement]")
    page.wait_for_selector("button[name=action_draw]")
    domain = [["contract_id", "=", contract]]
    statement = newest(officer, "srm.contract.statement", domain)
    prices = officer.call("srm.contract.line", "search", [domain], order="number")
    lines = [
        {"quantity": 500, "reference": "AT-01", "contract_line_id": prices[0]},
        {
            "quantity": 10,
            "quantity_contested": 2,
            "contest_reason": "Métré contradictoire",
            "reference": "AT-02",
            "contract_line_id": prices[1],
        },
    ]
    officer.call(
        "srm.contract.statement",
        "write",
        [
            [statement],
            {
                "date_acceptance": day(2),
                "line_ids": [
                    [0, 0, {**line, "place": "PK 1+200", "date": day(3)}]
                    for line in lines
                ],
            },
        ],
    )
    open_form(officer, STATEMENT, statement)
    page.wait_for_selector("[name=line_ids] .o_data_row >> nth=1")
    officer.screenshot(f"statement_attachments_{lang}")
    press(page, "action_draw", "drawn")
    page.click(".o_notebook .nav-link[name=figures]")
    page.wait_for_selector(".o_srm_statement [name=net_period]")
    officer.screenshot(f"statement_figures_{lang}")
    officer.call(
        "srm.contract.statement",
        "write",
        [
            [statement],
            {
                "invoice_reference": "FA-2026-31",
                "invoice_date": day(1),
                "deposit_date": day(1),
            },
        ],
    )
    return statement


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_contract_to_bill(browser_page, lang):
    buyer = browser_page(lang=lang, login="contract.manager")
    officer = browser_page(lang=lang, login="finance.officer")
    manager = browser_page(lang=lang, login="finance.manager")
    contract = new_contract(buyer)
    start(buyer, contract, lang)
    statement = draw(officer, contract, lang)

    # Who drew it is offered no approval.
    assert not officer.page.query_selector("button[name=action_approve]")
    open_form(buyer, STATEMENT, statement)
    buyer.page.click(".o_form_statusbar button[name=action_approve]")
    buyer.page.wait_for_selector("button[name=action_approve]", state="detached")
    open_form(manager, STATEMENT, statement)
    press(manager.page, "action_approve", "approved")
    manager.page.click(".o_notebook .nav-link[name=approval]")
    manager.screenshot(f"statement_approved_{lang}")
    manager.page.click(".o_form_statusbar button[name=action_post]")
    manager.page.wait_for_selector("button[name=action_srm_view_contract]")
    manager.screenshot(f"statement_bill_{lang}")
    assert_bill(manager, statement)
    assert_pdf(officer, statement)

    open_form(officer, CONTRACT, contract)
    officer.screenshot(f"contract_executed_{lang}")
    found = read(officer, "srm.contract", contract, "contested_ht", "progress")
    assert (found["contested_ht"], found["progress"]) == (32000, 32.8)
    for action in ("action_srm_contract", "action_srm_contract_statement"):
        officer.goto(f"/odoo/action-srm_procurement.{action}")
        officer.page.wait_for_selector(".o_action.o_list_view .o_data_row")
        officer.screenshot(f"{action.removeprefix('action_srm_')}_list_{lang}")


def assert_bill(browser, statement: int) -> None:
    """200,000 + 128,000 HT accepted: 393,600 TTC less 39,360 of retention."""
    found = read(browser, "srm.contract.statement", statement, "state", "bill_id")
    assert found["state"] == "posted"
    bill = read(
        browser,
        "account.move",
        found["bill_id"][0],
        "state",
        "amount_total",
        "amount_tax",
    )
    assert bill["state"] == "posted"
    assert (bill["amount_total"], bill["amount_tax"]) == (354240, 65600)


def assert_pdf(browser, statement: int) -> None:
    url = f"{browser.server.base_url}/srm/pdf/srm.contract.statement?ids={statement}"
    answer = browser.page.request.get(url)
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
