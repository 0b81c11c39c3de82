"""回头看: cards that are checked again and again, and those that came back."""

from sqlalchemy import case, func, select

from intranet.extensions import db
from plugins.rectification.filters import Mark
from plugins.rectification.models import Card
from plugins.rectification.queries.matching import MARKED
from plugins.rectification.queries.scope import Scope
from plugins.rectification.wording import Term


def looked_back(scope: Scope) -> tuple[int, int, int]:
    """How many last, were checked in this round, were closed and came back. One query."""
    if not scope.units:
        return 0, 0, 0
    kinds = (Card.term == Term.LASTING, MARKED[Mark.CHECKED], MARKED[Mark.RELAPSED])
    sums = (func.count(case((kind, 1))) for kind in kinds)
    row = db.session.execute(select(*sums).select_from(Card).where(scope.own)).one()
    return row[0], row[1], row[2]
