"""What all pages name: categories, units' own fields, 专项整治. Read once a process until they change."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask import current_app, g
from sqlalchemy import String, cast, literal, null, select, union_all

from intranet.contracts import Text
from intranet.extensions import db
from plugins.rectification.models import CategoryRow, Drive, Field
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.scope import Scope

NAME = "rectification.categories"
SHARED = ("id", "name", "position", "retired", "version")
OF_FIELDS = ("unit_id", "kind", "choices")
ALL = union_all(
    select(
        *(getattr(Field, name) for name in (*SHARED, *OF_FIELDS)),
        cast(null(), String).label("code"),
    ),
    select(
        *(getattr(CategoryRow, name) for name in SHARED),
        *(cast(null(), getattr(Field, name).type) for name in OF_FIELDS),
        CategoryRow.code,
    ),
    select(
        *(Drive.id, Drive.name, literal(0), Drive.closed_on.is_not(None), Drive.version, Drive.unit_id),
        *(cast(null(), getattr(Field, name).type) for name in ("kind", "choices")),
        cast(null(), String),
    ),
).order_by("position", "code", "id")


def categories() -> list[CategoryRow]:
    """As they stand in the database, in their order."""
    return list(db.session.scalars(select(CategoryRow).order_by(CategoryRow.position, CategoryRow.code)))


def category_titles(scope: Scope) -> Mapping[str, Text]:
    """The name of every category by its code, those in use no longer included."""
    return {code: row.title for code, row in _known(scope).items()}


def categories_to_choose(scope: Scope) -> Mapping[str, Text]:
    """Those a new card may have."""
    return {code: row.title for code, row in _known(scope).items() if not row.retired}


def _known(scope: Scope) -> Mapping[str, CategoryRow]:
    return words_of_site(scope).categories


class DriveName(NamedTuple):
    """A special campaign as menus name it."""

    id: int
    unit_id: int
    name: str
    is_closed: bool


class Words(NamedTuple):
    """Categories by code, and of all units their own fields and their special campaigns."""

    categories: Mapping[str, CategoryRow]
    fields: tuple[Field, ...]
    drives: tuple[DriveName, ...]
    """The latest first."""


def words_of_site(scope: Scope) -> Words:
    """What all pages name.

    Every page counts cards anyway, and the count tells the state of all three tables: so mostly no query,
    else one. What a transaction that may still be rolled back has read is not kept.
    """
    state = (str(db.engine.url), sums(scope).words)
    held: tuple[object, Words] = current_app.extensions.get(NAME, (None, Words({}, (), ())))
    if held[0] == state:
        return held[1]
    rows = [row._asdict() for row in db.session.execute(ALL)]
    found = Words(
        {row["code"]: CategoryRow(**_of(row, SHARED, "code")) for row in rows if row["code"]},
        tuple(Field(**_of(row, SHARED, *OF_FIELDS)) for row in rows if row["kind"] is not None),
        tuple(_drive(row) for row in reversed(rows) if row["kind"] is None and not row["code"]),
    )
    if not g.get("writing"):
        current_app.extensions[NAME] = (state, found)
    return found


def _drive(row: Mapping[str, Any]) -> DriveName:
    return DriveName(row["id"], row["unit_id"], row["name"], bool(row["retired"]))


def _of(row: Mapping[str, Any], shared: Iterable[str], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in (*shared, *names)}
