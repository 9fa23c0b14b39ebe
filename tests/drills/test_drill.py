"""The fault drill: what is killed, cut or misled comes back by itself, and says so.

Real processes on a cluster of their own: `./srm test -k drill`.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from machine import Base, Machine, Person, Refused, base, encoded, machine, until

from srm_cli import faketime

SUPPLIERS = 4_500
DEBTS = 42_000
#: Import runs take this lock while they work; its second half is the run.
IMPORT_LOCK = (
    "lock.locktype = 'advisory' AND lock.classid ="
    " (hashtext('srm_import_run')::bigint & 4294967295)::oid"
)


def writing(table: str) -> str:
    return (
        f"lock.relation = '{table}'::regclass AND lock.mode = 'RowExclusiveLock'"
        " AND activity.xact_start IS NOT NULL"
    )


@pytest.fixture(scope="module")
def drill_base(srm_context):
    with base(srm_context) as made:
        yield made


@pytest.fixture
def drill(drill_base: Base, request):
    """A running server of this test."""
    name = f"drill_{hashlib.sha1(request.node.name.encode()).hexdigest()[:8]}"
    with machine(drill_base, name) as running:
        yield running


# The database


@pytest.mark.parametrize("workers", [2, 0], ids=["worker processes", "threads"])
def test_drill_database_killed_and_restarted(drill_base: Base, workers):
    with machine(drill_base, f"drill_db_{workers}", workers=workers) as drill:
        admin = Person(drill, "admin", "admin")
        admin.session.get(
            f"{drill.url}/queue_job/create_test_job?job_duration=4", timeout=60
        )
        until(lambda: drill.number(jobs("started")), "a job at work")
        drill_base.kill()

        until(lambda: drill.health()[0] == 503, "health says so", seconds=30)
        found = drill.health()[1]
        assert found["checks"]["database"]["status"] == "fail"
        assert requests.get(f"{drill.url}/srm/alive", timeout=30).status_code == 200
        page = requests.get(f"{drill.url}/web/login", timeout=30)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        with pytest.raises(requests.HTTPError, match="503"):
            admin.call("res.users", "search_count", [])
        assert drill.child.poll() is None

        time.sleep(10)  # long enough for whatever ends by itself
        drill_base.start()
        until(drill.healthy, "health is back", seconds=60)
        assert admin.call("res.users", "search_count", []) > 1, "nobody was signed out"
        beat = "SELECT extract(epoch FROM beat_at)::int FROM srm_heartbeat WHERE name="
        before = drill.number(f"{beat}'cron'")
        drill.wake_schedulers()
        until(lambda: drill.number(f"{beat}'cron'") > before, "the schedulers beat")
        until(lambda: drill.number(jobs("done")) == 1, "the killed job ran again")
        admin.session.get(f"{drill.url}/queue_job/create_test_job", timeout=60)
        until(lambda: drill.number(jobs("done")) == 2, "a new job runs")


def jobs(state: str) -> str:
    return f"SELECT count(*) FROM queue_job WHERE state = '{state}'"


# Workers


def supplier_file() -> bytes:
    """A register of suppliers, each with its check digits."""
    lines = ["Code fournisseur;Raison sociale;Origine;ICE;Ville"]
    for number in range(1, SUPPLIERS + 1):
        root = f"9{number:08d}0001"
        ice = root + f"{97 - int(root) * 100 % 97:02d}"
        lines.append(f"K-{number:06d};Firme tuée {number};RAMSA;{ice};Agadir")
    return "\n".join(lines).encode()


def test_drill_worker_killed_in_a_check_and_in_a_load(drill: Machine):
    officer = Person(drill, "finance.officer")
    (record,) = officer.call(
        "srm.import",
        "create",
        [
            {
                "kind": "suppliers",
                "file": encoded(supplier_file()),
                "file_name": "registre.csv",
            }
        ],
    )
    officer.call("srm.import", "action_preview", [record])
    for step, action in (("checked", "action_check"), ("loaded", "action_load")):
        officer.call("srm.import", action, [record])
        until(lambda: drill.number(progress(record)) > 0, f"{action}: a first chunk")
        drill.kill_worker(IMPORT_LOCK)
        until(
            lambda step=step: (
                officer.read("srm.import", record, "state")["state"] == step
            ),
            f"{action}: resumed and done",
        )
    rows = f"SELECT count(*) FROM srm_import_row WHERE import_id = {record}"
    assert drill.number(rows) == SUPPLIERS
    assert drill.number(f"{rows} AND state = 'loaded'") == SUPPLIERS, "nothing is lost"
    firms = "SELECT count(*) FROM res_partner WHERE name LIKE 'Firme tuée %'"
    assert drill.number(firms) == SUPPLIERS, "nothing is there twice"
    until(drill.healthy, "the server is healthy", seconds=60)


def progress(record: int) -> str:
    return (
        "SELECT rows_done FROM srm_import_run WHERE state = 'running'"
        f" AND import_id = {record} ORDER BY id DESC LIMIT 1"
    )


def many_debts(drill: Machine) -> None:
    """As many debts as a merged company has: copies of one of the demo."""
    columns = drill.query(
        "SELECT string_agg(quote_ident(column_name), ',') FROM"
        " information_schema.columns WHERE table_name = 'srm_debt'"
        " AND column_name NOT IN ('id', 'origin_reference')"
    )
    drill.query(
        f"""
        INSERT INTO srm_debt (origin_reference, {columns})
        SELECT 'K-' || n, {columns}
          FROM srm_debt, generate_series(1, {DEBTS}) AS n
         WHERE srm_debt.id = (
               SELECT id FROM srm_debt
                WHERE stage = 'registered' AND amount_paid = 0
                  AND invoice_date BETWEEN '2025-07-01' AND '2026-03-31'
                ORDER BY amount_claimed DESC LIMIT 1);
        ANALYZE srm_debt
        """
    )


def a_declaration(officer: Person) -> int:
    """One whose quarter is over: that of the demo, or the last quarter's."""
    declarations = "srm.payment.delay.declaration"
    waiting = [["state", "in", ["draft", "proposed"]], ["kind", "!=", "correction"]]
    found = officer.call(declarations, "search", waiting, limit=1)
    return (found or officer.call(declarations, "create", [{}]))[0]


