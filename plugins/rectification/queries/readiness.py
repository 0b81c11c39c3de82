"""How far the measures of a unit's last meeting are, for the meeting that asks for them."""

from datetime import date, datetime, time

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import case, func, select

from intranet import clock
from intranet.contracts import Bar
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.models import Card
from plugins.rectification.stages import Stage


def measures(unit: Unit, source: str, before: date) -> list[Bar]:
    """Cards of this source that were opened before that day; none: no answer."""
    closed = func.sum(case((Card.stage == Stage.CLOSED, 1), else_=0))
    query = select(func.count(), closed).where(Card.unit_id == unit.id, Card.source == source)
    day = datetime.combine(before, time(), clock.ZONE)
    number, done = db.session.execute(query.where(Card.opened_at < day)).one()
    if not number:
        return []
    return [Bar(_("整改措施"), done, number, url_for("rectification.board", unit=unit.code), _("件"))]
