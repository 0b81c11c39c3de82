"""Cards as search knows them: number and problem, then goal and measures."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select

from intranet import search
from intranet.contracts import SearchEntry
from intranet.extensions import db
from plugins.rectification.models import Card, Measure
from plugins.rectification.wording import number_of

KIND = "rectification:card"


def let_find(card: Card) -> None:
    """Called where the problem, the goal or a measure gets new words; a move gives none."""
    search.put(*_entries(_texts().where(Card.id == card.id)))


def entries() -> Iterator[SearchEntry]:
    """Every card of the site, the oldest first."""
    return _entries(_texts().execution_options(yield_per=1000))


def _texts() -> Select[*tuple[Any, ...]]:
    """A row a measure, or one without."""
    query = select(Card.id, Card.unit_id, Card.opened_at, Card.title, Card.goal, Measure.text)
    query = query.outerjoin(Measure, Measure.card_id == Card.id)
    return query.order_by(Card.opened_at, Card.id, Measure.position, Measure.id)


def _entries(texts: Select[*tuple[Any, ...]]) -> Iterator[SearchEntry]:
    for (card_id, unit_id, at, title, goal), rows in groupby(db.session.execute(texts), lambda row: row[:5]):
        text = "\n".join(part for part in (goal, *(row.text for row in rows)) if part)
        yield SearchEntry(KIND, str(card_id), unit_id, f"{number_of(card_id)} {title}", text, at)