def test_drill_worker_killed_in_a_proposal_and_in_a_nightly_run(drill: Machine):
    many_debts(drill)
    officer = Person(drill, "finance.officer")
    declaration = a_declaration(officer)

    def propose():
        officer.call("srm.payment.delay.declaration", "action_propose", [declaration])

    def done():
        names = ("computing", "state")
        found = officer.read("srm.payment.delay.declaration", declaration, *names)
        return not found["computing"] and found["state"] == "proposed"

    def figures():
        return drill.query(
            "SELECT count(*), count(DISTINCT (debt_id, move_id, payment_key)),"
            " sum(amount_unpaid), sum(fine_due) FROM srm_payment_delay_line"
            f" WHERE declaration_id = {declaration}"
        )

    lines = writing("srm_payment_delay_line")
    propose()
    position = (
        "SELECT progress_done FROM srm_payment_delay_declaration"
        f" WHERE computing AND id = {declaration}"
    )
    until(lambda: drill.number(position) > 0, "a first chunk")
    drill.kill_worker(lines)
    until(done, "the proposal went on")
    after_kill = figures()
    propose()
    until(done, "the same proposal, left alone")
    assert after_kill == figures(), "nothing twice, nothing lost"

    # The night's figures, the scheduler killed among them.
    drill.query("UPDATE srm_debt SET exposure_date = NULL")
    stale = (
        "SELECT count(*) FROM srm_debt WHERE amount_remaining > 0"
        " AND exposure_date IS DISTINCT FROM current_date"
    )
    at_first = drill.number(stale)
    drill.query(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' WHERE id = (SELECT"
        " res_id FROM ir_model_data WHERE name = 'cron_refresh_exposure')"
    )
    drill.wake_schedulers()
    until(lambda: drill.number(stale) < at_first, "a first chunk")
    drill.kill_worker(writing("srm_debt"))
    until(lambda: drill.number(stale) == 0, "the night went on")
    until(drill.healthy, "the server is healthy", seconds=60)


# The disk


