"""What a card shows of itself from outside: one row, wherever cards stand in a row."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select

from intranet.models import User
from plugins.rectification.models import Card, Measure
from plugins.rectification.stages import Stage
from plugins.rectification.wording import SourceKind, Term, number_of

MEASURES = 2**16
"""More measures than a card has."""


class Face(NamedTuple):
    """In the order of the columns of `FACES`."""

    id: int
    version: int
    stage: Stage
    unit_id: int
    title: str
    category: str
    source_kind: SourceKind
    term: Term
    due_on: date | None
    stage_since: datetime
    round: int
    staged_on: date | None
    extension_on: date | None
    user_id: int | None
    claimed_by: int | None
    asked_by: int | None
    accepted_by: int | None
    extension_by: int | None
    person: str | None
    work: int
    """Measures, and how many are done, found at one look: `MEASURES` times the first, and the second."""

    @property
    def measures(self) -> int:
        return self.work // MEASURES

    @property
    def done(self) -> int:
        return self.work % MEASURES

    @property
    def number(self) -> str:
        return number_of(self.id)

    @property
    def cursor(self) -> str:
        """Names the place after this card in its column."""
        return f"{self.due_on or ''}.{self.id}"


# Built once: every board, list and home page asks it, and building costs more than asking.
MINE = and_(
    Measure.card_id == Card.id,
    Measure.parent_id.is_(None),
    or_(Measure.round == Card.round, Measure.done_on.is_(None)),
)
"""Of the round at hand, and what is left of those before it: so much is asked for the closing."""
FACES: Any = select(
    Card.id,
    Card.version,
    Card.stage,
    Card.unit_id,
    Card.title,
    Card.category,
    Card.source_kind,
    Card.term,
    Card.due_on,
    Card.stage_since,
    Card.round,
    Card.staged_on,
    Card.extension_on,
    Card.user_id,
    Card.claimed_by,
    Card.asked_by,
    Card.accepted_by,
    Card.extension_by,
    User.name.label("person"),
    select(func.count() * MEASURES + func.count(Measure.done_on)).where(MINE).scalar_subquery().label("work"),
).outerjoin(User, User.id == Card.user_id)
