"""An accident from its declaration to its closing.

The officer confirms the facts, which starts the legal deadlines; the committee
inquires; causes are asked "why" down to the root; somebody else than its owner finds
that the action works before the accident can be closed.
"""

import datetime
import re
import secrets

import pytest
from steps import create, newest, open_form, press

INCIDENT = "/odoo/action-srm_hse.srm_incident_action/{}"
ACTION = "/odoo/action-srm_hse.srm_action_action/{}"
PHONE = {"width": 390, "height": 844}
TITLES = {"fr": "Brûlure au coffret BT", "ar": "حروق عند صندوق التوزيع"}
CAUSES = {
    "fr": ("Le coffret était sous tension", "La consignation n'est pas enseignée"),
    "ar": ("كان الصندوق تحت التوتر", "لا يُدرّس عزل المنشآت عن التيار"),
}
REMEDIES = {
    "fr": "Cadenas de consignation dans chaque véhicule",
    "ar": "أقفال العزل في كل مركبة",
}


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def option(browser, lang: str, model: str, field: str, value: str) -> str:
    """The word for a choice in the user's language."""
    context = {"lang": {"fr": "fr_FR", "ar": "ar_001"}[lang]}
    found = browser.call(model, "fields_get", [[field], ["selection"]], context=context)
    return dict(found[field]["selection"])[value]


def refused(browser, action: str, shot: str) -> str:
    """Press a button that the rules refuse; the words of the refusal."""
    page = browser.page
    page.click(f".o_form_view button[name={action}]")
    page.wait_for_selector(".modal .modal-body")
    text = page.inner_text(".modal .modal-body")
    browser.screenshot(shot)
    page.click(".modal-footer button")
    page.wait_for_selector(".modal", state="detached")
    return text


def fill(page, name: str, value: str, tag: str = "input") -> None:
    page.fill(f".o_field_widget[name={name}] {tag}", value)


def choose(page, name: str, label: str, inside: str = ".o_form_view") -> None:
    """Take the choice of that very name."""
    page.click(f"{inside} .o_field_widget[name={name}] input")
    exact = re.compile(rf"^\s*{re.escape(label)}\s*$")
    page.locator(".o_select_menu_item", has_text=exact).click()


def pick(page, name: str, label: str, inside: str = ".o_form_view") -> None:
    """Type into a relation and take the record it proposes."""
    page.fill(f"{inside} .o_field_widget[name={name}] input", label)
    page.click(f".o-autocomplete--dropdown-item:has-text('{label}')")


def tab(page, name: str) -> None:
    page.click(f".o_notebook .nav-link[name={name}]")


def save(page) -> None:
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_button_save", state="hidden")


def declare(browser, lang: str) -> int:
    """Anybody declares what happened, from a phone."""
    page = browser.page
    open_form(browser, INCIDENT, "new")
    title = f"{TITLES[lang]} {secrets.token_hex(2)}"
    fill(page, "title", title)
    choose(page, "kind", option(browser, lang, "srm.incident", "kind", "injury"))
    # On a phone a relation opens a screen of its own.
    page.click(".o_field_widget[name=site_id] input")
    page.wait_for_selector(".modal")
    browser.screenshot(f"hse_incident_site_{lang}")
    page.click(".modal :is(.o_kanban_record, .o_data_row):has-text('Siège')")
    page.wait_for_selector(".modal", state="detached")
    fill(page, "immediate_action", "Coupure du départ, brûlure refroidie", "textarea")
    page.click("button[name=action_declare]")
    page.wait_for_selector(".o_notification")
    # Declared, and now read only for the witness.
    page.wait_for_selector(".o_form_readonly .o_field_widget[name=title]")
    browser.screenshot(f"hse_incident_declared_{lang}")
    return newest(browser, "srm.incident", [["title", "=", title]])


def confirm_facts(browser, incident: int, lang: str) -> None:
    """List the person hurt, then confirm: the deadlines of the law start."""
    page = browser.page
    open_form(browser, INCIDENT, incident)
    tab(page, "people")
    page.click("[name=person_ids] .o_field_x2many_list_row_add :is(a, button)")
    page.wait_for_selector(".modal .o_form_view")
    fill(page, "name", "Hassan Amghar")
    label = option(browser, lang, "srm.incident.person", "outcome", "3_lost_time")
    choose(page, "outcome", label, ".modal")
    browser.screenshot(f"hse_incident_person_{lang}")
    page.click(".modal .o_form_button_save >> nth=0")
    page.wait_for_selector(".modal", state="detached")
    save(page)
    press(page, "action_qualify", "analysis")
    tab(page, "deadlines")
    page.wait_for_selector("[name=deadline_ids] .o_data_row")
    browser.screenshot(f"hse_incident_deadlines_{lang}")


