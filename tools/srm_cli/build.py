"""Building and updating databases so that nothing half made can be mistaken for whole.

A database is built under a temporary name and renamed when complete. An update works in
place, between two notes in the private state: killed in the middle, it is run again.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import addons, cache, database, odoo, odooconf, paths, process
from .database import Connection, literal
from .errors import SrmError
from .platform import Platform
from .steps import say, step

STAMP = "srm_cli.stamp"
ASSETS = "srm_cli.assets"
FALLBACK = ["base", "web", "mail"]  # a clone without add-ons still starts
ONCE = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


@dataclass(frozen=True)
class Target:
    """A database to have: its name, whether with demo data, and for which cluster."""

    name: str
    demo: bool
    test: bool = False

    @property
    def temporary(self) -> str:
        return f"{self.name}_new"

    @property
    def languages(self) -> str:
        """Languages to load; the first becomes the default of users and partners.

        The tests' template defaults to English, whose texts the tests look for.
        """
        first = "en_US,fr_FR" if self.test and not self.demo else "fr_FR,en_US"
        return f"{first},ar_001"

    @property
    def update_note(self) -> Path:
        return paths.state_file(f"updating-{self.name}")


def ensure(platform: Platform, connection: Connection, target: Target) -> None:
    """Make the database exist, complete and up to date with the add-ons."""
    wanted = addons.stamp(platform.key)
    if not database.exists(connection, target.name):
        label = "with demo data" if target.demo else "without demo data"
        with step(f"database {target.name} {label}"):
            _build(platform, connection, target, wanted)
    else:
        _check_complete(connection, target)
        current = database.get_parameter(connection, target.name, STAMP)
        if current != wanted or target.update_note.exists():
            with step(f"update of database {target.name}"):
                _update(platform, connection, target, current, wanted)
    if target.demo:
        _ensure_assets(platform, connection, target)


def _check_complete(connection: Connection, target: Target) -> None:
    problem = database.unfinished(connection, target.name)
    if not problem:
        return
    if target.update_note.exists() and "no Odoo tables" not in problem:
        say(f"      the last update was interrupted ({problem}): it is run again")
        return
    raise SrmError(
        f"The database {target.name} was left in the middle of an installation"
        f" ({problem}): `./srm restore FILE` a backup, or `./srm reset` to drop it and"
        " start again."
    )


def _build(
    platform: Platform, connection: Connection, target: Target, wanted: str
) -> None:
    forget(connection, target.temporary, test=target.test)
    paths.require_free_space(paths.state_dir(), 400, "the database")
    database.create(connection, target.temporary)
    try:
        _install(platform, connection, target)
        _finish(platform, connection, target)
        database.set_parameter(connection, target.temporary, STAMP, wanted)
    except BaseException:
        forget(connection, target.temporary, test=target.test)
        raise
    put_in_place(connection, target)


def put_in_place(connection: Connection, target: Target) -> None:
    """Rename the temporary database and its files: files first, so that a database
    which carries the final name always has them."""
    source = odooconf.filestore(target.temporary, target.test)
    final = odooconf.filestore(target.name, target.test)
    if final.exists():
        cache.remove(final)
    source.mkdir(parents=True, exist_ok=True)
    source.rename(final)
    database.rename(connection, target.temporary, target.name)
    target.update_note.unlink(missing_ok=True)


def forget(connection: Connection, name: str, *, test: bool = False) -> None:
    """Drop a database and its files."""
    database.drop(connection, name)
    files = odooconf.filestore(name, test)
    if files.exists():
        cache.remove(files)


def _conf(platform: Platform, connection: Connection, name: str, t: Target) -> Path:
    return odooconf.write(
        platform,
        connection,
        name,
        demo=t.demo,
        test=t.test,
        name=f"build-{t.name}.conf",
    )


def _install(platform: Platform, connection: Connection, target: Target) -> None:
    """What the suite stands on first, then the suite: only the suite's own demo data
    are wanted, and Odoo's take a minute to load, among them an American chart."""
    base = addons.required() or FALLBACK
    languages = f"--load-language={target.languages}"
    run = partial(_run, platform, connection, target, target.temporary, "-i")
    run(base, languages, "--without-demo")
    if addons.names():
        with _demo_of_ours(connection, target, target.temporary):
            run(addons.names())


