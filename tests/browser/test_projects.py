"""A project from its convention to its acceptance, with a drift on the way.

A project manager prepares the convention and the project, the programme manager sets
the baseline; measures and costs show the drift; the works are accepted.
"""

import datetime

import pytest
from steps import create, find, open_form, press

CONVENTION = "/odoo/srm-conventions/{}"
PROJECT = "/odoo/srm-projects/{}"
BUDGET = "/odoo/action-srm_projects.action_srm_budget_line/{}"
DASHBOARD = "/odoo/action-srm_projects.action_srm_project_dashboard"
SCHEDULE = "/odoo/action-srm_projects.action_srm_work_item"
TODAY = datetime.date.today()


def day(offset: int) -> str:
    return (TODAY + datetime.timedelta(offset)).isoformat()


def read(browser, model: str, record: int, name: str):
    return browser.call(model, "read", [[record], [name]])[0][name]


def convention(browser, lang: str) -> int:
    """Shares that do not make the cost are shown, and refused at the signature."""
    partners = [
        create(browser, "res.partner", name=f"Financeur {n} {lang}") for n in (1, 2)
    ]
    record = create(
        browser,
        "srm.funding",
        name=f"CONV/TEST/{lang}",
        title="Réseau d'assainissement",
        cost=1_000_000,
        date_signed=day(-200),
        party_ids=[
            [0, 0, {"partner_id": partners[0], "amount": 200_000}],
            [0, 0, {"partner_id": partners[1], "amount": 700_000}],
        ],
    )
    page = browser.page
    open_form(browser, CONVENTION, record)
    page.wait_for_selector(".o_form_view .alert-warning")
    page.click(".o_statusbar_buttons button[name=action_sign]")
    page.wait_for_selector(".modal .modal-body")
    browser.screenshot(f"project_convention_refused_{lang}")
    page.click(".modal-footer .btn")
    parties = browser.call("srm.funding", "read", [[record], ["party_ids"]])
    browser.call(
        "srm.funding.party",
        "write",
        [[parties[0]["party_ids"][1]], {"amount": 800_000}],
    )
    open_form(browser, CONVENTION, record)
    press(page, "action_sign", "signed")
    browser.screenshot(f"project_convention_{lang}")
    return record


def project(browser, lang: str, funding: int) -> int:
    commune = find(browser, "srm.territory", [["code_digits", "=", "095810107"]])
    record = create(
        browser,
        "project.project",
        name=f"Collecteur {lang}",
        srm_service_id=find(browser, "srm.service", [["code", "=", "sanitation"]]),
        srm_kind="extension",
        srm_territory_ids=[[6, 0, [commune]]],
        territory_id=commune,
        srm_funding_ids=[[6, 0, [funding]]],
        srm_item_ids=[
            [0, 0, item(code, weight, budget, quantity, *span)]
            for code, weight, budget, quantity, span in (
                ("1", 3, 800_000, 100, (-99, 100)),
                ("2", 1, 200_000, 1, (0, 99)),
            )
        ],
    )
    items = read(browser, "project.project", record, "srm_item_ids")
    create(browser, "srm.work.link", before_id=items[0], after_id=items[1], lag=3)
    return record


def item(code, weight, budget, quantity, first, last) -> dict:
    return {
        "code": code,
        "name": f"Lot {code}",
        "weight": weight,
        "budget": budget,
        "quantity": quantity,
        "unit": "m",
        "planned_start": day(first),
        "planned_finish": day(last),
    }


def set_baseline(browser, record: int, lang: str) -> None:
    page = browser.page
    open_form(browser, PROJECT, record)
    page.click(".o_statusbar_buttons button[name=action_srm_set_baseline]")
    page.wait_for_selector(".modal .o_field_widget[name=reason] textarea")
    page.fill(".modal .o_field_widget[name=name] input", "Marché initial")
    page.fill(".modal .o_field_widget[name=reason] textarea", "Marché notifié")
    browser.screenshot(f"project_set_baseline_{lang}")
    page.click(".modal button[name=action_confirm]:visible")
    page.wait_for_selector(".modal", state="detached")


