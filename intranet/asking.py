"""Questions that pages ask all day: written once as a statement, kept as the driver takes them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import methodcaller
from typing import Any, NamedTuple, Self, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    String,
    TypeDecorator,
    Update,
    bindparam,
)
from sqlalchemy.engine import CursorResult, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import SelectBase
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from intranet.extensions import db

Ids = Collection[int] | BindParameter[Any]
Question = SelectBase | Update
Turn = Callable[[Any], Any]
Kind = TypeEngine[Any]
Key = TypeVar("Key")
FLOAT8 = 701
"""PostgreSQL's number for the only fractions there are in our tables."""


class Ready(NamedTuple):
    """A question as one kind of database takes it, and how values and columns are turned."""

    sql: str
    added: Mapping[str, Any]
    """Values that SQLAlchemy itself adds: the OFFSET that goes with a LIMIT of SQLite."""
    order: Sequence[str] | None
    """Of the values; None: they are called by name."""
    values: Mapping[str, Turn]
    columns: Mapping[int, Turn]

    def with_values(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the driver takes them
        asked = {**self.added, **given, **{name: turn(given[name]) for name, turn in self.values.items()}}
        return asked if self.order is None else tuple(asked[name] for name in self.order)

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Column by column, as most need no turning."""
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for place, turn in self.columns.items() if found else ():
            columns[place] = map(turn, columns[place])
        return list(zip(*columns, strict=True))


def ask(question: SelectBase, values: Mapping[str, Any]) -> list[Any]:
    """The rows, of any columns. The question is built once and asked often: what is prepared for it is kept.

    Left to itself, SQLAlchemy prepares every statement anew, which takes longer than asking most of them.
    """
    ready, answer = _answer(question, values)
    return ready.read(answer.all())


def _answer(question: Question, values: Mapping[str, Any]) -> tuple[Ready, CursorResult[Any]]:
    db.session.flush()
    connection = db.session.connection()
    ready = _ready(question, connection.dialect)
    return ready, connection.exec_driver_sql(ready.sql, ready.with_values(values))


def run(statement: Update, values: Mapping[str, Any]) -> int:
    """How many rows it touched. Built once as a question; objects of the session do not learn of it."""
    return _answer(statement, values)[1].rowcount


@lru_cache(maxsize=256)
def _ready(question: Question, dialect: Dialect) -> Ready:
    compiled = cast("Question", replacement_traverse(question, {}, _constant)).compile(dialect=dialect)
    asked = {name: bind.type for name, bind in compiled.binds.items() if bind.required}
    whole = compiled.construct_expanded_state(dict.fromkeys(asked))
    columns = question.selected_columns if isinstance(question, SelectBase) else ()
    return Ready(
        whole.statement,
        {name: value for name, value in whole.parameters.items() if name not in asked},
        whole.positiontup,
        _turns(dialect, asked, "bind_processor"),
        _turns(dialect, dict(enumerate(column.type for column in columns)), "result_processor", FLOAT8),
    )


def _constant(element: ExternallyTraversible, **_how: object) -> ExternallyTraversible | None:
    """A value that is part of the question is written into it: planned with it, and handed over no more."""
    if isinstance(element, BindParameter) and not element.required:
        return element.render_literal_execute()
    return None


def _turns(dialect: Dialect, kinds: Mapping[Key, Kind], which: str, *more: int) -> dict[Key, Turn]:
    """Of those kinds of values that need any."""
    turn_of = methodcaller(which, dialect, *more)
    turns = ((key, turn_of(kind.dialect_impl(dialect))) for key, kind in kinds.items())
    return {key: turn for key, turn in turns if turn}


# Numbers as one value --------------------------------------------------------------------------------


class Numbers(TypeDecorator[Collection[int]]):
    """Several ids as one value: an array of PostgreSQL, JSON for SQLite."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> str:
        numbers = ",".join(map(str, value or ()))
        return f"[{numbers}]" if dialect.name == "sqlite" else f"{{{numbers}}}"


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    @override
    def self_group(self, against: object = None) -> Self:
        """As it is: wrapped as a function that returns a truth value it would find no index."""
        return self


@compiles(_Among)
def _in(element: _Among, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    column, numbers = (compiler.process(part, **how) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - parts of a statement
    return f"{column} = ANY (CAST({numbers} AS INTEGER[]))"


def given(name: str) -> BindParameter[Any]:
    """Ids that a question is asked with."""
    return bindparam(name, type_=Numbers())


def among(column: ColumnElement[int] | InstrumentedAttribute[int], numbers: Ids) -> ColumnElement[bool]:
    """`column IN numbers`, said with one value: the statement is the same however many there are."""
    if not isinstance(numbers, BindParameter):
        numbers = bindparam(None, list(numbers), type_=Numbers(), unique=True)
    return _Among(column, numbers)