@contextmanager
def _demo_of_ours(connection: Connection, target: Target, name: str) -> Iterator[None]:
    """Odoo loads the demo data of a module when all those it needs say they have
    theirs; afterwards they must not, or an update of Odoo would load them."""
    if not target.demo:
        yield
        return
    _say_demo_is_loaded(connection, name, True)
    try:
        yield
    finally:
        _say_demo_is_loaded(connection, name, False)


def _say_demo_is_loaded(connection: Connection, name: str, loaded: bool) -> None:
    sql = f"UPDATE ir_module_module SET demo = {loaded} WHERE name NOT LIKE 'srm\\_%'"
    connection.query(sql, name)


def _finish(platform: Platform, connection: Connection, target: Target) -> None:
    """Without demo data, give the administrator a password nobody else knows."""
    if target.demo or target.test:
        return
    password = secrets.token_urlsafe(12)
    hashed = _hash_password(platform, password)
    sql = f"UPDATE res_users SET password = {literal(hashed)} WHERE login = 'admin'"
    connection.query(sql, target.temporary)
    say(f"      administrator of {target.name}: admin / {password} (shown once)")


def _ensure_assets(platform: Platform, connection: Connection, target: Target) -> None:
    """Style sheets and scripts take ten seconds to build: not at the first click."""
    wanted = addons.assets_stamp(platform.key)
    if database.get_parameter(connection, target.name, ASSETS) == wanted:
        return
    with step(f"web client's files of database {target.name}"):
        conf = _conf(platform, connection, target.name, target)
        script = paths.HERE / "scripts" / "warm_assets.py"
        status, output = process.capture(
            [platform.python, script, conf, target.name],
            env=platform.env(connection),
            cwd=paths.ROOT,
        )
        log = paths.state_file("log", f"assets-{target.name}.log")
        log.write_text(output)
        if status:
            reason = output.strip().splitlines()[-1].rstrip(".")
            raise SrmError(f"The web client's files cannot be built: {reason} ({log}).")
        database.set_parameter(connection, target.name, ASSETS, wanted)


def _hash_password(platform: Platform, password: str) -> str:
    """As Odoo stores it; the text goes through standard input, not the process list."""
    code = (
        "import sys; from passlib.hash import pbkdf2_sha512 as h;"
        "print(h.using(rounds=600000).hash(sys.stdin.read()))"
    )
    status, output = process.capture(
        [platform.python, "-c", code], env=platform.env(), stdin=password
    )
    if status:
        raise SrmError(f"The administrator's password could not be set: {output}.")
    return output.strip()


def _update(
    platform: Platform,
    connection: Connection,
    target: Target,
    current: str,
    wanted: str,
) -> None:
    install, update = addons.plan(current, wanted)
    if target.update_note.exists():
        update = ["base"]  # which modules the killed update had reached is not known
    target.update_note.write_text(wanted)
    run = partial(_run, platform, connection, target, target.name)
    if target.demo:  # a killed update may have left it said
        _say_demo_is_loaded(connection, target.name, False)
    if install:
        with _demo_of_ours(connection, target, target.name):
            run("-i", install)
    if update:
        run("-u", update, "--i18n-overwrite")
    database.set_parameter(connection, target.name, STAMP, wanted)
    target.update_note.unlink(missing_ok=True)


def _run(
    platform: Platform,
    connection: Connection,
    target: Target,
    database_name: str,
    flag: str,
    modules: Sequence[str],
    *options: str,
) -> None:
    """Install (`-i`) or update (`-u`) modules."""
    verb = "installing" if flag == "-i" else "updating"
    names = ",".join(modules)
    odoo.run_logged(
        *(platform, connection, _conf(platform, connection, database_name, target)),
        [flag, names, *options, *ONCE],
        f"{verb} {names}",
        f"{verb}-{target.name}",
    )


def copy(connection: Connection, source: str, name: str, *, test: bool = True) -> None:
    """A throw-away copy of a database: its files are shared as hard links."""
    forget(connection, name, test=test)
    database.create(connection, name, template=source)
    files = odooconf.filestore(source, test)
    if files.is_dir():
        shutil.copytree(
            files, odooconf.filestore(name, test), copy_function=link, symlinks=True
        )


def link(source: str, target: str) -> str:
    """Hard link: Odoo writes each stored file once and never changes it."""
    Path(target).hardlink_to(source)
    return target
