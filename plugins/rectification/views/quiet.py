"""Open boards ask every few seconds whether anything is new. While nothing at all is written, nothing is.

So the same session hears "nothing" of the same stamp again without a question to any table, until any
transaction has changed the database: rights, sessions and cards all live there.
"""

import sqlite3
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, cast

from flask import Response, current_app, g, request, session
from flask.blueprints import BlueprintSetupState
from sqlalchemy import event
from sqlalchemy.engine import Engine

from intranet import clock
from intranet.db import is_sqlite
from intranet.extensions import db
from plugins.rectification.views.blueprint import bp

ENDPOINT = "rectification.changes"
MOST = 1_000
NAME = "rectification.quiet"
COMMITS, SEEN = "PRAGMA data_version", "SELECT pg_current_snapshot()::text"
"""What differs after every commit: how many there were, or which transactions a look would see."""
State = tuple[object, datetime]
"""Of the database, and the minute: sessions end and days begin by the clock too."""


class Quiet:
    """Who heard "nothing" in which state. Its connection is its own, and reads no table."""

    def __init__(self, engine: Engine) -> None:
        self._connection = _own_connection(engine)
        self._question = COMMITS if is_sqlite(engine) else SEEN
        self._told: OrderedDict[tuple[str, ...], State] = OrderedDict()
        self._lock = Lock()

    def state(self) -> State:
        with self._lock:
            return self._connection.execute(self._question).fetchone(), clock.now().replace(
                second=0, microsecond=0
            )

    def was_told(self, asked: tuple[str, ...], state: State) -> bool:
        return self._told.get(asked) == state

    def keep(self, asked: tuple[str, ...], state: State) -> None:
        """Those who asked longest ago go first."""
        with self._lock:
            self._told[asked] = state
            self._told.move_to_end(asked)
            if len(self._told) > MOST:
                self._told.popitem(last=False)


def _own_connection(engine: Engine) -> Any:  # noqa: ANN401 - of either driver
    """Closed with the engine's others."""
    if is_sqlite(engine):
        where = f"{Path(str(engine.url.database)).as_uri()}?mode=ro"
        own: Any = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None)
    else:
        pooled = engine.raw_connection()
        own = pooled.driver_connection
        pooled.detach()
        own.autocommit = True
    event.listen(engine, "engine_disposed", lambda _engine: own.close(), once=True)
    return own


def nothing() -> Response:
    """It answers a look at which nothing was new; the next one may hear it without a question."""
    if "quiet_state" in g:
        _quiet().keep(_asked(), g.quiet_state)
    return _empty()


def _empty() -> Response:
    return Response(status=204, mimetype="text/plain")


def _answer_again() -> Response | None:
    """The state is read before anything else is: what is written meanwhile is not missed."""
    if request.endpoint != ENDPOINT:
        return None
    try:
        g.quiet_state = _quiet().state()
    except db.engine.dialect.loaded_dbapi.Error:  # the server was away: next time with a new connection
        current_app.extensions.pop(NAME, None)
        return None
    return _empty() if _quiet().was_told(_asked(), g.quiet_state) else None


def _asked() -> tuple[str, ...]:
    """Whose session it is, by its token; only one that is good has heard anything."""
    return session.get("_user_id", ""), request.path, request.args.get("stamp", "")


def _quiet() -> Quiet:
    found = current_app.extensions.get(NAME)
    if found is None:
        found = current_app.extensions[NAME] = Quiet(db.engine)
    return cast("Quiet", found)


@bp.record_once
def _come_first(state: BlueprintSetupState) -> None:
    """Before the gate, which asks the database who this is."""
    state.app.before_request_funcs.setdefault(None, []).insert(0, _answer_again)
