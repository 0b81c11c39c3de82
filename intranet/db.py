"""One transaction a request that writes, committed only if all went well; what only reads cannot write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from select import select
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Response, current_app, g, has_app_context, request
from sqlalchemy import ColumnElement, CursorResult, Delete, Update, bindparam, event, inspect, update
from sqlalchemy import Connection as EngineConnection
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, OperationalError
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.attributes import set_committed_value

from intranet import sqlite
from intranet.asking import ask
from intranet.config import WrongSetting
from intranet.contracts import Text
from intranet.errors import Busy, Conflict
from intranet.extensions import db
from intranet.models import IN_ORGANISATION

NUMBERED = {"paramstyle": "numeric_dollar", "use_native_hstore": False}
"""Statements are written in PostgreSQL's own words, `$1`, which psycopg need not rewrite (`RawCursor`)."""
QUIET = {"hide_parameters": True}
"""What people typed stays out of error messages, and so out of logs and the administrators' pages."""
POOL = {"pool_size": 16, "max_overflow": 16, "pool_timeout": 10, "pool_use_lifo": True}
"""A thread uses one connection, for a moment two; beyond that one waits, and is told so after ten seconds.
The one used last comes first: it has prepared most."""
SMALL = "-c max_parallel_workers_per_gather=0 -c jit=off -c random_page_cost=1.1"
"""To PostgreSQL: planning a page's query, or starting a process for it, takes longer than the query; and what
pages read lies in memory, where an index is worth its while for a thousand rows too."""
READS = "-c default_transaction_read_only=on"
"""What a page reads outside a transaction cannot write either; a transaction that writes says so."""
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""Seconds, and milliseconds: within a minute the system knows that PostgreSQL went without a word."""
PREPARED = 400
"""Statements that a connection to PostgreSQL keeps: about as many as the pages ask. The oldest go first."""
SHORT_WAIT = 0.05
"""Seconds that what is written beside an answer may wait for other writers."""
NO_SYNC = {"synchronize_session": False}
"""Objects of the session do not learn of the statement by themselves."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., object])


# Set up -----------------------------------------------------------------------------------------


def engine_settings(app: Flask) -> None:
    """The site's DATABASE_URL in the words of Flask-SQLAlchemy. SQLite lives in the instance folder."""
    url = _checked_url(app.config["DATABASE_URL"])
    wait = app.config["WRITE_WAIT_SECONDS"]
    if not url:
        database = Path(app.instance_path) / "intranet.sqlite"
        url = f"sqlite:///{database}"
        creator = sqlite.connector(database, wait)
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"creator": creator, **POOL, **QUIET}
    else:
        words = {"options": f"-c lock_timeout={wait}s {READS} {SMALL}", **ALIVE}
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": words, **NUMBERED, **POOL, **QUIET}
    app.config["SQLALCHEMY_DATABASE_URI"] = url


def _checked_url(url: str) -> str:
    try:
        known = not url or make_url(url).drivername == "postgresql+psycopg"
    except ArgumentError:
        known = False
    if not known:
        message = "设置 DATABASE_URL 只能留空（SQLite）或写成 postgresql+psycopg://…"
        raise WrongSetting(message)
    return url


def init_app(app: Flask) -> None:
    """Binds the database and hangs the transaction on the request."""
    engine_settings(app)
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "begin", _begin)
        if not is_sqlite(db.engine):
            event.listen(db.engine, "connect", _set_up)
            event.listen(db.engine, "rollback", _end_reading)
            event.listen(db.engine, "checkout", _look_for_the_end)
    app.before_request(_open_for_request)
    app.after_request(_finish_request)


def _set_up(raw: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    """As statements are written here; read only for PostgreSQL, as it takes ten MB that SQLite can spare."""
    from psycopg import RawCursor, RawServerCursor  # noqa: PLC0415

    raw.prepared_max, raw.cursor_factory, raw.server_cursor_factory = PREPARED, RawCursor, RawServerCursor


def _begin(connection: EngineConnection) -> None:
    writing = has_app_context() and bool(g.get("writing"))
    wait = g.get("wait") if writing else None
    raw: Any = connection.connection.dbapi_connection
    if isinstance(raw, sqlite.Connection):
        raw.begin(writing=writing, wait=wait)
        return
    # A page reads statement by statement: to begin and to end would be two more ways there and back.
    raw.autocommit = not writing and has_app_context() and bool(g.get("looks"))
    raw.read_only = not writing  # said with the BEGIN itself: no round trip of its own
    if wait is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(wait * 1000)}")


@contextmanager
def planned_for_these_values() -> Iterator[None]:
    """What PostgreSQL is asked meanwhile is not prepared: a plan for any value may read ten times as much."""
    raw: Any = db.session.connection().connection.dbapi_connection
    usual = getattr(raw, "prepare_threshold", None)
    raw.prepare_threshold = None
    try:
        yield
    finally:
        raw.prepare_threshold = usual


