"""Self-reviews as those who may know of them see them: whose, how far, with whom. Never a word of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from intranet import clock
from intranet.asking import ask
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.gate import enter_record
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed
from plugins.democratic_life.models import Copy, Meeting, Review, Reviewer, Submitted, Verdict
from plugins.democratic_life.queries.meetings import PLUGIN, PREPARE, at_work, known_to
from plugins.democratic_life.wording import PARTS_OF, PASSED, ReviewState, State

WRITING = (ReviewState.DRAFT, ReviewState.RETURNED)
"""It lies with its writer."""
PAGE, FEW, MOST = 100, 200, 1000
NOT_HELD = (State.PREPARING, State.SUBMITTED, State.AGREED)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the chain with a name; without `user_id` it is somebody outside."""

    number: int
    title: str
    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A version as everybody may know it. Of `verdicts` the last one is the latest."""

    row: Submitted
    by: str
    verdicts: tuple[Verdict, ...]

    @property
    def number(self) -> int:
        return self.row.number


@dataclass(frozen=True, slots=True)
class FoundReview:
    """A self-review with its people and the list of its versions, as one person sees it."""

    review: Review
    meeting: Meeting
    author: str | None
    writer: str
    chain: tuple[Place, ...]
    versions: tuple[Handed, ...]
    additions: tuple[Handed, ...]
    viewer: User

    @property
    def unit(self) -> Unit:
        """Whose meeting it is for."""
        return organisation().by_id[self.meeting.unit_id]

    @property
    def is_shut(self) -> bool:
        """The unit is closed: what was written is read, and nothing is done any more."""
        return self.unit.closed_on is not None

    @property
    def parts(self) -> tuple[str, ...]:
        return PARTS_OF[self.meeting.kind]

    @property
    def is_writer(self) -> bool:
        return self.review.writer_id == self.viewer.id

    @property
    def is_reviewer(self) -> bool:
        """Whom it is with or has been with: those behind may not open it yet."""
        reached = self.chain[: self.review.reached]
        return any(place.user_id == self.viewer.id for place in reached)

    @property
    def may_read(self) -> bool:
        return self.is_writer or self.is_reviewer

    @property
    def may_write(self) -> bool:
        return self.is_writer and self.review.state in WRITING and not self.is_shut

    @property
    def may_add(self) -> bool:
        """会后补充: what the others said is taken in after the meeting, apart from what was read out."""
        open_ = {ReviewState.READ_OUT, ReviewState.ADDED_TO}
        return self.is_writer and self.review.state in open_ and not self.is_shut

    @property
    def may_prepare(self) -> bool:
        return allowed(self.viewer, PREPARE, self.unit)

    @property
    def may_mark(self) -> bool:
        """Who writes down that it was read out, and files it."""
        return self.may_prepare or (self.meeting.recorder_id == self.viewer.id and not self.is_shut)

    @property
    def now(self) -> Place | None:
        """With whom it is."""
        in_review = self.review.state is ReviewState.IN_REVIEW
        return self.chain[self.review.place - 1] if in_review else None

    @property
    def is_mine_now(self) -> bool:
        return self.now is not None and self.now.user_id == self.viewer.id and not self.is_shut

    @property
    def waits_for_outside(self) -> bool:
        return self.now is not None and self.now.user_id is None and self.may_prepare

    @property
    def is_held(self) -> bool:
        return self.meeting.state not in NOT_HELD

    @property
    def revisions(self) -> int:
        """修改 N 次: the first version is none."""
        return max(len(self.versions) - 1, 0)

    @property
    def due_on(self) -> date | None:
        return due_on(self.meeting)

    def version(self, number: int) -> Handed:
        """The version of this number. Raises NotFound."""
        for handed in self.versions:
            if handed.number == number:
                return handed
        raise NotFound(_("没有这一稿。"))


def due_on(meeting: Meeting) -> date | None:
    """By when the whole chain has agreed: so many days before the meeting."""
    if meeting.meets_at is None:
        return None
    return clock.local(meeting.meets_at).date() - timedelta(meeting.review_days)


AUTHOR, WRITER, WITH = aliased(User), aliased(User), aliased(User)  # built once, like what is asked with them
WITH_NAMES = (
    select(Review, Meeting, AUTHOR.name, WRITER.name)
    .join(Meeting, Meeting.id == Review.meeting_id)
    .outerjoin(AUTHOR, AUTHOR.id == Review.author_id)
    .outerjoin(WRITER, WRITER.id == Review.writer_id)
)


# One --------------------------------------------------------------------------------------------------


def has_reached(user: User) -> ColumnElement[bool]:
    """The self-reviews this person reviews or has reviewed."""
    mine = aliased(Reviewer)
    return exists().where(mine.review_id == Review.id, mine.user_id == user.id, mine.place <= Review.reached)


def review_or_404(user: User, unit: Unit, review_id: int, *, to_change: bool = False) -> FoundReview:
    """The self-review, if this person may know of it here. `to_change` holds its row. Four queries."""
    query = WITH_NAMES.where(
        Review.id == review_id, or_(Review.writer_id == user.id, has_reached(user), known_to(user, unit))
    )
    if to_change:
        query = query.with_for_update(of=Review).execution_options(populate_existing=True)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("没有这份对照检查，或者它不对您开放。"))
    review, meeting, author, writer = row
    enter_record(PLUGIN, meeting.unit_id)
    handed = _handed(review)
    versions = tuple(each for each in handed if not each.row.is_addition)
    additions = tuple(each for each in handed if each.row.is_addition)
    return FoundReview(review, meeting, author, writer or "", _chain(review), versions, additions, user)


def readable_or_404(user: User, unit: Unit, review_id: int, *, to_change: bool = False) -> FoundReview:
    """The same for opening what stands in it: for everybody else there is no such page."""
    found = review_or_404(user, unit, review_id, to_change=to_change)
    if not found.may_read:
        raise NotFound(_("对照检查只有本人和审阅链上的人能打开。"))
    return found


def written_or_404(user: User, unit: Unit, review_id: int, *, to_change: bool = False) -> FoundReview:
    """The same for its writer alone."""
    found = review_or_404(user, unit, review_id, to_change=to_change)
    if not found.is_writer:
        raise NotFound(_("起草中的对照检查只有执笔人能打开。"))
    return found


def _chain(review: Review) -> tuple[Place, ...]:
    query = select(Reviewer.place, Reviewer.title, Reviewer.user_id, User.name)
    query = query.outerjoin(User, User.id == Reviewer.user_id).where(Reviewer.review_id == review.id)
    rows = db.session.execute(query.order_by(Reviewer.place))
    return tuple(Place(number, title, user_id, name or "") for number, title, user_id, name in rows)


def _handed(review: Review) -> list[Handed]:
    verdicts: dict[int, tuple[Verdict, ...]] = {}
    said = select(Verdict).join(Submitted, Submitted.id == Verdict.submitted_id)
    said = said.where(Submitted.review_id == review.id)
    said = said.options(defer(Verdict.sealed), joinedload(Verdict.giver))
    for verdict in db.session.scalars(said.order_by(Verdict.id)):
        verdicts[verdict.submitted_id] = (*verdicts.get(verdict.submitted_id, ()), verdict)
    query = select(Submitted, User.name).join(User, User.id == Submitted.submitted_by)
    query = query.where(Submitted.review_id == review.id).options(defer(Submitted.sealed))
    rows = db.session.execute(query.order_by(Submitted.number))
    return [Handed(row, name, verdicts.get(row.id, ())) for row, name in rows]


def copy_of(review: Review) -> Copy:
    """What its writer has saved last; there is one from the beginning, empty at first."""
    query = select(Copy).where(Copy.review_id == review.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


# Several ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: how far, with whom, how many versions."""

    review: Review
    meeting: Meeting
    author: str | None
    writer: str
    place: Place | None
    versions: int

    @property
    def revisions(self) -> int:
        return max(self.versions - 1, 0)

    @property
    def due_on(self) -> date | None:
        return due_on(self.meeting)

    @property
    def is_passed(self) -> bool:
        return self.review.state in PASSED

    @property
    def is_over(self) -> bool:
        """Nobody waits for it any more: its meeting is closed, perhaps to be held again."""
        return self.meeting.state is State.CLOSED

    @property
    def unit(self) -> Unit:
        return organisation().by_id[self.meeting.unit_id]


