"""Open boards ask every few seconds whether anything is new. While nothing at all is written, nothing is.

So the same session hears "nothing" of the same stamp again without a question to the database, until any
transaction has changed it: rights, sessions and cards all live there. SQLite counts what is committed; on
PostgreSQL every look asks.
"""

import sqlite3
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from threading import Lock

from flask import Response, current_app, g, request, session
from flask.blueprints import BlueprintSetupState

from intranet import clock
from intranet.db import is_sqlite
from intranet.extensions import db
from intranet.htmx import VARY
from plugins.rectification.views.blueprint import bp

ENDPOINT = "rectification.changes"
MOST = 1_000
NAME = "rectification.quiet"
State = tuple[int, datetime]
"""Of the database, and the minute: sessions end and days begin by the clock too."""


class Quiet:
    """Who heard "nothing" in which state. Its connection only counts, and never reads."""

    def __init__(self, database: str) -> None:
        where = f"{Path(database).as_uri()}?mode=ro"
        self._connection = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None)
        self._told: OrderedDict[tuple[str, ...], State] = OrderedDict()
        self._lock = Lock()

    def state(self) -> State:
        with self._lock:
            [commits] = self._connection.execute("PRAGMA data_version").fetchone()
        return commits, clock.now().replace(second=0, microsecond=0)

    def was_told(self, asked: tuple[str, ...], state: State) -> bool:
        return self._told.get(asked) == state

    def keep(self, asked: tuple[str, ...], state: State) -> None:
        """Those who asked longest ago go first."""
        with self._lock:
            self._told[asked] = state
            self._told.move_to_end(asked)
            if len(self._told) > MOST:
                self._told.popitem(last=False)


def nothing() -> Response:
    """It answers a look at which nothing was new; the next one may hear it without a question."""
    if "quiet_state" in g:
        _quiet().keep(_asked(), g.quiet_state)
    response = Response(status=204, mimetype="text/plain")
    response.vary.update(VARY)
    return response


def _answer_again() -> Response | None:
    """The state is read before anything else is: what is written meanwhile is not missed."""
    if request.endpoint != ENDPOINT or not is_sqlite(db.engine):
        return None
    g.quiet_state = _quiet().state()
    return nothing() if _quiet().was_told(_asked(), g.quiet_state) else None


def _asked() -> tuple[str, ...]:
    """Whose session it is, by its token; only one that is good has heard anything."""
    return session.get("_user_id", ""), request.path, request.args.get("stamp", "")


def _quiet() -> Quiet:
    found = current_app.extensions.get(NAME)
    if found is None:
        found = current_app.extensions[NAME] = Quiet(str(db.engine.url.database))
    return found


@bp.record_once
def _come_first(state: BlueprintSetupState) -> None:
    """Before the gate, which asks the database who this is."""
    state.app.before_request_funcs.setdefault(None, []).insert(0, _answer_again)
