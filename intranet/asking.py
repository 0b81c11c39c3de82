"""Questions that pages ask all day: written once as a statement, kept as the driver takes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from functools import lru_cache
from itertools import islice
from operator import methodcaller
from typing import Any, NamedTuple, TypeVar, cast

from flask import g
from greenlet import getcurrent, greenlet
from sqlalchemy import BindParameter, Insert, Update, inspect
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, make_transient_to_detached
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse
from sqlalchemy.types import TypeEngine

from intranet.extensions import Base, db

Deed = Update | Insert
Question = SelectBase | Deed
Asked = tuple[Question, Mapping[str, Any]]
Answer = list[Any] | Exception
Turn = Callable[[Any], Any]
Row = TypeVar("Row", bound=Base)
PLAIN = (str, int, list, tuple)
"""What reads the same written as handed over; a day would come back from PostgreSQL as a word."""
FLOAT8 = 701
"""PostgreSQL's number for the only fractions there are in our tables."""


class Ready(NamedTuple):
    """A question as one kind of database takes it, and how values and columns are turned."""

    sql: str
    added: Mapping[str, Any]
    """Values of its own that are not written into it: days, and the OFFSET that SQLite wants with a LIMIT."""
    order: Sequence[str]
    """Of the values."""
    values: Mapping[str, Turn]
    columns: Mapping[int, Turn]

    def with_values(self, given: Mapping[str, Any]) -> Sequence[Any]:
        asked = {**self.added, **given, **{name: turn(given[name]) for name, turn in self.values.items()}}
        return [asked[name] for name in self.order]

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Column by column, as most need no turning."""
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for place, turn in self.columns.items() if found else ():
            columns[place] = map(turn, columns[place])
        return list(zip(*columns, strict=True))


def ask(question: Question, values: Mapping[str, Any]) -> list[Any]:
    """The rows, of any columns; of a deed those it returns.

    The question is built once and asked often: what is prepared for it is kept.
    Left to itself, SQLAlchemy prepares every statement anew, which takes longer than asking most of them.
    """
    [answer] = _answers([(question, values)])
    if isinstance(answer, Exception):
        raise answer
    return answer


def run_all(*deeds: Asked) -> list[int]:
    """How many rows each of them touched. To PostgreSQL they go at once.

    Objects of the session do not learn of it, nor does who listens to the session.
    """
    with _translated(deeds[0][0]) as connection:
        with _at_once(connection, len(deeds)):
            cursors = [_sent(connection, *deed)[1] for deed in deeds]
        return [int(cursor.rowcount) for cursor in cursors]


@lru_cache(maxsize=64)
def columns_of(table: type[Row]) -> Sequence[InstrumentedAttribute[Any]]:
    """What an object of this table is read from; what is read only when it is wanted is not among it."""
    return [each.class_attribute for each in inspect(table).column_attrs if not each.deferred]


def values_of(row: Base) -> dict[str, Any]:
    """What an INSERT of it takes: its columns without the id."""
    return {column.key: getattr(row, column.key) for column in columns_of(type(row)) if column.key != "id"}


def attached(table: type[Row], columns: Iterable[object]) -> Row:
    """The object of these columns, as the database session would have read it."""
    row = cast("Row", inspect(table).class_manager.new_instance())
    row.__dict__.update(zip((each.key for each in columns_of(table)), columns, strict=True))
    make_transient_to_detached(row)
    session, key = db.session(), inspect(row).key
    if key in session.identity_map:  # type: ignore[operator]  # it has one from here on
        return session.merge(row, load=False)
    session.add(row)
    return row


# Side by side ----------------------------------------------------------------------------------------


class Call(greenlet):
    """Stops wherever it asks, so that other calls come to their questions too."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__(call)
        self.gr_context = copy_context()


def side_by_side(*calls: Callable[[], Any], only_read: bool = False) -> list[Any]:
    """What the calls return. While all of them wait for answers, their questions are sent together.

    To PostgreSQL that is one way there and back instead of one each. No call may lean on another.
    What writes takes one call after the other, as their savepoints would cross, unless all `only_read`.
    """
    if g.get("writing") and not only_read:
        return [call() for call in calls]
    running = [Call(call) for call in calls]
    said = {call: call.switch() for call in running}
    while waiting := [call for call in running if not call.dead]:
        answers = iter(_answers([asked for call in waiting for asked in said[call]]))
        said |= {call: call.switch(list(islice(answers, len(said[call])))) for call in waiting}
    return [said[call] for call in running]


