"""What is or was published: of one card, and for the people of a unit."""

from sqlalchemy import ColumnElement, and_, bindparam, select

from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.models import Card, Publication
from plugins.rectification.queries.scope import Scope

PAGE = 20
OF_CARD = select(Publication).where(Publication.card_id == bindparam("card")).order_by(Publication.id.desc())


def publications_of(card: Card) -> list[Publication]:
    """Newest first, those taken down too."""
    return list(db.session.scalars(OF_CARD, {"card": card.id}))


def current(card: Card) -> Publication | None:
    """The one of this round, if it was not taken down."""
    query = select(Publication).where(
        Publication.card_id == card.id,
        Publication.round == card.round,
        Publication.withdrawn_on.is_(None),
    )
    return db.session.scalar(query.order_by(Publication.id.desc()).limit(1))


def published(unit: Unit, scope: Scope, page: int) -> list[Publication]:
    """For the people of this unit, and of those under it they may enter; what still runs comes first."""
    query = select(Publication).where(_is_for(unit, scope)).order_by(Publication.ends_on.desc())
    rows = query.order_by(Publication.id.desc()).offset(page * PAGE).limit(PAGE + 1)
    return list(db.session.scalars(rows))


def _is_for(unit: Unit, scope: Scope) -> ColumnElement[bool]:
    """Until its last day, and afterwards for the record; what was taken down is gone at once."""
    heard = {*unit.line, *scope.units}
    return and_(Publication.audience_id.in_(heard), Publication.withdrawn_on.is_(None))
