"""The suite on an Odoo 19 that someone already runs, done as docs/install.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from srm_cli import addons, build, harness, odoo_tree, paths


@pytest.fixture
def fresh_database(srm_context):
    """An empty database of its own, dropped afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{harness.TEMPORARY}{worker}_existing"
    build.forget(srm_context.connection, name, test=True)
    srm_context.connection.query(f'CREATE DATABASE "{name}"')
    yield name
    build.forget(srm_context.connection, name, test=True)


@pytest.fixture
def engine(srm_context, tmp_path):
    """`pip install ./engine` from a copy: building writes into the source folder."""
    source = shutil.copytree(paths.ENGINE, tmp_path / "source")
    target = tmp_path / "site"
    parts = srm_context.platform
    done = subprocess.run(
        [
            *(parts.python, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--no-index", "--target", str(target)),
            str(source),
        ],
        env=parts.env(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return target


def test_the_add_ons_install(srm_context, fresh_database, engine, monkeypatch):
    """Odoo's own command line, no configuration and no tool of ours."""
    parts, connection = srm_context.platform, srm_context.connection
    monkeypatch.setenv("ODOO_SRC", str(parts.odoo.python_path))
    source = odoo_tree.prepare()
    env = parts.env(connection)
    env["PYTHONPATH"] = os.pathsep.join([str(engine), str(source.python_path)])
    command = [
        *(parts.python, "-m", "odoo", "-d", fresh_database),
        f"--addons-path={','.join(map(str, (paths.ADDONS, *source.addons)))}",
        *("-i", ",".join(addons.names()), "--load-language=fr_FR,ar_001"),
        *("--stop-after-init", "--no-http", f"--data-dir={engine.parent / 'data'}"),
        f"--db_host={connection.host}",
        f"--db_port={connection.port}",
        f"--db_user={connection.user}",
    ]
    done = subprocess.run(
        command, env=env, cwd=engine.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    bad = re.findall(r"(?m)^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*", done.stderr)
    assert not bad, bad[0]
    sql = """SELECT string_agg(name, ',' ORDER BY name) FROM ir_module_module
              WHERE name LIKE 'srm\\_%' AND state = 'installed'"""
    installed = connection.query(sql, fresh_database)
    assert installed.split(",") == addons.names()
