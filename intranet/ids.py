"""Several ids as one value of a statement, which is then the same however many there are."""

from collections.abc import Callable, Collection
from typing import Any, Self

from sqlalchemy import BindParameter, Boolean, ColumnElement, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType
from typing_extensions import override

Ids = Collection[int] | BindParameter[Any]


class Numbers(UserDefinedType[Collection[int]]):
    """Several ids as one value, in the words of an array of PostgreSQL or of JSON for SQLite."""

    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        first, last = "[]" if dialect.name == "sqlite" else "{}"
        return lambda ids: first + ",".join(map(str, ids)) + last

    @override
    def literal_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        words = self.bind_processor(dialect)
        return lambda ids: f"'{words(ids)}'"


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
