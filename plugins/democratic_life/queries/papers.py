"""情况报告 and 通报: on the meeting, and the circulars a person may read under a unit."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from intranet.contracts import Role
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.permissions import roles
from plugins.democratic_life.models import Meeting, Paper
from plugins.democratic_life.queries.meetings import in_use, sits_in
from plugins.democratic_life.wording import Circle, PaperKind

CADRES = frozenset({Role.HEAD, Role.RECORDER, Role.LEADER, Role.OFFICE, Role.SUPERVISOR})
MOST = 30


def paper_of(meeting: Meeting, kind: PaperKind) -> Paper | None:
    query = select(Paper).where(Paper.meeting_id == meeting.id, Paper.kind == kind)
    return db.session.scalar(query)


def circulars(user: User, unit: Unit) -> Sequence[tuple[Paper, Meeting]]:
    """Those published in this unit or above it whose circle this person is in; the newest first."""
    rows = db.session.execute(_readable(user, unit).order_by(Meeting.announced_at.desc()).limit(MOST))
    return [(paper, meeting) for paper, meeting in rows]


def circular_or_404(user: User, unit: Unit, paper_id: int) -> tuple[Paper, Meeting]:
    row = db.session.execute(_readable(user, unit).where(Paper.id == paper_id)).first()
    if row is None:
        raise NotFound(_("没有这份通报，或者您不在通报的范围里。"))
    return row[0], row[1]


def _readable(user: User, unit: Unit) -> Select[Paper, Meeting]:
    """Staff of a unit below read it under their own unit."""
    circles = list(Circle) if roles(user, unit) & CADRES else [Circle.STAFF]
    in_circle = Meeting.unit_id.in_(unit.line) & Paper.circle.in_(circles)
    query = select(Paper, Meeting).join(Meeting, Meeting.id == Paper.meeting_id)
    published = (Paper.kind == PaperKind.CIRCULAR, Meeting.announced_at.is_not(None))
    return query.where(in_use(), *published, or_(in_circle, sits_in(user.id)))
