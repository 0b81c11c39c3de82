"""How a problem left a meeting and which looked back at it, for the page that tells its whole way."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from intranet import clock
from intranet.contracts import Reference
from intranet.extensions import db
from intranet.gate import door
from intranet.models import User
from intranet.organisation import organisation
from intranet.permissions import allowed, may_enter
from plugins.democratic_life.models import Meeting, Raised
from plugins.democratic_life.queries.meetings import OVERVIEW, PLUGIN, sits_in
from plugins.democratic_life.wording import KIND_TITLES, PLANNING


def stories_of(user: User, keys: list[str]) -> list[Reference]:
    """Who named it and where in the meeting stays there; the meeting's page is for those who know of it."""
    query = select(Raised, Meeting, sits_in(user.id)).join(Meeting, Meeting.id == Raised.meeting_id)
    rows = db.session.execute(query.where(Raised.id.in_([int(key) for key in keys]))).all()
    first = [_first(user, raised, _page(user, meeting, sits=bool(sits))) for raised, meeting, sits in rows]
    return [*first, *_later(user, {row[1].id: row[1] for row in rows}, keys[0])] if first else []


def _first(user: User, raised: Raised, page: str) -> Reference:
    target = organisation().by_id.get(raised.target_id)
    url = page
    if not url and target and may_enter(user, target):
        url = url_for("democratic_life.raised", unit=target.code, raised_id=raised.id)
    day = clock.local(raised.raised_at).date()
    return Reference(PLUGIN, str(raised.id), _("在会议里查摆出来，另写一句转交整改"), url, day)


def _later(user: User, begun: dict[int, Meeting], key: str) -> list[Reference]:
    """Meetings of the same kind in the same unit that were held since: last measures are looked at there."""
    behind = [
        and_(Meeting.unit_id == each.unit_id, Meeting.kind == each.kind, Meeting.id > each.id)
        for each in begun.values()
    ]
    query = select(Meeting, sits_in(user.id)).where(or_(*behind), Meeting.state.not_in(PLANNING))
    rows = db.session.execute(query.order_by(Meeting.id)).all()
    return [_look_back(key, meeting, _page(user, meeting, sits=bool(sits))) for meeting, sits in rows]


def _look_back(key: str, meeting: Meeting, page: str) -> Reference:
    kind = str(KIND_TITLES[meeting.kind])
    title = _("又开了一次%(kind)s，会上对上次的整改措施回头看", kind=kind)
    return Reference(PLUGIN, key, title, page, _day(meeting))


def _day(meeting: Meeting) -> date:
    return clock.local(meeting.held_at or meeting.meets_at or meeting.created_at).date()


def _page(user: User, meeting: Meeting, *, sits: bool) -> str:
    """Empty for whoever may not know of it."""
    home = organisation().by_id[meeting.unit_id]
    at = door(user, home, PLUGIN)
    knows = sits or (may_enter(user, home) and allowed(user, OVERVIEW, home))
    if at is None or not knows:
        return ""
    return url_for("democratic_life.meeting", unit=at.code, meeting_id=meeting.id)
