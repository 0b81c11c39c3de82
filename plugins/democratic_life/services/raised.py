"""A problem goes on to the board in words of its own, from wherever in a meeting it was named."""

from dataclasses import dataclass

from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.organisation import organisation
from plugins.democratic_life.models import Meeting, Raised
from plugins.democratic_life.queries.raised import raised_from
from plugins.democratic_life.queries.reviews import FoundReview
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.wording import Source


@dataclass(frozen=True, slots=True)
class Named:
    """Where it was named: a self-review, a criticism, the superior's remarks."""

    source: Source
    source_id: int
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to stand on the board. From there on it is no secret."""

    target_id: int
    title: str
    measures: tuple[str, ...] = ()


def raise_problem(named: Named, wanted: Wanted, *, by: User) -> Raised:
    """Whoever calls it has asked whether this person may, and holds the row it was named in.

    The entry names the meeting: of who raised it nothing reaches the board.
    """
    for each in raised_from(named.source, [named.source_id]):
        if (each.target_id, each.title) == (wanted.target_id, wanted.title):
            raise Invalid(_("这个问题已经转交过了。"))
    raised = Raised(source=named.source, source_id=named.source_id, meeting_id=named.meeting.id)
    raised.target_id = organisation().by_id[wanted.target_id].id
    raised.title, raised.measures = wanted.title, list(wanted.measures)
    raised.raised_by, raised.raised_at = by.id, clock.now()
    db.session.add(raised)
    db.session.flush()
    record(named.meeting, "raise", by, source=raised.source)
    return raised


def raise_from_review(found: FoundReview, wanted: Wanted, *, by: User) -> Raised:
    """From what was handed in: of a draft nobody but its writer knows yet."""
    refuse_draft(found)
    return raise_problem(Named(Source.REVIEW, found.review.id, found.meeting), wanted, by=by)


def refuse_draft(found: FoundReview) -> None:
    if not found.versions:
        raise Conflict(_("材料还没有送审，送审以后才能从里面转交问题。"))
