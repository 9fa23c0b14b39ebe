"""The outbox of a phone: what the server cannot take holds up nothing behind it."""

import json

import pytest

PHONE = {"width": 390, "height": 844}
PAGE = "/srm/m/site"
SUBMIT = "**/srm/m/submit"
EXPECTED = ("/srm/m/submit", "the server responded with a status of")
#: Asked for by the page; counted before the browser decides by itself.
COUNT_PERSIST = """
    window.asked = 0;
    navigator.storage.persist = async () => { window.asked += 1; return %s; };
    navigator.storage.persisted = async () => false;
"""
#: Entries as an older version of the page, or a fault, may have left them.
PUT = """
    async (entries) => {
        const { store } = await import("/srm_base/static/src/offline/store.js");
        const { makeId } = await import("/srm_base/static/src/offline/outbox.js");
        const { user } = JSON.parse(document.getElementById("srm-config").textContent);
        for (const [position, entry] of entries.entries()) {
            await store.put("outbox", {
                id: makeId(), app: "site", user: user.id, place: {}, state: "waiting",
                message: "", label: entry.label,
                entered_on: new Date(Date.now() - 60000 + position).toISOString(),
                payload: {
                    text: "x".repeat(entry.length || 0) + (entry.text || ""),
                    project: entry.project, photos: [],
                },
                ...entry.values,
            });
        }
    }
"""
STATES = """
    async () => {
        const { store } = await import("/srm_base/static/src/offline/store.js");
        const entries = await store.all("outbox");
        return Object.fromEntries(
            entries.map((entry) => [entry.label, [entry.state, entry.message]])
        );
    }
"""


@pytest.fixture
def phone(browser_page):
    opened = browser_page(
        login="project.manager", viewport=PHONE, has_touch=True, is_mobile=True
    )
    opened.goto(PAGE)
    opened.page.wait_for_selector(".card.project")
    opened.page.evaluate("navigator.serviceWorker.ready")
    (opened.project, *_others) = opened.call(
        "project.project", "search", [[["srm_state", "=", "works"]]]
    )
    yield opened
    opened.errors[:] = [
        error for error in opened.errors if not any(sign in error for sign in EXPECTED)
    ]


def put(phone, *entries):
    """Leave entries on the phone and open the page again, which sends them."""
    phone.page.evaluate(PUT, [{"project": phone.project, **entry} for entry in entries])
    phone.page.reload()
    phone.page.wait_for_selector(".card.project")


def states(phone) -> dict:
    return phone.page.evaluate(STATES)


def sent(phone, text) -> int:
    return phone.call("srm.site.entry", "search_count", [[["text", "=", text]]])


def test_entries_the_server_refuses(phone):
    """Too long, no project, characters that are none, no moment: four sorts."""
    put(
        phone,
        {"label": "long", "length": 4_200_000},
        {"label": "nowhere", "project": 10**9},
        {"label": "no project", "project": None},
        {"label": "surrogate", "text": "\ud800"},
        {"label": "no date", "text": "Sans date", "values": {"entered_on": 12}},
        {"label": "good", "text": "Passée derrière les autres"},
    )
    page = phone.page
    page.wait_for_selector(".network[data-waiting='0']")
    found = states(phone)
    for label in ("long", "nowhere", "no project", "surrogate"):
        assert found[label][0] == "refused", (label, found[label])
        assert found[label][1], label
    assert found["no date"][0] == found["good"][0] == "sent"
    assert sent(phone, "Passée derrière les autres") == 1
    page.click(".network")
    refused = page.locator(".entry.refused")
    assert refused.count() == 4
    assert "trop volumineuse" in page.inner_text(".outbox") or (
        "too large" in page.inner_text(".outbox")
    )
    phone.screenshot("field_outbox_refused")
    page.locator(".entry.refused button").last.click()
    page.wait_for_function("document.querySelectorAll('.entry.refused').length === 3")


def test_an_entry_on_which_the_server_fails(phone):
    """Tried again a few times while the next ones go; then it is refused, in sight."""
    tries = []

    def answer(route):
        body = json.loads(route.request.post_data)
        if body["params"]["payload"]["text"].endswith("poison"):
            tries.append(1)
            route.fulfill(status=500, body="<html>Internal Server Error</html>")
        else:
            route.continue_()

    phone.page.route(SUBMIT, answer)
    put(
        phone,
        {"label": "bad", "text": "poison"},
        {"label": "good", "text": "Après une panne"},
    )
    page = phone.page
    page.wait_for_selector(".network[data-waiting='1']")
    assert states(phone)["good"][0] == "sent"
    assert sent(phone, "Après une panne") == 1
    page.click(".network")
    page.wait_for_selector(".network[data-waiting='0']", timeout=60_000)
    assert states(phone)["bad"][0] == "refused"
    assert len(tries) == 5
    page.unroute(SUBMIT)
    page.locator(".entry.refused button").first.click()
    page.wait_for_selector(".entry.refused", state="detached")
    page.wait_for_selector(".network[data-waiting='0']")
    assert states(phone)["bad"][0] == "sent"


def test_not_now_is_no_refusal(phone):
    """Somebody else held the record: the entry waits, the next one goes."""
    refusal = {
        "message": "Odoo Server Error",
        "data": {
            "name": "odoo.exceptions.UserError",
            "message": "Somebody else",
            "context": {"srm_repeat": True},
        },
    }
    answers = iter(range(2))

    def answer(route):
        body = json.loads(route.request.post_data)
        held = body["params"]["payload"]["text"] == "held"
        if held and next(answers, None) is not None:
            route.fulfill(json={"jsonrpc": "2.0", "id": None, "error": refusal})
        else:
            route.continue_()

    phone.page.route(SUBMIT, answer)
    put(phone, {"label": "first", "text": "held"}, {"label": "next", "text": "next"})
    phone.page.wait_for_selector(".network[data-waiting='1']")
    assert states(phone)["next"][0] == "sent"
    phone.page.wait_for_selector(".network[data-waiting='0']", timeout=60_000)
    assert states(phone)["first"][0] == "sent"


def test_while_the_server_is_away_everything_waits(phone):
    phone.page.route(SUBMIT, lambda route: route.fulfill(status=503, body="503"))
    put(phone, {"label": "one", "text": "un"}, {"label": "two", "text": "deux"})
    phone.page.wait_for_selector(".network[data-waiting='2']")
    assert {state for state, _message in states(phone).values()} == {"waiting"}
    phone.page.unroute(SUBMIT)
    phone.page.wait_for_selector(".network[data-waiting='0']", timeout=60_000)
    assert {state for state, _message in states(phone).values()} == {"sent"}


@pytest.mark.parametrize("granted", ["true", "false"])
def test_the_phone_is_asked_to_keep_the_entries(browser_page, granted):
    phone = browser_page(login="project.manager", viewport=PHONE)
    phone.page.add_init_script(COUNT_PERSIST % granted)
    phone.goto(PAGE)
    phone.page.wait_for_selector(".card.project")
    phone.page.wait_for_function("window.asked === 1")
    phone.page.context.set_offline(True)
    phone.page.click(".card.project >> nth=0")
    phone.page.fill("textarea", "À garder")
    phone.page.click(".bottom .primary")
    phone.page.wait_for_selector(".network[data-waiting='1']")
    phone.page.click(".network")
    warned = phone.page.locator(".outbox p.notice").count()
    assert warned == (0 if granted == "true" else 1)
    phone.page.context.set_offline(False)
    phone.page.wait_for_selector(".network[data-waiting='0']")
    phone.errors.clear()
