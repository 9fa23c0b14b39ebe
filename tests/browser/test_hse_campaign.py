"""A campaign from the idea to the catch-up session and the printed proof.

The HR officer plans it and freezes the list at the office, signs people in on a phone
that loses the network, then shows who was reached and who was not.
"""

import datetime
import itertools
import json
import re
from dataclasses import dataclass

import pytest
from steps import newest, press, wait_for_step

CAMPAIGN = "/odoo/action-srm_hse.srm_campaign_action/{}"
SESSION = "/odoo/action-srm_hse.srm_campaign_session_action/{}"
COVERAGE = "/odoo/action-srm_hse.srm_coverage_action"
PHONE = {"width": 390, "height": 844}
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001"}
# One province for each language: both tests run on the same data.
PROVINCES = {"fr": "09.551", "ar": "09.581"}
NAMES = {"fr": "Travaux en hauteur", "ar": "العمل في المرتفعات"}
# What the browser says itself when the network goes away.
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
REGION = "Africa/Casablanca"


HALVES = {"ar": {"AM": "ص", "PM": "م"}}


@dataclass(frozen=True)
class Wording:
    """The words and the date format of a user's language."""

    browser: object
    lang: str

    def name(self, model: str, domain: list) -> str:
        context = {"lang": LANGUAGES[self.lang]}
        found = self.browser.call(
            model, "search_read", [domain, ["display_name"]], limit=1, context=context
        )
        return found[0]["display_name"]

    def text(self, day: datetime.datetime | datetime.date) -> str:
        names = ["date_format", "time_format"]
        domain = [["iso_code", "=", self.lang]]
        found = self.browser.call("res.lang", "search_read", [domain, names], limit=1)
        format_ = found[0]["date_format"]
        if isinstance(day, datetime.datetime):
            format_ += " " + found[0]["time_format"]
        text = day.strftime(format_)
        # Python writes the half of the day in English; the page reads its own language.
        for half, word in HALVES.get(self.lang, {}).items():
            text = text.replace(half, word)
        return text


def count(browser, model: str, domain: list) -> int:
    return browser.call(model, "search_count", [domain])


def read(browser, model: str, record: int, *names: str) -> dict:
    return browser.call(model, "read", [[record], list(names)])[0]


def pick(page, field: str, label: str) -> None:
    """Type a label into a relation and take the record of that very name."""
    page.fill(f".o_field_widget[name={field}] input", label)
    exact = re.compile(rf"^\s*{re.escape(label)}(\s|$)")
    page.locator(".o-autocomplete--dropdown-item", has_text=exact).first.click()


def type_range(page, first: str, last: str, *, ends: str) -> None:
    """Both ends of a period; the end that is not being typed is a button.

    :param ends: names of the two fields
    """
    for name, text in zip(ends.split(), (first, last), strict=True):
        page.click(f".o_field_widget [data-field={name}]")
        page.fill(f".o_field_widget input[data-field={name}]", text)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def save(page) -> None:
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_button_save", state="hidden")


def plan(browser, lang: str) -> int:
    """What, for whom, when: a campaign as it is first saved."""
    page, words = browser.page, Wording(browser, lang)
    browser.goto(CAMPAIGN.format("new"))
    page.wait_for_selector(".o_form_view .o_form_sheet")
    page.fill(".o_field_widget[name=name] input", NAMES[lang])
    pick(page, "theme_ids", words.name("srm.theme", [["code", "=", "safety"]]))
    for kind in ("employee", "subcontractor"):
        domain = [["kind", "=", kind]]
        pick(page, "population_ids", words.name("srm.population", domain))
    domain = [["code", "=", PROVINCES[lang]]]
    pick(page, "province_ids", words.name("srm.territory", domain))
    today = datetime.date.today()
    first, last = (today + datetime.timedelta(days=days) for days in (-2, 60))
    type_range(page, words.text(first), words.text(last), ends="date_start date_end")
    save(page)
    browser.screenshot(f"hse_campaign_planned_{lang}")
    return newest(browser, "srm.campaign", [["name", "=", NAMES[lang]]])


