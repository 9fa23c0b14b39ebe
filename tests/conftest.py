"""Fixtures of the whole-suite tests: a real server and a real browser.

Run through `./srm test`, which prepares the databases and says where everything is.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from srm_cli import build, harness, paths

LOG_ERROR = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) |^Traceback ", re.M)
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:", re.M)
# Two requests met in the database: Odoo logs the query as an error, then repeats the
# request, which is how it is meant to work.
REPEATED = "could not serialize access due to concurrent update"
# Told to stop, Odoo closes its connections under the scheduled actions that still run:
# what they log from then on says nothing about the screens.
STOPPING = re.compile(r"^.* odoo\.service\.server: Initiating shutdown", re.M)
# The browser talks to nobody but the server under test.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LANGUAGES = {"fr": "fr_FR", "ar": "ar_001", "en": "en_US"}
WIDE = {"width": 1440, "height": 900}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def srm_context() -> harness.Context:
    """What `./srm test` prepared."""
    return harness.load()


@pytest.fixture(scope="module")
def srm_server(srm_context: harness.Context) -> Iterator[harness.TestServer]:
    """A real server on a throw-away copy of the demo database, one per test module.

    The module fails at its end when the server logged an error.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{harness.TEMPORARY}{worker}_{next(_numbers)}"
    with harness.demo_server(srm_context, name) as server:
        yield server
    text = STOPPING.split(server.log_path.read_text(errors="replace"))[0]
    found = [_entry(text, m) for m in LOG_ERROR.finditer(text)]
    found = [entry for entry in found if REPEATED not in entry]
    assert not found, f"the server logged {len(found)} errors, first: {found[0][:1500]}"


@pytest.fixture(scope="module")
def registry(srm_context: harness.Context) -> Iterator:
    """The registry of a copy of the demo database, in this process."""
    from odoo.modules.registry import Registry
    from odoo.sql_db import close_db
    from odoo.tools import config

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{harness.TEMPORARY}{worker}_{next(_numbers)}"
    build.copy(srm_context.connection, harness.DEMO_TEMPLATE.name, name)
    try:
        with patch.dict(config.options, test_enable=False):
            loaded = Registry(name)
        yield loaded
    finally:
        Registry.delete(name)
        close_db(name)
        build.forget(srm_context.connection, name, test=True)


def _entry(text: str, start: re.Match) -> str:
    """What was logged at once: the line, and the traceback up to the next line."""
    end = LOG_LINE.search(text, start.end())
    return text[start.start() : end.start() if end else len(text)]


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's driver; its event loop lives no longer than the module."""
    with sync_playwright() as driver:
        yield driver


@dataclass
class BrowserPage:
    """One page in a browser profile of its own, and the errors it has seen.

    `errors` collects console errors, uncaught exceptions and answers of 400 and more;
    a test which provokes one on purpose removes it from the list.
    """

    page: Page
    server: harness.TestServer
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(f"page: {error}"))
        self.page.on("console", self._on_console)
        self.page.on("response", self._on_response)

    def _on_console(self, message) -> None:
        if message.type == "error":
            url = message.location.get("url", "")
            self.errors.append(f"console: {message.text} ({url})")

    def _on_response(self, response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status}: {response.url}")

    def goto(self, path: str) -> None:
        """Open a path of the server under test."""
        self.page.goto(self.server.base_url + path)

    def login(self, login: str = "admin", *, lang: str | None = None) -> None:
        """Open the web client as a demo user.

        The session is asked for directly: the web client is drawn once, in the right
        language. The page of the login has tests of its own.

        :param lang: "fr", "ar" or "en": becomes the user's language first.
        """
        account = {"login": login, "password": self.server.logins[login]}
        account["db"] = self.server.database
        self._post("/web/session/authenticate", account)
        if lang:
            self.set_language(lang)
        self.goto("/odoo")
        self.wait_for_client()

    def wait_for_client(self) -> None:
        self.page.wait_for_selector(".o_main_navbar", timeout=60_000)

    def set_language(self, lang: str) -> None:
        """Change the language of the user who is logged in."""
        user = self._post("/web/session/get_session_info", {})["uid"]
        self.call("res.users", "write", [[user], {"lang": LANGUAGES[lang]}])

    def call(self, model: str, method: str, args: list, **kwargs):
        """Call a model's public method with the rights of the logged-in user."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post(self, path: str, params: dict):
        request = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        answer = self.page.request.post(self.server.base_url + path, data=request)
        body = answer.json()
        assert "error" not in body, body["error"].get("data", body["error"])
        return body["result"]

    def screenshot(self, name: str) -> Path:
        """Keep what the page shows as `.srm/screenshots/<name>.png`."""
        path = paths.state_file("screenshots", f"{name}.png")
        self.page.screenshot(path=path)
        return path


@pytest.fixture
def browser_page(
    srm_context: harness.Context,
    srm_server: harness.TestServer,
    playwright_driver: Playwright,
) -> Iterator[Callable[..., BrowserPage]]:
    """Factory of pages: `browser_page(lang="fr", login="admin")`.

    Each call opens a browser profile of its own. The test fails at its end when one of
    its pages has seen an error.
    """
    browser = playwright_driver.chromium.launch(
        executable_path=srm_context.chromium, args=list(BROWSER_FLAGS)
    )
    opened: list[BrowserPage] = []

    def open_page(lang: str = "fr", login: str | None = None, **options) -> BrowserPage:
        locale = LANGUAGES[lang].replace("_", "-")
        # Windows that fade in and out are waiting time, and moving targets.
        settings = {"locale": locale, "viewport": WIDE, "reduced_motion": "reduce"}
        settings |= options
        profile: BrowserContext = browser.new_context(**settings)
        profile.set_default_timeout(30_000)
        page = BrowserPage(profile.new_page(), srm_server)
        page.watch()
        opened.append(page)
        if login:
            page.login(login, lang=lang)
        return page

    try:
        yield open_page
    finally:
        browser.close()
    errors = [error for page in opened for error in page.errors]
    assert not errors, "the browser saw errors: " + "\n".join(errors)
