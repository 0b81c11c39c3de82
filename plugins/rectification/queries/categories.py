"""The site's table of categories, with the units' own fields: read once a process until they change."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, g
from sqlalchemy import String, cast, null, select, union_all

from intranet.contracts import Text
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import CategoryRow, Field
from plugins.rectification.queries.counting import kept
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
).order_by("position", "code", "id")


def categories() -> list[CategoryRow]:
    """As they stand in the database, in their order."""
    return list(db.session.scalars(select(CategoryRow).order_by(CategoryRow.position, CategoryRow.code)))


def category_titles(scope: Scope, user: User) -> Mapping[str, Text]:
    """The name of every category by its code, those in use no longer included."""
    return {code: row.title for code, row in _known(scope, user).items()}


def categories_to_choose(scope: Scope, user: User) -> Mapping[str, Text]:
    """Those a new card may have."""
    return {code: row.title for code, row in _known(scope, user).items() if not row.retired}


def _known(scope: Scope, user: User) -> Mapping[str, CategoryRow]:
    return words_of_site(scope, user)[0]


def words_of_site(scope: Scope, user: User) -> tuple[Mapping[str, CategoryRow], tuple[Field, ...]]:
    """Categories, and all units' own fields.

    Every page counts cards anyway, and the count tells the state of both tables: so mostly no query,
    else one. What a transaction that may still be rolled back has read is not kept.
    """
    state = (str(db.engine.url), kept(scope, user).sorts[0])
    held: tuple[object, tuple[Mapping[str, CategoryRow], tuple[Field, ...]]]
    held = current_app.extensions.get(NAME, (None, ({}, ())))
    if held[0] == state:
        return held[1]
    rows = [row._asdict() for row in db.session.execute(ALL)]
    found = (
        {row["code"]: CategoryRow(**_of(row, SHARED, "code")) for row in rows if row["kind"] is None},
        tuple(Field(**_of(row, SHARED, *OF_FIELDS)) for row in rows if row["kind"] is not None),
    )
    if not g.get("writing"):
        current_app.extensions[NAME] = (state, found)
    return found


def _of(row: Mapping[str, Any], shared: Iterable[str], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in (*shared, *names)}