def inquire(browser, incident: int, lang: str) -> None:
    """One member of each side, the report, and why after why."""
    page = browser.page
    open_form(browser, INCIDENT, incident)
    assert refused(browser, "action_decide", f"hse_incident_no_inquiry_{lang}")
    tab(page, "inquiry")
    pick(page, "committee_id", "CSSCT")
    pick(page, "employer_member_id", "Rachid")
    pick(page, "staff_member_id", "Fatima")
    page.click(".o_field_widget[name=inquiry_date] button, [name=inquiry_date] input")
    page.click(".o_datetime_picker .o_today")
    report = page.locator("[name=inquiry_report] .odoo-editor-editable")
    report.click()
    page.keyboard.type("Visite du coffret avec les deux membres.")
    add_cause(browser, lang, 0)
    save(page)
    # The first answer is there: ask why again, below it.
    first = newest(browser, "srm.incident.cause", [["incident_id", "=", incident]])
    create(
        browser,
        "srm.incident.cause",
        {
            "incident_id": incident,
            "parent_id": first,
            "name": CAUSES[lang][1],
            "family": "organisation",
            "root": True,
        },
    )
    open_form(browser, INCIDENT, incident)
    tab(page, "inquiry")
    page.wait_for_selector("[name=cause_ids] .o_data_row >> nth=1")
    browser.screenshot(f"hse_incident_causes_{lang}")
    press(page, "action_decide", "actions")


def add_cause(browser, lang: str, number: int) -> None:
    page = browser.page
    page.click("[name=cause_ids] .o_field_x2many_list_row_add :is(a, button)")
    page.fill(
        "[name=cause_ids] .o_selected_row .o_field_widget[name=name] input",
        CAUSES[lang][number],
    )
    page.click("[name=inquiry_report]")


def decide(browser, lang: str) -> int:
    """An action from the incident: level of control, owner, deadline."""
    page = browser.page
    page.click("button[name=action_open_actions]")
    page.click(".o_list_button_add")
    page.wait_for_selector(".o_form_view .o_field_widget[name=control]")
    fill(page, "title", REMEDIES[lang])
    label = option(browser, lang, "srm.action", "control", "3_engineering")
    choose(page, "control", label)
    page.click(".o_field_widget[name=deadline] button, [name=deadline] input")
    page.click(".o_datetime_picker .o_today")
    save(page)
    browser.screenshot(f"hse_action_decided_{lang}")
    return newest(browser, "srm.action", [["title", "=", REMEDIES[lang]]])


def do_it(owner, action: int, lang: str) -> None:
    """The owner proves that it is done, and cannot judge the effect alone."""
    page = owner.page
    open_form(owner, ACTION, action)
    assert refused(owner, "action_done", f"hse_action_no_proof_{lang}")
    tab(page, "proof")
    fill(page, "evidence", "Bon de livraison 118, 42 cadenas remis", "textarea")
    press(page, "action_done", "done")
    tab(page, "effect")
    fill(page, "check_note", "Je trouve que oui", "textarea")
    save(page)
    assert refused(owner, "action_effective", f"hse_action_own_check_{lang}")


def check_effect(other, owner, action: int, lang: str) -> None:
    """Another officer looks, first without the effect, then with it."""
    page = other.page
    open_form(other, ACTION, action)
    tab(page, "effect")
    fill(page, "check_note", "Deux véhicules sans cadenas", "textarea")
    press(page, "action_ineffective", "open")
    assert read(other, "srm.action", action, "reopened_count")["reopened_count"] == 1
    open_form(owner, ACTION, action)
    press(owner.page, "action_done", "done")
    open_form(other, ACTION, action)
    tab(page, "effect")
    fill(page, "check_note", "Dix véhicules vus, dix cadenas", "textarea")
    press(page, "action_effective", "closed")
    other.screenshot(f"hse_action_effective_{lang}")


def meet_deadlines(browser, incident: int) -> None:
    """Each declaration was made, with its receipt."""
    domain = [["incident_id", "=", incident], ["done", "=", False]]
    found = browser.call("srm.incident.deadline", "search", [domain])
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
    vals = {"done": now, "evidence": "Accusé de réception 2291"}
    browser.call("srm.incident.deadline", "write", [found, vals])


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_the_declaration_to_the_closing(browser_page, lang):
    witness = browser_page(
        lang=lang,
        login="hr.officer",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
    )
    officer = browser_page(lang=lang, login="hse.officer")
    other = browser_page(lang=lang, login="hse.officer2")
    manager = browser_page(lang=lang, login="hse.manager")

    incident = declare(witness, lang)
    confirm_facts(officer, incident, lang)
    inquire(officer, incident, lang)
    action = decide(officer, lang)

    open_form(manager, INCIDENT, incident)
    assert refused(manager, "action_close", f"hse_incident_not_closed_{lang}")
    do_it(officer, action, lang)
    check_effect(other, officer, action, lang)
    meet_deadlines(officer, incident)

    open_form(manager, INCIDENT, incident)
    press(manager.page, "action_close", "closed")
    manager.screenshot(f"hse_incident_closed_{lang}")
    found = read(manager, "srm.action", action, "state", "user_id", "checked_by_id")
    assert found["state"] == "closed"
    assert found["user_id"] != found["checked_by_id"]
