"""From the diagnosis to the urgent plan under a ceiling, on the map; telecontrol."""

import json
import time

import pytest
from steps import create, find, open_form, press

INSPECTION = "/odoo/srm-inspections/{}"
RANKING = "/odoo/srm-rankings/{}"
PLAN = "/odoo/srm-urgent-plans/{}"
SECTOR = "/odoo/srm-sectors/{}"
DASHBOARDS = "/odoo/dashboards"
CEILING = 1_000_000
PLACE = [["code", "=like", "09.273.%"], ["level", "=", "commune"]]


def sewers(officer, lang: str) -> list[int]:
    """Three sewers of a commune, drawn side by side; each costs 600,000."""
    place = find(officer, "srm.territory", PLACE)
    service = find(officer, "srm.service", [["code", "=", "sanitation"]])
    return [
        create(
            officer,
            "srm.network.section",
            code=f"T-{lang}-{number}",
            name=f"Collecteur d'essai {number}",
            kind="sewer",
            service_id=service,
            territory_id=place,
            length_m=120,
            customers=5000 - number,
            critical_customers=9,
            breaks_taken_over=20,
            cost_entered=600_000 if number else 300_000,
            geometry=json.dumps(
                {
                    "type": "LineString",
                    "coordinates": [
                        [-9.54, 30.34 + number / 500],
                        [-9.53, 30.34 + number / 500],
                    ],
                }
            ),
        )
        for number in range(3)
    ]


def inspect(officer, manager, section: int, lang: str) -> None:
    """A collapse seen by camera, entered by one person, validated by the other."""
    collapse = find(officer, "srm.defect.code", [["code", "=", "BAC"]])
    inspection = create(
        officer,
        "srm.network.inspection",
        section_id=section,
        length_m=120,
        defect_ids=[[0, 0, {"code_id": collapse, "position": 12.5}]],
    )
    open_form(manager, INSPECTION, inspection)
    press(manager.page, "action_validate", "validated")
    manager.screenshot(f"network_inspection_{lang}")
    (found,) = officer.call("srm.network.section", "read", [[section], ["grade"]])
    assert found["grade"] == "4"


def rank(officer, lang: str) -> int:
    service = find(officer, "srm.service", [["code", "=", "sanitation"]])
    ranking = create(officer, "srm.priority.ranking", service_id=service)
    open_form(officer, RANKING, ranking)
    press(officer.page, "action_rank", "ranked")
    officer.page.click("button[name=action_view_lines]")
    officer.page.wait_for_selector(".o_list_view .o_data_row")
    officer.page.click(".o_list_view .o_data_row >> nth=0 >> td[name=section_id]")
    officer.page.wait_for_selector(".o_field_widget[name=explanation] tfoot")
    officer.screenshot(f"network_ranking_{lang}")
    return ranking


def plan(officer, manager, ranking: int, lang: str) -> None:
    record = create(
        officer,
        "srm.urgent.plan",
        title="Plan d'urgence d'essai",
        ranking_id=ranking,
        ceiling=CEILING,
    )
    open_form(officer, PLAN, record)
    officer.page.click(".o_statusbar_buttons button[name=action_build]")
    officer.page.wait_for_selector(".o_field_widget[name=line_ids] .o_data_row")
    open_form(manager, PLAN, record)
    press(manager.page, "action_approve", "approved")
    manager.screenshot(f"network_plan_{lang}")
    fields = ["taken_cost", "taken_count", "left"]
    (found,) = manager.call("srm.urgent.plan", "read", [[record], fields])
    assert 0 < found["taken_cost"] <= CEILING
    assert found["left"] == CEILING - found["taken_cost"]
    show_map(manager, lang)


def show_map(manager, lang: str) -> None:
    """The works of the plan on the map: a bubble opens the section."""
    page = manager.page
    page.click(".o_statusbar_buttons button[name=action_view_map]")
    page.wait_for_selector(".o_srm_map_place canvas")
    page.wait_for_selector(".o_srm_map_legend >> nth=1")
    page.wait_for_selector(".o_srm_map_name")
    manager.screenshot(f"network_map_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_the_diagnosis_to_the_plan_on_the_map(browser_page, lang):
    officer = browser_page(lang=lang, login="network.officer")
    manager = browser_page(lang=lang, login="network.manager")
    sections = sewers(officer, lang)
    inspect(officer, manager, sections[0], lang)
    ranking = rank(officer, lang)
    plan(officer, manager, ranking, lang)


def sector_with_points(officer, lang: str) -> int:
    sector = create(
        officer,
        "srm.sector",
        code=f"TC-{lang}",
        name="Secteur télégéré",
        service_id=find(officer, "srm.service", [["code", "=", "water"]]),
        km=40,
        connections=3000,
    )
    code = f"TC-{lang}-Q"
    create(
        officer,
        "srm.telemetry.channel",
        code=code,
        name="Débit d'entrée",
        sector_id=sector,
        direction="in",
    )
    now = int(time.time())
    points = [[code, now - 900 * number, 40 + number % 30] for number in range(300)]
    lines = "\n".join(f"{name};{moment};{value}" for name, moment, value in points)
    read_file(officer, f"channel;moment;value\n{lines}\nINCONNUE;{now};1\n")
    return sector


def read_file(officer, text: str) -> None:
    """Through the screen: the delivery says what was stored and what was not."""
    page = officer.page
    officer.goto("/odoo/action-srm_projects.action_srm_telemetry_file")
    page.set_input_files(
        ".modal .o_field_binary input[type=file]",
        {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode()},
    )
    page.wait_for_selector(".modal .o_field_binary .o_clear_file_button")
    page.click(".modal button[name=action_read]:visible")
    page.wait_for_selector(".o_form_view .o_field_widget[name=refused_file]")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_points_of_a_file_on_the_page_of_the_sector(browser_page, lang):
    officer = browser_page(lang=lang, login="network.officer")
    sector = sector_with_points(officer, lang)
    officer.screenshot(f"telemetry_delivery_{lang}")
    open_form(officer, SECTOR, sector)
    officer.page.click("button[name=action_view_telemetry]")
    officer.page.wait_for_selector(".o_srm_dashboard canvas")
    officer.screenshot(f"telemetry_sector_{lang}")


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_dashboard_of_the_direction(browser_page, lang):
    director = browser_page(lang=lang, login="director")
    director.goto(DASHBOARDS)
    director.page.wait_for_selector(".o_spreadsheet_dashboard_action canvas >> nth=2")
    director.screenshot(f"direction_dashboard_{lang}")
