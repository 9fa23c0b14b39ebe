"""Servers as in production, behind a proxy that ends TLS, and their visitors."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from visitor import Visitor

from srm_cli import harness

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def proxied_server(srm_context: harness.Context) -> Iterator[harness.TestServer]:
    """A server that believes the proxy in front of it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{harness.TEMPORARY}{worker}_doors_{next(_numbers)}"
    extra = {"proxy_mode": "True", "max_cron_threads": "0"}
    with harness.demo_server(srm_context, name, extra) as server:
        yield server


@pytest.fixture
def sql(srm_context, proxied_server) -> Callable[[str], list[list[str]]]:
    """Rows of a query on the server's database."""

    def query(text: str) -> list[list[str]]:
        found = srm_context.connection.query(text, proxied_server.database)
        return [row.split("|") for row in found.splitlines()]

    return query


@pytest.fixture
def addresses() -> Iterator[str]:
    """Addresses nobody has used yet."""
    return (f"198.51.{n // 250}.{n % 250 + 1}" for n in _numbers)


@pytest.fixture
def visitor(proxied_server, addresses, sql) -> Callable[..., Visitor]:
    """Factory of visitors, each from an address of its own unless said."""
    numbers = {login: int(n) for login, n in sql("SELECT login, id FROM res_users")}

    def make(address: str = "", **headers: str) -> Visitor:
        made = Visitor(proxied_server, address or next(addresses), **headers)
        made.numbers = numbers
        return made

    return make
