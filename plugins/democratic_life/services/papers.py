"""Writing the two papers that leave a meeting, and writing down who takes a file away."""

from dataclasses import dataclass

from flask_babel import gettext as _

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import User
from plugins.democratic_life.models import Paper
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.papers import paper_of
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.wording import PLANNING, Circle, PaperKind, State


def may_write(found: Found, kind: PaperKind) -> bool:
    """Until it has gone out, or the meeting is over."""
    sent = found.meeting.reported_at if kind is PaperKind.REPORT else found.meeting.announced_at
    return found.may_keep and found.meeting.state not in {*PLANNING, State.CLOSED} and sent is None


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as somebody typed it."""

    kind: PaperKind
    body: str
    circle: Circle | None = None


def write_paper(found: Found, draft: Draft, *, version: int, by: User) -> None:
    """Version 0 says that there was none yet."""
    kind = draft.kind
    if not may_write(found, kind):
        raise Conflict(_("已经发出，或者会议还没有开、已经闭合，现在不能改。"))
    paper = paper_of(found.meeting, kind)
    if paper and (paper.body, paper.circle) == (draft.body, draft.circle):
        return
    values = {"body": draft.body, "circle": draft.circle, "written_by": by.id, "written_at": clock.now()}
    if paper is None:
        db.session.add(Paper(meeting_id=found.meeting.id, kind=kind, **values))
        db.session.flush()
    else:
        late = lambda: _("这份材料刚刚被别人改过，请核对以后再保存一次。")  # noqa: E731 - one call
        change(paper, version, too_late=late, **values)
    record(found.meeting, "paper", by, paper=kind)


def record_take_away(found: Found, name: str, *, by: User) -> None:
    """A file without sealed words."""
    record(found.meeting, "export", by, file=name)
