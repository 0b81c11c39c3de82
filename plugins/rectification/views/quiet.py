"""Open boards ask every few seconds whether anything is new. While nothing at all is written, nothing is.

So the same session hears "nothing" of the same stamp again without a question to any table, until any
transaction has changed the database: rights, sessions and cards all live there.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from intranet import clock
from intranet.db import is_sqlite
from intranet.extensions import db
from plugins.rectification.views.blueprint import bp

PATH = "/rectification/changes"
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Vary", "Cookie, HX-Request"),
    ("X-Content-Type-Options", "nosniff"),
]
WHO = ("REQUEST_METHOD", "HTTP_HOST", "HTTP_COOKIE", "PATH_INFO", "QUERY_STRING")
"""Whose session, on which board and of which stamp: only one that is good has heard anything."""
MOST = 1_000
NAME = "rectification.quiet"
COMMITS, SEEN = "PRAGMA data_version", "SELECT pg_current_snapshot()::text"
"""What differs after every commit: how many there were, or which transactions a look would see."""
State = tuple[object, datetime]
"""Of the database, and the minute: sessions end and days begin by the clock too."""


class Quiet:
    """Who heard "nothing" in which state. Its connection is its own, and reads no table."""

    def __init__(self, engine: Engine) -> None:
        self._cursor = _own_connection(engine).cursor()
        self._question = COMMITS if is_sqlite(engine) else SEEN
        self._told: OrderedDict[int, State] = OrderedDict()
        self._lock = Lock()

    def state(self) -> State:
        minute = clock.now().replace(second=0, microsecond=0)
        with self._lock:
            return self._cursor.execute(self._question).fetchone(), minute

    def was_told(self, asked: int, state: State) -> bool:
        return self._told.get(asked) == state

    def keep(self, asked: int, state: State) -> None:
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


class Looks:
    """Stands before the app, as most of what an idle look costs is the way to its view."""

    def __init__(self, app: Flask) -> None:
        self._app, self._inside = app, app.wsgi_app
        self._quiet: Quiet | None = None
        app.extensions[NAME] = self

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(PATH) or not self._hears_nothing(environ):
            return self._inside(environ, start)
        start("204 NO CONTENT", HEADERS)
        return ()

    def _hears_nothing(self, environ: WSGIEnvironment) -> bool:
        """The state is read before anything else is: what is written meanwhile is not missed."""
        try:
            environ[NAME] = state = self.quiet.state()
        except _away(self._app):  # the server was: next time with a new connection
            self._quiet = None
            return False
        return self.quiet.was_told(_asked(environ), state)

    @property
    def quiet(self) -> Quiet:
        if self._quiet is None:
            with self._app.app_context():
                self._quiet = Quiet(db.engine)
        return self._quiet


def _away(app: Flask) -> tuple[type[Exception], ...]:
    """The driver of the other database stays unread."""
    with app.app_context():
        return SQLAlchemyError, db.engine.dialect.loaded_dbapi.Error


def nothing() -> Response:
    """It answers a look at which nothing was new; the next one may hear it without a question."""
    if state := request.environ.get(NAME):
        looks = cast("Looks", current_app.extensions[NAME])
        looks.quiet.keep(_asked(request.environ), state)
    return Response(status=204, mimetype="text/plain")


def _asked(environ: WSGIEnvironment) -> int:
    return hash(tuple(environ.get(name) for name in WHO))


@bp.record_once
def _come_first(state: BlueprintSetupState) -> None:
    """Before the gate, which asks the database who this is."""
    app = cast("Flask", state.app)
    app.wsgi_app = Looks(app)  # type: ignore[method-assign, assignment]