@contextmanager
def little_room(drill: Machine, folder: Path):
    """Room for a few kilobytes: a small file system when root, a quota otherwise."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        tmpfs = ("mount", "-t", "tmpfs", "-o", "size=64k", "drill", str(folder))
        if subprocess.run(tmpfs, capture_output=True).returncode == 0:
            try:
                yield
            finally:
                subprocess.run(("umount", "--lazy", str(folder)), check=True)
            return
    # Not every machine lets root mount: each process may write no larger file then.
    limits = {
        pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in drill.processes
    }
    for pid, (_soft, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        yield
    finally:
        for pid in set(limits) & set(drill.processes):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits[pid])


def test_drill_document_cut_by_a_full_disk_is_sent_again(drill: Machine):
    officer = Person(drill, "finance.officer")
    content = os.urandom(300_000)
    name = hashlib.sha1(content).hexdigest()
    store = drill.base.folder / "filestore" / drill.name
    folder = store / name[:2]
    values = {"name": "contrat.bin", "datas": encoded(content)}
    with little_room(drill, folder), pytest.raises(Refused, match="place|room") as said:
        officer.call("ir.attachment", "create", [values])
    assert said.value.data["name"] == "odoo.exceptions.UserError"
    assert not (folder / name).exists() and not list(folder.glob(".part*"))

    # One that an older version cut, too.
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content[:100_000])
    (attachment,) = officer.call("ir.attachment", "create", [values])
    assert (folder / name).read_bytes() == content
    answer = officer.session.get(
        f"{drill.url}/web/content/{attachment}?download=1", timeout=60
    )
    assert answer.content == content


# The clock


@pytest.fixture
def open_folder():
    """A folder the account of the database reaches: pytest's own are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="srm-drill-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def test_drill_clock_a_year_ahead_and_back(drill_base: Base, monkeypatch, open_folder):
    """A night under a clock that is wrong; after the next one nothing of it is left."""
    settings = faketime.environment(open_folder)
    clock = open_folder / "clock"
    drill_base.stop()
    with monkeypatch.context() as turned:
        for name, value in settings.items():
            turned.setenv(name, value)
        drill_base.start()
    path = drill_base.context.platform.env()["PYTHONPATH"]
    settings["PYTHONPATH"] = os.pathsep.join([str(faketime.PYTHON), path])
    try:
        with machine(drill_base, "drill_clock", settings=settings) as drill:
            _night_ahead(drill, clock)
            _night_after(drill, clock)
    finally:
        drill_base.stop()
        drill_base.start()


def _night_ahead(drill: Machine, clock: Path) -> None:
    clock.write_text("+400d\n")
    ahead = drill.query("SELECT current_date")
    drill.wake_schedulers()
    for action in ("cron_refresh_exposure", "cron_arrears_snapshot"):
        until(
            lambda action=action: drill.query(last_call(action)) >= ahead,
            f"{action} was called by the wrong clock",
        )
    until(lambda: drill.number(dated(f"= '{ahead}'")), "figures of that day")
    assert drill.number(later_snapshots())


def _night_after(drill: Machine, clock: Path) -> None:
    clock.write_text("+0\n")
    drill.wake_schedulers()
    today = drill.query("SELECT current_date")
    until(lambda: not drill.number(dated(f"<> '{today}'")), "figures of today")
    until(
        lambda: not drill.number(later_snapshots()),
        "no snapshot of a quarter that is not over",
    )
    until(
        lambda: (
            not drill.number(
                "SELECT count(*) FROM ir_cron WHERE active"
                " AND lastcall > now() AT TIME ZONE 'UTC' + interval '1 hour'"
            )
        ),
        "no action waits for a day that is far",
    )
    until(drill.healthy, "the server is healthy", seconds=60)


def later_snapshots() -> str:
    """Those of quarters that are not over, by the clock of the machine."""
    today = datetime.date.today()
    return f"SELECT count(*) FROM srm_arrears_snapshot WHERE date > '{today}'"


def dated(condition: str) -> str:
    return (
        "SELECT count(*) FROM srm_debt WHERE amount_remaining > 0"
        f" AND exposure_date {condition}"
    )


def last_call(action: str) -> str:
    return (
        "SELECT COALESCE(lastcall::date::text, '') FROM ir_cron WHERE id = (SELECT"
        f" res_id FROM ir_model_data WHERE name = '{action}' AND model = 'ir.cron')"
    )


# The command


def test_drill_server_killed_leaves_nobody_behind(drill: Machine):
    """Workers end with the first process: its locks and ports are free at once."""
    pids = drill.processes
    assert len(pids) > 3
    os.kill(drill.child.pid, signal.SIGKILL)
    drill.child.wait()
    drill.child = None
    until(
        lambda: not [pid for pid in pids if _lives(pid)], "everybody ended", seconds=30
    )


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
