"""Two people at once, as often as asked: what each of them came to."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import insert, select

from intranet.db import transaction
from intranet.errors import DomainError
from intranet.extensions import db
from plugins.rectification.models import Card, Event, Measure, Publication
from plugins.rectification.services.history import count

WON, LOST = "won", "lost"
EXACTLY_ONE = [LOST, WON]
Act = Callable[[int], object]


def race(app: Flask, rounds: int, act: Act, rival: Act | None = None) -> list[list[str]]:
    """Of each round, sorted, what the two came to. A refusal in words is a loss, anything else is a fault."""
    results: list[list[str]] = [[] for _round in range(rounds)]
    start, faults = Barrier(2, timeout=60), list[Exception]()

    def run(deed: Act) -> None:
        try:
            for number, result in enumerate(results):
                start.wait()
                result.append(_try(app, deed, number))
        except Exception as fault:  # noqa: BLE001 - raised again by _finish
            faults.append(fault)
            start.abort()

    _finish([Thread(target=run, args=[deed]) for deed in (act, rival or act)], faults)
    return [sorted(pair) for pair in results]


def _finish(threads: list[Thread], faults: list[Exception]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def _try(app: Flask, deed: Act, number: int) -> str:
    with app.app_context():
        try:
            with transaction():
                deed(number)
        except DomainError:
            return LOST
        return WON


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