def review_and_freeze(browser, campaign: int, lang: str) -> list[int]:
    """Compute the list, leave one person out with the reason, freeze; who is left."""
    page = browser.page
    page.click("button[name=action_compute_targets]")
    page.wait_for_selector(".o_action.o_list_view .o_data_row")
    browser.screenshot(f"hse_campaign_list_{lang}")
    page.click(".o_data_row >> nth=0 >> .o_data_cell >> nth=1")
    page.wait_for_selector(".o_form_view .o_field_widget[name=excluded]")
    page.click(".o_field_widget[name=excluded] input")
    page.fill(".o_field_widget[name=reason] input", "Congé de longue durée")
    save(page)
    browser.goto(CAMPAIGN.format(campaign))
    wait_for_step(page, "review")
    press(page, "action_freeze", "running", confirm=True)
    browser.screenshot(f"hse_campaign_frozen_{lang}")
    domain = [["campaign_id", "=", campaign], ["excluded", "=", False]]
    return browser.call("srm.campaign.target", "search", [domain])


def plan_session(browser, campaign: int, lang: str) -> int:
    """A session that runs now in the province, filled with people not reached."""
    page, words = browser.page, Wording(browser, lang)
    page.click("button[name=action_open_sessions]")
    page.click(".o_list_button_add")
    page.wait_for_selector(".o_form_view .o_field_widget[name=place]")
    # By the browser's clock: its time zones and Python's need not be of the same year.
    offset = page.evaluate("-new Date().getTimezoneOffset()")
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=offset)
    start, stop = (now + datetime.timedelta(minutes=m) for m in (-30, 90))
    type_range(page, words.text(start), words.text(stop), ends="start stop")
    page.fill(".o_field_widget[name=place] input", "Dépôt provincial")
    domain = [["code", "=", PROVINCES[lang]]]
    pick(page, "territory_id", words.name("srm.territory", domain))
    save(page)
    press(page, "action_plan", "planned")
    page.click(".o_form_view button[name=action_fill]")
    page.wait_for_selector("[name=attendance_ids] .o_data_row")
    browser.screenshot(f"hse_session_planned_{lang}")
    return newest(browser, "srm.campaign.session", [["campaign_id", "=", campaign]])


# The phone


def watch_answers(page) -> list[dict]:
    """Every answer the server gives to what the phone sends, as it comes."""
    answers: list[dict] = []

    def keep(response) -> None:
        if response.url.endswith("/srm/m/submit"):
            answers.append(json.loads(response.body())["result"])

    page.on("response", keep)
    return answers


def open_phone(browser, session: int) -> None:
    """Open the page of the session and wait until the phone keeps it."""
    page = browser.page
    browser.goto(f"/srm/m/attendance?session={session}")
    page.wait_for_selector(".person")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    page.wait_for_selector(".person")


def sign(page, name: str) -> None:
    """Find a person by name, draw a signature with a finger, confirm."""
    page.fill("input[name=search]", name)
    page.click(f".person:has-text('{name}')")
    pad = page.locator("canvas.signature")
    box = pad.bounding_box()
    assert box["width"] > 300
    for index, (x, y) in enumerate(((60, 90), (120, 40), (180, 130), (250, 60))):
        page.mouse.move(box["x"] + x, box["y"] + y)
        if not index:
            page.mouse.down()
    page.mouse.up()


def confirm(page) -> None:
    page.click(".bottom .primary")
    page.wait_for_selector(".toast")
    page.wait_for_selector(".person")


def waiting(page, number: int) -> None:
    page.wait_for_selector(f".network[data-waiting='{number}']")


