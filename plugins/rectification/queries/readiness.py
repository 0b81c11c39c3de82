"""How far the measures of a unit's last meeting are, for the meeting that asks for them."""

from flask_babel import gettext as _
from sqlalchemy import case, func, select

from intranet.contracts import Bar
from intranet.extensions import db
from intranet.models import Unit
from intranet.web import path_to
from plugins.rectification.models import Card
from plugins.rectification.queries.outcomes import answers_to
from plugins.rectification.stages import Stage


def measures(unit: Unit, source: str, keys: list[str]) -> list[Bar]:
    """Of these problems those a card answers for, and those nobody has decided on yet; none: no answer."""
    closed = func.sum(case((Card.stage == Stage.CLOSED, 1), else_=0))
    answers = answers_to(source, keys)
    decided = func.count(answers.c.key.distinct())
    query = select(func.count(Card.id), closed, decided)
    query = query.select_from(answers).outerjoin(Card, Card.id == answers.c.card_id)
    number, done, known = db.session.execute(query).one() if keys else (0, 0, 0)
    number += len(keys) - known
    if not number:
        return []
    return [Bar(_("整改措施"), done or 0, number, path_to("rectification.board", unit=unit.code), _("件"))]