def _answers(asked: Sequence[Asked]) -> Sequence[Answer]:
    """Each is rows, or why there are none."""
    here = getcurrent()
    if isinstance(here, Call) and here.parent:
        return cast("Sequence[Answer]", here.parent.switch(asked))
    raw: Any = _raw(_connection()) if len(asked) > 1 else None
    # not in a transaction that reads: it may be in the middle of a long result
    if hasattr(raw, "pipeline") and (raw.autocommit or g.get("writing")):
        try:
            return _together(_connection(), asked)
        except Exception as error:  # noqa: BLE001 - whose fault it is shows when they are asked one by one
            if g.get("writing"):  # but the transaction is over
                return [error] * len(asked)
    return [_answer(*one) for one in asked]


def _together(connection: Connection, asked: Sequence[Asked]) -> Sequence[Answer]:
    try:
        with _at_once(connection, len(asked)):
            sent = [_sent(connection, *one) for one in asked]
        return [ready.read(cursor.fetchall()) for ready, cursor in sent]
    except Exception:
        _give_up(connection)  # psycopg takes for prepared what the failure has kept from being it
        raise


def _answer(question: Question, values: Mapping[str, Any]) -> Answer:
    try:
        with _translated(question) as connection:
            ready, cursor = _sent(connection, question, values)
            return ready.read(cursor.fetchall())
    except Exception as error:  # noqa: BLE001 - raised where it was asked
        return error


# To the driver ---------------------------------------------------------------------------------------


def _connection() -> Connection:
    db.session.flush()
    return db.session.connection()


def _raw(connection: Connection) -> Any:  # noqa: ANN401 - the driver's own
    return connection.connection.dbapi_connection


def _at_once(connection: Connection, number: int) -> AbstractContextManager[object]:
    """So many statements that are sent meanwhile go to PostgreSQL together."""
    raw = _raw(connection)
    return raw.pipeline() if number > 1 and hasattr(raw, "pipeline") else nullcontext()


@contextmanager
def _translated(question: Question) -> Iterator[Connection]:
    """What the driver complains of meanwhile is said in the words of SQLAlchemy."""
    connection = _connection()
    dialect, driver = connection.dialect, connection.dialect.loaded_dbapi.Error
    try:
        yield connection
    except driver as error:
        if dialect.is_disconnect(error, _raw(connection), None):
            _give_up(connection)
        told = DBAPIError.instance(str(question), None, error, driver, hide_parameters=True, dialect=dialect)
        raise told from error


def _give_up(connection: Connection) -> None:
    """What only reads goes on with another connection; what writes must end."""
    connection.invalidate()
    if not g.get("writing"):
        db.session.rollback()


def _sent(connection: Connection, question: Question, values: Mapping[str, Any]) -> tuple[Ready, Any]:
    """Its cursor. Who listens to the engine hears of it as of any other statement."""
    ready = _ready(question, connection.dialect)
    given = ready.with_values(values)
    connection.dispatch.before_cursor_execute(connection, None, ready.sql, given, None, False)
    return ready, _raw(connection).cursor().execute(ready.sql, given)


# As the driver takes it ------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _ready(question: Question, dialect: Dialect) -> Ready:
    plain = cast("Question", replacement_traverse(question, {}, _constant))
    compiled = plain.compile(dialect=dialect, column_keys=_columns_given(question))
    turns = _turns(dialect, {name: bind.type for name, bind in compiled.binds.items()}, "bind_processor")
    asked = [name for name, bind in compiled.binds.items() if bind.required]
    whole = compiled.construct_expanded_state(dict.fromkeys(asked))
    columns = question.exported_columns
    return Ready(
        whole.statement,
        {name: turns.get(name, _same)(whole.parameters[name]) for name in whole.parameters.keys() - asked},
        whole.positiontup or [],
        {name: turns[name] for name in asked if name in turns},
        _turns(dialect, dict(enumerate(column.type for column in columns)), "result_processor", FLOAT8),
    )


def _columns_given(question: Question) -> list[str] | None:
    """Of an INSERT: the database makes the id."""
    if not isinstance(question, Insert) or question.select is not None:
        return None
    return [column.key for column in question.table.columns if column.key != "id"]


def _same(value: object) -> object:
    return value


def _constant(element: ExternallyTraversible, **_how: object) -> ExternallyTraversible | None:
    """A word or a number that is part of the question is written into it, and planned with it."""
    if isinstance(element, BindParameter) and not element.required and isinstance(element.value, PLAIN):
        return element.render_literal_execute()
    return None


def _turns(dialect: Dialect, kinds: Mapping[Any, TypeEngine[Any]], which: str, *more: int) -> dict[Any, Turn]:
    """Of those kinds of values that need any."""
    turn_of = methodcaller(which, dialect, *more)
    turns = ((key, turn_of(kind.dialect_impl(dialect))) for key, kind in kinds.items())
    return {key: turn for key, turn in turns if turn}