def people(browser, session: int, lang: str) -> list[str]:
    """Names on the sheet as the phone shows them."""
    domain = [["session_id", "=", session]]
    lines = browser.call("srm.attendance", "search_read", [domain, ["worker_id"]])
    workers = [line["worker_id"][0] for line in lines]
    names = ["name", "name_ar"]
    found = browser.call("srm.worker", "read", [workers, names])
    return [one["name_ar"] if lang == "ar" else one["name"] for one in found]


def sign_in_without_network(phone, office, session: int, lang: str) -> None:
    """Two people sign while there is no network; the page even survives a reload."""
    page = phone.page
    names = people(phone, session, lang)
    open_phone(phone, session)
    phone.screenshot(f"hse_phone_people_{lang}")
    assert overflow(page) <= 0
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".person")
    page.wait_for_selector(".network[data-state=offline]")
    sign(page, names[0])
    phone.screenshot(f"hse_phone_signature_{lang}")
    assert overflow(page) <= 0
    confirm(page)
    waiting(page, 1)
    page.reload()
    waiting(page, 1)
    sign(page, names[1])
    confirm(page)
    waiting(page, 2)
    phone.screenshot(f"hse_phone_offline_{lang}")
    # Asked from elsewhere: a moment of network would let the phone send.
    domain = [["session_id", "=", session], ["status", "=", "present"]]
    assert count(office, "srm.attendance", domain) == 0


def send_when_network_returns(phone, session: int, lang: str) -> None:
    """Back online: each entry is recorded once, however often it is sent."""
    page = phone.page
    answers = watch_answers(page)
    page.context.set_offline(False)
    waiting(page, 0)
    page.wait_for_selector(".network[data-state=online]")
    page.reload()
    page.wait_for_selector(".person .badge.present")
    phone.screenshot(f"hse_phone_sent_{lang}")
    assert [(one["state"], one["repeated"]) for one in answers] == [("done", False)] * 2
    domain = [["session_id", "=", session], ["status", "=", "present"]]
    lines = phone.call("srm.attendance", "search_read", [domain, ["submission_id"]])
    assert len({line["submission_id"][0] for line in lines}) == len(lines) == 2
    phone.errors[:] = [
        error for error in phone.errors if not any(sign in error for sign in OFFLINE)
    ]


def lose_an_answer(phone, session: int, lang: str) -> None:
    """The server records, its answer is lost on the way, the phone sends again."""
    page = phone.page
    tries = itertools.count(1)

    def lossy(route) -> None:
        answer = route.fetch()
        if next(tries) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.context.route("**/srm/m/submit", lossy)
    answers = watch_answers(page)
    sign(page, people(phone, session, lang)[2])
    confirm(page)
    page.wait_for_selector(".network[data-state=online]")
    page.context.unroute("**/srm/m/submit")
    waiting(page, 0)
    assert next(tries) == 3
    assert [one["repeated"] for one in answers] == [True]
    domain = [["session_id", "=", session], ["status", "=", "present"]]
    assert count(phone, "srm.attendance", domain) == 3
    phone.errors[:] = [
        error for error in phone.errors if not any(sign in error for sign in OFFLINE)
    ]


# Back at the office


def overflow(page) -> int:
    """Pixels that stick out of the screen sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def close_sheet(browser, session: int, lang: str) -> None:
    """Close the sheet: who did not come is absent; certificates for the others."""
    page = browser.page
    browser.goto(SESSION.format(session))
    wait_for_step(page, "planned")
    press(page, "action_done", "done", confirm=True)
    browser.screenshot(f"hse_session_held_{lang}")
    page.click("button[name=action_issue_certificates]")
    page.wait_for_selector(".o_action.o_list_view .o_data_row >> nth=2")
    browser.screenshot(f"hse_certificates_{lang}")


def pdf(browser, model: str, ids: list[int]) -> bytes:
    """The document behind a Print button, fetched as the user's browser would."""
    action = browser.call(model, "action_print", [ids])
    answer = browser.page.request.get(browser.server.base_url + action["url"])
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def check_documents(browser, campaign: int, session: int) -> None:
    """Report, attendance sheet and certificates are PDF documents."""
    domain = [["session_id", "=", session]]
    certificates = browser.call("srm.certificate", "search", [domain])
    assert len(certificates) == 3
    for model, ids in (
        ("srm.campaign", [campaign]),
        ("srm.campaign.session", [session]),
        ("srm.certificate", certificates),
    ):
        assert pdf(browser, model, ids).startswith(b"%PDF-"), model


