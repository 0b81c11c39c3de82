"""Long work that a button starts: in a thread of the server, while the page shows how far it is."""

import logging
from collections.abc import Callable
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import cast

from flask import Flask, current_app

from intranet.extensions import db
from plugins.backups.faults import Refused

NAME = "backups"
logger = logging.getLogger("intranet.backups")


def start(work: Callable[[], object]) -> None:
    """Comes back at once. What becomes of the work is written with the backup."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way
    Thread(target=_run, args=(app, work), name=NAME, daemon=True).start()


def is_running() -> bool:
    """In this process: the work has begun before it holds the lock that others see."""
    return any(thread.name == NAME for thread in enumerate_threads())


def _run(app: Flask, work: Callable[[], object]) -> None:
    with app.app_context():
        try:
            work()
        except Refused as refusal:
            logger.warning("backup or trial refused: %s", refusal.fault)
        except Exception:
            logger.exception("backup or trial failed")
        finally:
            db.session.remove()
