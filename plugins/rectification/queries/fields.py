"""The fields units add to cards, and what stands in them."""

from collections.abc import Collection, Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.models import Card, Field, Value
from plugins.rectification.queries.categories import words_of_site
from plugins.rectification.queries.scope import Scope
from plugins.rectification.wording import FieldKind

Content = str | float | date | None


def fields_for(unit: Unit, scope: Scope) -> list[Field]:
    """Those of the unit and of all above it, in the order from the top; the retired too."""
    return [
        field for unit_id in unit.line for field in words_of_site(scope).fields if field.unit_id == unit_id
    ]


def fields_in_use(unit: Unit, scope: Scope) -> list[Field]:
    """Those a card of the unit is asked for."""
    return [field for field in fields_for(unit, scope) if not field.retired]


def fields_of(unit: Unit) -> list[Field]:
    """The unit's own, as they stand in the database: to change them."""
    query = select(Field).where(Field.unit_id == unit.id).order_by(Field.position, Field.id)
    return list(db.session.scalars(query))


def values_of(cards: Collection[int], fields: Iterable[Field]) -> dict[tuple[int, int], Content]:
    """By card and field; no query where there are no fields."""
    ids = [field.id for field in fields]
    if not ids or not cards:
        return {}
    here = Value.card_id.in_(cards), Value.field_id.in_(ids)
    return {
        (row.card_id, row.field_id): row.content for row in db.session.scalars(select(Value).where(*here))
    }


def own_of(card: Card, fields: Collection[Field]) -> dict[int, Content]:
    """What stands in these fields of one card."""
    return {field_id: content for (_card, field_id), content in values_of([card.id], fields).items()}


def said(kind: FieldKind, content: Content) -> str:
    """As people read it: 是, 2026-11-21, 12.5."""
    if content is None:
        return ""
    if kind is FieldKind.CHECK:
        return str(_("是"))
    return f"{content:.15g}" if isinstance(content, float) else str(content)