def catch_up(browser, campaign: int, targets: int, lang: str) -> None:
    """The coverage page says who is missing; one click plans them."""
    page = browser.page
    browser.goto(CAMPAIGN.format(campaign))
    wait_for_step(page, "running")
    page.click(".o_form_statusbar button[name=action_open_coverage]")
    page.wait_for_selector(".o_srm_coverage canvas")
    assert f"3 / {targets}" in page.inner_text(".o_srm_cards")
    browser.screenshot(f"hse_coverage_{lang}")
    page.click(".o_srm_coverage button.btn-primary >> nth=0")
    # More than a session holds: two are planned.
    page.wait_for_selector(".o_action.o_list_view .o_data_row >> nth=1")
    browser.screenshot(f"hse_catch_up_{lang}")
    domain = [["campaign_id", "=", campaign], ["catch_up", "=", True]]
    names = ["invited_count", "capacity", "state"]
    found = browser.call("srm.campaign.session", "search_read", [domain, names])
    assert sum(one["invited_count"] for one in found) == targets - 3
    assert all(one["invited_count"] <= one["capacity"] for one in found)
    assert {one["state"] for one in found} == {"draft"}


def small_screen(browser, campaign: int, lang: str) -> None:
    """The same figures on a phone."""
    page = browser.page
    browser.goto(CAMPAIGN.format(campaign))
    page.wait_for_selector(".o_form_view .o_form_sheet")
    browser.screenshot(f"hse_campaign_phone_{lang}")
    browser.goto(COVERAGE)
    page.wait_for_selector(".o_srm_coverage .o_srm_cards")
    browser.screenshot(f"hse_coverage_phone_{lang}")
    assert overflow(page) <= 0


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_from_the_plan_to_the_catch_up(browser_page, lang):
    office = browser_page(lang=lang, login="hr.officer", timezone_id=REGION)
    campaign = plan(office, lang)
    targets = review_and_freeze(office, campaign, lang)
    session = plan_session(office, campaign, lang)

    phone = browser_page(
        lang=lang, login="hr.officer", viewport=PHONE, has_touch=True, is_mobile=True
    )
    sign_in_without_network(phone, office, session, lang)
    send_when_network_returns(phone, session, lang)
    lose_an_answer(phone, session, lang)

    close_sheet(office, session, lang)
    check_documents(office, campaign, session)
    catch_up(office, campaign, len(targets), lang)
    small_screen(phone, campaign, lang)


def printed_token(srm_context, srm_server) -> tuple[str, str]:
    """What the QR code of one certificate carries, which no role may read on screen."""
    found = srm_context.connection.query(
        "SELECT token, name FROM srm_certificate WHERE revoked_date IS NULL LIMIT 1",
        srm_server.database,
    )
    token, name = found.split("|", 1)
    return token, name


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_paper_leads_to_the_page_that_vouches_for_it(
    srm_context, srm_server, browser_page, lang
):
    """The QR code of a certificate opens a page anybody can read."""
    token, name = printed_token(srm_context, srm_server)
    visitor = browser_page(lang=lang, viewport=PHONE)
    visitor.goto(f"/srm/hse/verify/{token}?lang={lang}")
    assert name in visitor.page.inner_text("body")
    direction = visitor.page.get_attribute("html", "dir")
    assert direction == {"fr": "ltr", "ar": "rtl"}[lang]
    assert "Certificate" not in visitor.page.inner_text("h1")
    visitor.screenshot(f"hse_certificate_check_{lang}")
    assert overflow(visitor.page) <= 0
