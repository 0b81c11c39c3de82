"""Briefs 一周进度: of the unit and of those above it; what is not published only its writers see."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from intranet import clock
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.permissions import allowed
from plugins.campaign.models import Brief

BRIEF = "campaign:brief"
PAGE = 20
WEEKS_BACK = 8


def known_to(user: User, unit: Unit) -> ColumnElement[bool]:
    """Published ones from here upwards, and all of this unit for those who write them."""
    published = and_(Brief.unit_id.in_(unit.line), Brief.published_at.is_not(None))
    return or_(published, Brief.unit_id == unit.id) if allowed(user, BRIEF, unit) else published


def briefs(user: User, unit: Unit, page: int) -> list[Brief]:
    """The newest first, and one more than a page says there is another."""
    query = select(Brief).where(known_to(user, unit)).options(joinedload(Brief.unit))
    query = query.order_by(Brief.week.desc(), Brief.unit_id).limit(PAGE + 1).offset((page - 1) * PAGE)
    return list(db.session.scalars(query))


def brief_or_404(user: User, unit: Unit, brief_id: int) -> Brief:
    people = (joinedload(Brief.unit), joinedload(Brief.changed_by), joinedload(Brief.published_by))
    query = select(Brief).where(Brief.id == brief_id, known_to(user, unit)).options(*people)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("没有这一期，或者它还没有发布。"))
    return found


def monday(day: date) -> date:
    """A week begins on Monday, here."""
    return day - timedelta(days=day.weekday())


def last_weeks() -> list[date]:
    """Their Mondays, the newest first."""
    this = monday(clock.today())
    return [this - timedelta(weeks=back) for back in range(WEEKS_BACK)]


def open_weeks(unit: Unit) -> list[date]:
    """Those of them that have no brief yet."""
    weeks = last_weeks()
    taken = set(db.session.scalars(select(Brief.week).where(Brief.unit_id == unit.id, Brief.week.in_(weeks))))
    return [week for week in weeks if week not in taken]