def _look_for_the_end(raw: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401 - the driver's own
    """Of an idle connection: a server that goes away says so, and else it has nothing to say.

    To ask it each time would be one more way there and back.
    """
    if select([raw], [], [], 0)[0]:
        raise DisconnectionError


def _end_reading(connection: EngineConnection) -> None:
    """With COMMIT, which changes nothing there: at a ROLLBACK psycopg forgets all it has prepared."""
    raw: Any = None if connection.invalidated else connection.connection.dbapi_connection
    if raw and raw.read_only and raw.info.transaction_status.name == "INTRANS":
        raw.commit()


# Around a request -------------------------------------------------------------------------------


def reads_first(view: View) -> View:
    """A POST or a job with slow work (a password check, reading a file) before it calls `start_writing`."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def writes(view: View) -> View:
    """A GET that must write, such as the audit entry of a sealed read. Say why at the route."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def _open_for_request() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    changes = request.method not in SAFE_METHODS and not getattr(view, "reads_first", False)
    g.writing = changes or getattr(view, "writes", False)
    g.looks = request.method in SAFE_METHODS


def start_writing() -> None:
    """From here on this transaction may write. What was read before is read again."""
    if not g.get("writing"):
        db.session.rollback()
        g.pop("read_once", None)
        g.writing = True


def keep_on_refusal() -> None:
    """Commit this request's writes although it answers with an error: a failed login is remembered."""
    g.keep_on_refusal = True


def _finish_request(response: Response) -> Response:
    if g.get("writing"):
        if response.status_code < 400 or g.get("keep_on_refusal"):  # noqa: PLR2004 - HTTP's own border
            db.session.commit()
        else:
            db.session.rollback()
        g.writing = False
    elif db.session.registry.has() and (db.session.new or db.session.dirty or db.session.deleted):
        db.session.rollback()
        message = f"{request.method} {request.path} changed something in a reading transaction"
        raise RuntimeError(message)
    return response


def write_when_sent(response: Response, statement: Update) -> None:
    """Runs it once the answer is out, and not if that has to wait: what nobody misses if it is lost."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    response.call_on_close(partial(_write_alone, app, statement))


def _write_alone(app: Flask, statement: Update) -> None:
    with app.app_context(), suppress(Busy, OperationalError):
        g.wait = SHORT_WAIT
        with transaction():
            db.session.execute(statement)


# Elsewhere --------------------------------------------------------------------------------------


@contextmanager
def transaction(*, reads_first: bool = False) -> Iterator[None]:
    """One transaction outside a request: commands, jobs, tests. It writes, or reads until told to write."""
    if not reads_first:
        start_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        g.writing = False


def rows_changed(statement: Update | Delete) -> int:
    """Runs it and says how many rows it touched. Objects of the session do not learn of it."""
    return cast("CursorResult[object]", db.session.execute(statement, execution_options=NO_SYNC)).rowcount


class Versioned(Protocol):
    """A row that people edit: `version` counts its changes."""

    id: int
    version: int


def change(
    row: Versioned,
    version: int,
    *still: ColumnElement[bool],
    too_late: Callable[[], Text],
    **values: object,
) -> None:
    """Changes the row if it still has the version this person saw, and `still` holds: one UPDATE decides.

    Who came second gets Conflict with the sentence of `too_late`: who was quicker, when, and what to do now.
    Either way the object shows what is in the database: what is not set here stands as at that version.
    """
    deed, shown = _changing(type(row), tuple(values))
    known = {"of_id": row.id, "of_version": version, **{f"new_{name}": values[name] for name in values}}
    if still or isinstance(row, IN_ORGANISATION):
        found: Any = db.session.execute(deed.where(*still), known, execution_options=NO_SYNC).first()
    else:
        found = next(iter(ask(deed, known)), None)
    if found is None:
        db.session.expire(row, {*inspect(type(row)).column_attrs.keys()} - {"id"})
        raise Conflict(too_late())
    for name, value in zip(shown, found, strict=True):
        set_committed_value(row, name, value)


@lru_cache(maxsize=128)
def _changing(kind: type[Versioned], names: Sequence[str]) -> tuple[Update, Sequence[str]]:
    """The UPDATE that sets these columns, built once, and the names of those it returns."""
    table: Mapper[object] = inspect(kind)
    shown = [table.column_attrs[name] for name in ("version", *names)]
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    deed = (
        update(table)
        .where(table.c.id == bindparam("of_id"), table.c.version == bindparam("of_version"))
        .values(version=table.c.version + 1, **new)
        .returning(*(column.class_attribute for column in shown))
    )
    return deed, [column.key for column in shown]


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"