def schedule(browser, record: int, lang: str) -> None:
    page = browser.page
    open_form(browser, PROJECT, record)
    press(page, "action_srm_begin", "works")
    page.click(".o_statusbar_buttons button[name=action_srm_schedule]")
    page.click(".oe_stat_button[name=action_srm_view_items]")
    page.wait_for_selector(".o_timeline_view .vis-item >> nth=1")
    browser.screenshot(f"project_schedule_{lang}")
    floats = browser.call(
        "srm.work.item",
        "search_read",
        [[["project_id", "=", record]], ["critical", "total_float"]],
    )
    assert all(one["critical"] for one in floats)


def measure(browser, other, item_id: int, quantity: float) -> None:
    """Measured by one, validated by another."""
    record = create(
        browser,
        "srm.work.measure",
        item_id=item_id,
        quantity=quantity,
        evidence="Attachement contradictoire",
    )
    other.call("srm.work.measure", "action_validate", [[record]])


def drift(browser, other, record: int, lang: str) -> list[int]:
    """Half of the pipes for more money than they were worth: the form says so."""
    page = browser.page
    items = read(browser, "project.project", record, "srm_item_ids")
    measure(browser, other, items[0], 50)
    create(
        browser,
        "srm.project.cost",
        project_id=record,
        name="Décompte n° 1",
        amount=500_000,
        date=day(-1),
    )
    open_form(browser, PROJECT, record)
    page.wait_for_selector(".o_form_view .alert-danger")
    assert "0,75" in page.inner_text(".alert-danger") or lang == "ar"
    browser.screenshot(f"project_drift_{lang}")
    page.click(".oe_stat_button[name=action_srm_view_curve]")
    page.wait_for_selector(".o_srm_dashboard canvas >> nth=1")
    browser.screenshot(f"project_curve_{lang}")
    return items


def accept(browser, other, record: int, items: list[int], lang: str) -> None:
    measure(browser, other, items[0], 50)
    measure(browser, other, items[1], 1)
    page = browser.page
    open_form(browser, PROJECT, record)
    press(page, "action_srm_accept_provisionally", "provisional", confirm=True)
    page.wait_for_selector(".oe_stat_button[name=action_srm_view_assets]")
    browser.screenshot(f"project_accepted_{lang}")
    press(page, "action_srm_accept_finally", "final")
    assert len(read(browser, "project.project", record, "srm_asset_ids")) == 2


def availability(browser, other, record: int, lang: str) -> None:
    """A commitment beyond the credits is refused, with what is left; who grants the
    credits is not who spends them."""
    line = create(
        other,
        "srm.budget.line",
        project_id=record,
        name="Travaux",
        credits=100_000,
    )
    create(
        browser,
        "srm.budget.entry",
        line_id=line,
        document="Marché 12",
        amount=150_000,
    )
    page = browser.page
    open_form(browser, BUDGET, line)
    page.click("button[name=action_confirm]")
    page.wait_for_selector(".modal .modal-body")
    assert "Marché 12" not in page.inner_text(".modal .modal-body")
    browser.screenshot(f"project_unavailable_{lang}")
    page.click(".modal-footer .btn")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_convention_to_acceptance(browser_page, lang):
    manager = browser_page(lang=lang, login="project.manager")
    approver = browser_page(lang=lang, login="programme.manager")
    funding = convention(manager, lang)
    record = project(manager, lang, funding)
    availability(manager, approver, record, lang)
    set_baseline(approver, record, lang)
    schedule(manager, record, lang)
    items = drift(manager, approver, record, lang)
    accept(manager, approver, record, items, lang)


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_what_the_direction_sees(browser_page, lang):
    director = browser_page(lang=lang, login="director")
    director.goto(DASHBOARD)
    director.page.wait_for_selector(".o_srm_dashboard canvas >> nth=1")
    director.screenshot(f"project_dashboard_{lang}")
    director.goto("/odoo/srm-projects")
    director.page.wait_for_selector(".o_action.o_list_view .o_data_row >> nth=3")
    director.screenshot(f"project_list_{lang}")
    assert not director.page.locator(".o_list_button_add").count()
