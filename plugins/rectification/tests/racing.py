"""As many cards alike as two people race for."""

from flask import Flask
from sqlalchemy import insert, select

from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card, Event, Measure, Publication
from plugins.rectification.services.history import count


def copies(app: Flask, card_id: int, times: int) -> list[int]:
    """As many cards like this one: its measures (not their steps), its history, what is published of it."""
    with app.app_context(), transaction():
        card = db.session.get_one(Card, card_id)
        ids = _insert(Card, [_row(card)] * times)
        count(card.unit_id, card.stage, times)
        for table in (Measure, Event, Publication):
            rows = db.session.scalars(select(table).where(table.card_id == card_id)).all()
            whole = [row for row in rows if not getattr(row, "parent_id", None)]
            _insert(table, [_row(row) | {"card_id": made} for made in ids for row in whole])
    return ids


def _row(found: Card | Measure | Event | Publication) -> dict[str, object]:
    return {column.key: getattr(found, column.key) for column in found.__table__.c if column.key != "id"}


def _insert(table: type, rows: list[dict[str, object]]) -> list[int]:
    """The new ids, in the order of the rows."""
    if rows:
        db.session.execute(insert(table), rows)
        db.session.flush()
    newest = select(table.id).order_by(table.id.desc()).limit(len(rows))
    return sorted(db.session.scalars(newest))
