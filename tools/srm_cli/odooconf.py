"""The configuration Odoo starts with: `odoo.conf` plus what belongs to this machine."""

from __future__ import annotations

import configparser
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from . import paths
from .database import Connection
from .platform import Platform


def read() -> configparser.RawConfigParser:
    conf = configparser.RawConfigParser()
    conf.read(paths.ROOT / "odoo.conf")
    if not conf.has_section("options"):
        conf.add_section("options")
    return conf


def configured_port() -> int | None:
    """The port someone wrote into odoo.conf, None when left open."""
    value = read().get("options", "http_port", fallback="")
    return int(value) if value.isdigit() else None


def configured_workers() -> int | None:
    """The number of workers someone wrote into odoo.conf, None when left open."""
    value = read().get("options", "workers", fallback="")
    return int(value) if value.isdigit() else None


def configured_socket_port() -> int | None:
    """The port of web sockets someone wrote into odoo.conf, None when left open."""
    value = read().get("options", "gevent_port", fallback="")
    return int(value) if value.isdigit() else None


def data_dir(test: bool = False) -> Path:
    return paths.state_dir() / ("test-data" if test else "data")


def filestore(database: str, test: bool = False) -> Path:
    return data_dir(test) / "filestore" / database


def write(
    platform: Platform,
    connection: Connection,
    database: str,
    *,
    demo: bool,
    test: bool = False,
    port: int | None = None,
    name: str = "odoo.conf",
    extra: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    jobs: str | None = None,
) -> Path:
    """Write a private configuration file, readable by its owner only; its path.

    :param defaults: options that odoo.conf may set otherwise
    :param jobs: channels of the job runner instead of those of odoo.conf
    """
    conf = read()
    for key, value in (defaults or {}).items():
        if not conf.has_option("options", key):
            conf.set("options", key, value)
    if jobs is not None:
        conf.set("queue_job", "channels", jobs)
    options = {
        "addons_path": platform.addons_path(),
        "data_dir": str(data_dir(test)),
        "admin_passwd": _master_password(),
        "db_host": connection.host,
        "db_port": connection.port,
        "db_user": connection.user,
        "db_name": database,
        "dbfilter": f"^{database}$",
    }
    if demo:
        # Read by srm_base: demo logins are refused unless the server says so.
        options["srm_demo"] = "True"
    if connection.password:
        options["db_password"] = connection.password
    if port:
        options["http_port"] = str(port)
    for key, value in {**options, **(extra or {})}.items():
        conf.set("options", key, value)
    return _write_private(conf, paths.state_file(name))


def _write_private(conf: configparser.RawConfigParser, path: Path) -> Path:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as stream:
        conf.write(stream)
    temporary.replace(path)
    return path


def _master_password() -> str:
    """Random, made once per clone, never in the repository."""
    path = paths.state_file("master-password")
    if not path.is_file() or not path.read_text():
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as stream:
            stream.write(secrets.token_urlsafe(24))
    return path.read_text()
