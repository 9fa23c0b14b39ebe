"""`./srm COMMAND`: the commands and their options."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from . import (
    backup,
    backup_key,
    bench,
    build,
    harness,
    lint,
    lock,
    odoo,
    odooconf,
    paths,
    platform,
    postgres,
    process,
    reset,
    server,
    testing,
)
from .errors import SrmError, from_os_error
from .steps import say, warn


def main(arguments: Sequence[str]) -> int:
    """Run one command; failures the user can act on are one sentence and status 1."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        if arguments and arguments[0] in PASS_THROUGH:
            # Standard output carries the answer alone: scripts read it.
            with contextlib.redirect_stdout(sys.stderr):
                return PASS_THROUGH[arguments[0]](list(arguments[1:]))
        options = _parser().parse_args(arguments)
        return int(options.run(options))
    except SrmError as error:
        warn(f"srm: {error}")
    except OSError as error:
        warn(f"srm: {from_os_error(error)}")
    except KeyboardInterrupt:
        return 130
    finally:
        process.kill_children()
    return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="srm", description="Set up, run and test the SRM suite."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, handler, text in (
        ("run", _run, "set everything up and run the demo here; Ctrl-C stops it"),
        ("start", _start, "the same in the background"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--port", type=int, help="HTTP port (default 8069)")
        command.add_argument(
            "--no-demo",
            action="store_true",
            help="an empty database of its own, demo logins refused",
        )
        command.set_defaults(run=handler)
    _add(commands, "stop", _stop, "stop the server started by `start`")
    _add(
        *(commands, "status", _status),
        "say whether the server runs and works (status 1: stopped, 2: a part is down)",
    )
    _add(commands, "lint", lambda _: lint.run(), "ruff, pylint-odoo, XML, CSV, po")
    _add(commands, "lock", lambda _: lock.run(), "compile requirements.in")
    _add(commands, "reset", lambda _: reset.run(), "drop the private state")
    _add_test(commands)
    _add_backup(commands)
    _add_tools(commands)
    return parser


def _add(commands, name, handler, text):  # type: ignore[no-untyped-def]
    command = commands.add_parser(name, help=text)
    command.set_defaults(run=handler)
    return command


def _add_test(commands) -> None:  # type: ignore[no-untyped-def]
    test = _add(commands, "test", _test, "the whole suite in one pytest run")
    test.add_argument("-k", metavar="EXPR", help="only tests which match (pytest -k)")
    test.add_argument(
        "--fast", action="store_true", help="engine and add-ons only, no browser"
    )
    test.add_argument("paths", nargs="*", help="only these files or folders")
    command = _add(commands, "bench", _bench, "one benchmark of tools/bench")
    command.add_argument("name")
    command.add_argument("--size", type=int, help="how many records")
    command.add_argument(
        "--compare", action="store_true", help="measure the peer too, print the ratio"
    )


def _add_backup(commands) -> None:  # type: ignore[no-untyped-def]
    save = _add(
        *(commands, "backup", _backup),
        "database and filestore into one verified file",
    )
    save.add_argument(
        "--encrypt",
        metavar="PUBLIC_KEY",
        action="append",
        default=[],
        help="encrypt it for this key (repeatable; default: SRM_BACKUP_KEY)",
    )
    load = _add(
        *(commands, "restore", _restore),
        "replace database and filestore by a backup",
    )
    load.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="private key of an encrypted backup (default: SRM_RESTORE_KEY)",
    )
    for command in (save, load):
        command.add_argument("file", type=Path)
        command.add_argument(
            "--no-demo", action="store_true", help="the database without demo data"
        )
    key = _add(
        *(commands, "backup-key", lambda o: backup_key.make(o.file.absolute())),
        "make a pair of keys for encrypted backups",
    )
    key.add_argument("file", type=Path, help="where the private key goes")


def _backup(options: argparse.Namespace) -> int:
    file = options.file.absolute()
    return backup.save(file, demo=not options.no_demo, encrypt=options.encrypt)


def _restore(options: argparse.Namespace) -> int:
    file = options.file.absolute()
    return backup.load(file, demo=not options.no_demo, key=options.key)


def _test(options: argparse.Namespace) -> int:
    return testing.run(options.k, options.fast, options.paths)


def _bench(options: argparse.Namespace) -> int:
    return bench.run(options.name, options.size, options.compare)


def _add_tools(commands) -> None:  # type: ignore[no-untyped-def]
    """For the help only: `main` hands their arguments on as they are."""
    for name, text in (
        ("odoo", "Odoo's own command line on the project's database"),
        ("shell", "Odoo's Python shell on the project's database"),
        ("psql", "psql on the project's database"),
        ("i18n", "export the French and Arabic catalogues, or fill them in"),
        ("engine", "a calculation of srm_engine: JSON list in, JSON list out"),
    ):
        commands.add_parser(name, help=text)


def _run(options: argparse.Namespace) -> int:
    return server.start(options.port, not options.no_demo, background=False)


def _start(options: argparse.Namespace) -> int:
    return server.start_in_background(options.port, not options.no_demo)


def _stop(_options: argparse.Namespace) -> int:
    found = server.stop()
    postgres.stop_leftover()
    say("The server is stopped." if found else "No server was running.")
    return 0


def _status(_options: argparse.Namespace) -> int:
    found = server.running()
    if not found:
        say("The server is stopped.")
        return 1
    say(server.described(found))
    status, parts = server.health(found)
    for name, text in parts:
        say(f"  {name:<10}  {text}")
    say("Everything works." if status else "Something does not work: see above.")
    return 0 if status else 2


def _odoo(arguments: list[str]) -> int:
    parts = platform.prepare()
    with platform.database_server(parts) as served:
        target = server.targets(demo=True)
        build.ensure(parts, served.connection, target)
        conf = odooconf.write(
            parts, served.connection, target.name, demo=True, name="tool.conf"
        )
        return odoo.pass_through(parts, served.connection, conf, arguments)


def _shell(arguments: list[str]) -> int:
    return _odoo(["shell", "--no-http", *arguments])


def _i18n(arguments: list[str]) -> int:
    """The catalogues are exported from the tests' template: it has every add-on and
    none of the demo data, whose names are not translated."""
    parts = platform.prepare()
    script = paths.ROOT / "tools" / "i18n" / "sync.py"
    target = harness.TEMPLATE
    with (
        testing.alone(),
        platform.database_server(parts, test=True) as served,
    ):
        connection = served.connection
        build.ensure(parts, connection, target)
        conf = odooconf.write(
            *(parts, connection, target.name),
            demo=False,
            test=True,
            name="i18n.conf",
        )
        env = {**parts.env(connection), "ODOO_RC": str(conf), "PGDATABASE": target.name}
        return subprocess.call([parts.python, script, *arguments], env=env)


def _psql(arguments: list[str]) -> int:
    parts = platform.prepare()
    with platform.database_server(parts) as served:
        connection = served.connection
        env = {**os.environ, **connection.env()}
        env.setdefault("PGDATABASE", server.targets(demo=True).name)
        return subprocess.call(
            [str(connection.bin / "psql"), *arguments], env=env, cwd=paths.ROOT
        )


def _engine(arguments: list[str]) -> int:
    parts = platform.prepare()
    command = [str(parts.python), "-m", "srm_engine", *arguments]
    env = {**os.environ, "PYTHONPATH": str(paths.ROOT / "engine")}
    return subprocess.call(command, env=env)


PASS_THROUGH: dict[str, Callable[[list[str]], int]] = {
    "odoo": _odoo,
    "shell": _shell,
    "psql": _psql,
    "i18n": _i18n,
    "engine": _engine,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
