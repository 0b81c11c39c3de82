"""Telling people of a self-review: that it waits for them, where it opens, and never a word of it."""

from collections.abc import Iterable

from sqlalchemy import select

from intranet import audit
from intranet.extensions import db
from intranet.gate import door
from intranet.models import User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.web import path_to
from plugins.democratic_life.models import Meeting, Review
from plugins.democratic_life.queries.meetings import PLUGIN
from plugins.democratic_life.queries.reviews import FoundReview


def tell_of(review: Review, meeting: Meeting, people: Iterable[int | None], kind: str) -> None:
    """Once for the same version of the self-review."""
    unit = organisation().by_id[meeting.unit_id]
    wanted = {person for person in people if person}
    for user in db.session.scalars(select(User).where(User.id.in_(wanted)).order_by(User.id)):
        at = door(user, unit, PLUGIN)
        if at is not None:
            url = path_to("democratic_life.review", unit=at.code, review_id=review.id)
            tell([user.id], f"democratic_life:{kind}", url, at, once=review.version, meeting=meeting.name)


def record(found: FoundReview, deed: str, by: User, /, **detail: object) -> None:
    subject = f"democratic_life_review:{found.review.id}"
    audit.record(by, f"democratic_life:{deed}", subject, unit=found.unit, **detail)
