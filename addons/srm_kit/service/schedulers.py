"""Schedulers and job runner that outlive the database they work for.

Odoo's only cron thread ends with its connection, unseen; a cron worker that finds no
database is replaced at once, and again, as fast as the machine forks. Here both wait
until the database is back, and leave a sign of life each time they look for work.
"""

import ctypes
import logging
import os
import resource
import signal
import sys
import time
from functools import wraps

import psycopg2

import odoo
from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

from odoo.addons.base.models.ir_cron import IrCron

from . import beats, clock

_logger = logging.getLogger(__name__)

#: Variable that tells the process for web sockets which server made it.
STARTED_BY = "SRM_SERVER_PID"
#: Seconds between two tries to reach the database.
RETRY = 2
#: Seconds between two signs of a scheduler that is woken up often.
PAUSE = 5
#: Seconds between two signs of the job runner, which may look for work very often.
EVERY = 15
#: Seconds after which the job runner looks for dead jobs when nothing wakes it.
LOOK_AGAIN = 15


def _wrap(owner, name: str):
    """Decorator: put a function in front of a method of Odoo's server."""
    original = getattr(owner, name)

    def decorate(make):
        setattr(owner, name, wraps(original)(make(original)))
        return make

    return decorate


def _databases() -> list[str]:
    return list(config["db_name"] or ())


@_wrap(server, "preload_registries")
def _say_start(original):
    def preload_registries(dbnames):
        result = original(dbnames)
        if not config["stop_after_init"]:
            for name in dbnames or ():
                beats.beat(name, beats.SERVER)
        return result

    return preload_registries


# Worker processes


@_wrap(server.PreforkServer, "process_spawn")
def _spawn_all_the_same(original):
    def process_spawn(self):
        """Odoo's first process asks the database before it forks, and ended without.

        Schedulers are made when the database is back; pages say meanwhile that it is
        away.
        """
        try:
            original(self)
        except psycopg2.Error as error:
            _logger.debug("Workers made without the database: %s", str(error).strip())
            while len(self.workers_http) < self.population:
                self.worker_spawn(server.WorkerHTTP, self.workers_http)
            if not self.long_polling_pid:
                self.long_polling_spawn()

    return process_spawn


@_wrap(server.Worker, "start")
def _end_with_the_server(original):
    def start(self):
        # Killed in one blow, the server leaves nobody behind who holds its locks.
        _signal_at_death_of_parent(signal.SIGTERM)
        _connect_in_own_name()
        original(self)

    return start


@_wrap(server.PreforkServer, "long_polling_spawn")
def _say_who_started_it(original):
    def long_polling_spawn(self):
        os.environ[STARTED_BY] = str(os.getpid())
        original(self)

    return long_polling_spawn


def _end_sockets_with_the_server() -> None:
    """The process for web sockets looks who its parent is when it is ready to serve: if
    the server has died by then, it serves for ever, on a port nobody else gets."""
    _signal_at_death_of_parent(signal.SIGKILL)
    if os.environ.get(STARTED_BY, str(os.getppid())) != str(os.getppid()):
        sys.exit(0)


def _connect_in_own_name() -> None:
    """What the database shows of a connection is the process at work, not the one that
    loaded the registry for all."""
    for registry in Registry.registries.snapshot.values():
        registry._db = sql_db.db_connect(registry.db_name)


def _signal_at_death_of_parent(number: int) -> None:
    pr_set_pdeathsig = 1
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, number)


@_wrap(server.WorkerCron, "check_limits")
def _time_of_actions(original):
    def check_limits(self):
        """A scheduled action has its own limit, for the processor too."""
        original(self)
        seconds = max(config["limit_time_cpu"], config["limit_time_real_cron"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = int(used.ru_utime + used.ru_stime + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))

    return check_limits


# Scheduled actions


@_wrap(server.ThreadedServer, "cron_thread")
def _keep_thread(original):
    def cron_thread(self, number):
        while True:
            for name in _databases():
                beats.beat(name, beats.CRON)
            try:
                original(self, number)
            except Exception as error:
                _logger.warning(
                    "cron%d lost the database, tries again in %s s: %s",
                    number,
                    RETRY,
                    str(error).strip(),
                )
            time.sleep(RETRY)

    return cron_thread


@_wrap(server.WorkerCron, "start")
def _wait_before_work(original):
    def start(self):
        _wait_for_database(self)
        for name in _databases():
            beats.beat(name, beats.CRON)
        # What its predecessor left undone does not wait for a minute.
        self.db_queue.extend(server.cron_database_list())
        self.db_count = len(self.db_queue)
        original(self)

    return start


def _wait_for_database(worker) -> None:
    # Until the worker has handlers of its own, a signal to stop ends it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    while True:
        try:
            sql_db.db_connect("postgres").cursor().close()
            return
        except psycopg2.Error:
            worker.multi.pipe_ping(worker.watchdog_pipe)
            time.sleep(RETRY)
        if worker.ppid != os.getppid():
            sys.exit(0)


def _process_jobs(db_name: str) -> None:
    # Every message that is posted may wake the schedulers: not each time, then.
    if time.monotonic() - _looked.get(db_name, -PAUSE) >= PAUSE:
        beats.beat(db_name, beats.CRON)
        clock.bring_back(db_name)
        _looked[db_name] = time.monotonic()
    _odoo_process_jobs(db_name)


_looked: dict[str, float] = {}
_odoo_process_jobs = IrCron._process_jobs
IrCron._process_jobs = staticmethod(_process_jobs)


# Jobs


def _watch_runner() -> None:
    from odoo.addons.queue_job import jobrunner

    # The runner asks over HTTP, and requests wait for a worker by themselves.
    jobrunner.START_DELAY = 0.2
    # A job whose worker was killed is found dead when the runner looks again.
    jobrunner.runner.SELECT_TIMEOUT = LOOK_AGAIN
    heard = {}

    @_wrap(jobrunner.QueueJobRunner, "requeue_dead_jobs")
    def _leave_sign(original):
        def requeue_dead_jobs(self):
            original(self)
            for name in self.db_by_name:
                if time.monotonic() - heard.get(name, -EVERY) >= EVERY:
                    heard[name] = time.monotonic()
                    beats.beat(name, beats.JOBS)

        return requeue_dead_jobs


_watch_runner()
if odoo.evented:
    _end_sockets_with_the_server()
