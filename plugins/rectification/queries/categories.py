"""The site's table of categories: read once a process, and again when it has changed."""

from collections.abc import Mapping

from flask import current_app, g
from sqlalchemy import inspect, select

from intranet.contracts import Text
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import CategoryRow
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.scope import Scope

NAME = "rectification.categories"
ALL = select(*inspect(CategoryRow).columns).order_by(CategoryRow.position, CategoryRow.code)


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
    """Every page counts cards anyway, and the count tells the table's state: so mostly no query.

    What a transaction that may still be rolled back has read is not kept.
    """
    state = (str(db.engine.url), kept(scope, user).sorts[0])
    held: tuple[object, Mapping[str, CategoryRow]] = current_app.extensions.get(NAME, (None, {}))
    if held[0] == state:
        return held[1]
    rows = {row["code"]: CategoryRow(**row) for row in db.session.execute(ALL).mappings()}
    if not g.get("writing"):
        current_app.extensions[NAME] = (state, rows)
    return rows
