"""Somebody before the doors: a browser without a browser, from an address of choice."""

from __future__ import annotations

import re
import xmlrpc.client

import requests

CSRF = re.compile(r'(?:csrf_token: |name="csrf_token" value=)"([^"]+)"')
ALERT = re.compile(r'class="alert alert-(?:danger|success)"[^>]*>\s*([^<]*\S)\s*<')


class Visitor:
    """What one person sends to a server.

    :param address: where it comes from, as the proxy in front of the server says
    """

    numbers: dict[str, int]

    def __init__(self, server, address: str = "", **headers: str) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.headers.update(headers)
        if address:
            self.session.headers["X-Forwarded-For"] = address

    def get(self, path: str, **options) -> requests.Response:
        options = {"timeout": 60, "allow_redirects": False} | options
        return self.session.get(self.server.base_url + path, **options)

    def post(self, path: str, **options) -> requests.Response:
        options = {"timeout": 60, "allow_redirects": False} | options
        return self.session.post(self.server.base_url + path, **options)

    def form(self, path: str, **values) -> requests.Response:
        """Fill in the form of a page, with its token."""
        page = self.get(path, allow_redirects=True)  # to the page in one's language
        path = page.url.removeprefix(self.server.base_url)
        return self.post(path, data={"csrf_token": token_of(page), **values})

    def rpc(self, path: str, **params) -> dict:
        request = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        return self.post(path, json=request).json()

    def call(self, model: str, method: str, *args, **kwargs) -> dict:
        """A public method of a model, with the rights of who is logged in."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.rpc(f"/web/dataset/call_kw/{model}/{method}", **params)

    # The ways in: whether they let in

    def by_page(self, login: str, password: str) -> bool:
        return self.form("/web/login", login=login, password=password).is_redirect

    def by_session(self, login: str, password: str) -> bool:
        account = {"db": self.server.database, "login": login, "password": password}
        answer = self.rpc("/web/session/authenticate", **account)
        return bool(answer.get("result", {}).get("uid"))

    def by_jsonrpc(self, login: str, password: str) -> bool:
        args = [self.server.database, login, password, {}]
        call = {"service": "common", "method": "authenticate", "args": args}
        return bool(self.rpc("/jsonrpc", **call).get("result"))

    def by_jsonrpc_call(self, login: str, password: str) -> bool:
        """Calls name the number of an account, which anybody may guess."""
        args = [self.server.database, self.numbers[login], password]
        args += ["res.users", "context_get"]
        call = {"service": "object", "method": "execute", "args": args}
        return "result" in self.rpc("/jsonrpc", **call)

    def by_xmlrpc(self, login: str, password: str) -> bool:
        return self._xmlrpc("/xmlrpc/common", "login", login, password)

    def by_xmlrpc_2(self, login: str, password: str) -> bool:
        return self._xmlrpc("/xmlrpc/2/common", "authenticate", login, password, {})

    def _xmlrpc(self, path: str, method: str, *args) -> bool:
        body = xmlrpc.client.dumps((self.server.database, *args), method)
        headers = {"Content-Type": "text/xml"}
        answer = self.post(path, data=body.encode(), headers=headers)
        return bool(xmlrpc.client.loads(answer.text)[0][0])

    def by_key(self, key: str, path: str = "/json/2/res.users/context_get") -> int:
        """Status of a call with an API key."""
        headers = {"Authorization": f"Bearer {key}"}
        return self.post(path, json={}, headers=headers).status_code


WAYS = (
    Visitor.by_page,
    Visitor.by_session,
    Visitor.by_jsonrpc,
    Visitor.by_jsonrpc_call,
    Visitor.by_xmlrpc,
    Visitor.by_xmlrpc_2,
)


def token_of(page: requests.Response) -> str:
    """What a form of a page has to bring along."""
    return CSRF.search(page.text)[1]


def alert(page: requests.Response) -> str:
    found = ALERT.search(page.text)
    return found[1] if found else ""
