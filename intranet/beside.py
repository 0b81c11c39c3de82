"""Jobs without cron: beside `intranet serve` one process runs what is due, every minute.

It is a program of its own: a thread would make pages wait for a backup, and could not be stopped.
"""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess
from threading import Event, Thread

from intranet import create_app, jobs

EVERY = 60
PAUSE = 3
"""Seconds between two rounds, and before a process that has died gets a successor."""
logger = logging.getLogger("intranet.jobs")


@contextmanager
def jobs_beside() -> Iterator[None]:
    """As long as the block lasts, a process is at the jobs; one that dies gets a successor."""
    stop = Event()
    keeper = Thread(target=_keep, args=(_begin(), stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _begin() -> SpawnProcess:
    worker = get_context("spawn").Process(target=_work, name="intranet-jobs", daemon=True)
    worker.start()
    return worker


def _keep(worker: SpawnProcess, stop: Event) -> None:
    while not stop.wait(1):
        if not worker.is_alive():
            logger.error("the process at the jobs ended with %s; another one begins", worker.exitcode)
            stop.wait(PAUSE)
            worker = _begin()
    worker.terminate()
    worker.join()


def _work() -> None:
    """Until the server is gone, however it went. Ctrl+C is for the server: it then ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app, server = create_app(), parent_process()
    while server and server.is_alive():
        with app.app_context():
            try:
                list(jobs.run_due())
            except Exception:
                logger.exception("the jobs could not be run; again in a minute")
        server.join(EVERY)