NUMBER = select(func.count()).where(Submitted.review_id == Review.id, Submitted.is_addition.is_(False))
LINES = (
    WITH_NAMES.add_columns(Reviewer.place, Reviewer.title, Reviewer.user_id, WITH.name)
    .add_columns(NUMBER.scalar_subquery())
    .outerjoin(Reviewer, and_(Reviewer.review_id == Review.id, Reviewer.place == Review.place))
    .outerjoin(WITH, WITH.id == Reviewer.user_id)
    .order_by(Meeting.id.desc(), Review.author_id.is_not(None), Review.id)
)
WRITES = and_(Review.writer_id == bindparam("user"), Review.state.in_(WRITING))
REVIEWS = and_(Review.state == ReviewState.IN_REVIEW, Reviewer.user_id == bindparam("user"))
ANSWERS = and_(Review.writer_id == bindparam("user"), Review.proposed.is_not(None))
OPEN = Meeting.state != State.CLOSED
WAITING = LINES.where(OPEN, or_(WRITES, REVIEWS, ANSWERS)).limit(FEW)
ANY = WAITING.with_only_columns(Review.id)


def lines(query: Any, **values: object) -> list[Line]:  # noqa: ANN401 - a select of the columns below
    """The group's own first. One query."""
    return [_line(row) for row in db.session.execute(query, values)]


def _line(row: Any) -> Line:  # noqa: ANN401 - the columns above
    review, meeting, author, writer, number, title, user_id, name, versions = row
    is_with = review.state is ReviewState.IN_REVIEW and number
    place = Place(number, title, user_id, name or "") if is_with else None
    return Line(review, meeting, author, writer or "", place, versions)


def waiting_for(user: User) -> list[Line]:
    """What this person has to write, to look at or to answer, of meetings not over: mostly nothing."""
    found = lines(WAITING, user=user.id) if ask(ANY, {"user": user.id}) else []
    there = at_work()
    return [line for line in found if line.meeting.unit_id in there]
