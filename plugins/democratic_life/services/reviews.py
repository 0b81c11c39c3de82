"""Beginning the self-reviews of a meeting, and who looks at each in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed
from intranet.wording import listed
from plugins.democratic_life.models import Copy, Meeting, Review, Reviewer, Seat
from plugins.democratic_life.queries.meetings import PREPARE
from plugins.democratic_life.queries.reviews import WRITING, FoundReview, copy_of
from plugins.democratic_life.services.meetings import record as meeting_record
from plugins.democratic_life.services.reviews_telling import record, tell_of
from plugins.democratic_life.wording import PASSED, REVIEW_TITLES, State

OVER = (State.CORRECTING, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Post:
    """A place of the chain to be; without a person it is somebody outside."""

    title: str
    user_id: int | None


def begin(meeting: Meeting, writer_id: int, posts: Sequence[Post], *, by: User) -> int:
    """One for each seat and the group's own, unless it is there; nobody is left without a reviewer.

    The caller holds the meeting's row.
    """
    unit = organisation().by_id[meeting.unit_id]
    _refuse_others(unit, by)
    if meeting.state in OVER:
        raise Conflict(_("会议已经结束，不再布置对照检查。"))
    _refuse_posts(posts)
    there = set(db.session.scalars(select(Review.author_id).where(Review.meeting_id == meeting.id)))
    seats = db.session.scalars(select(Seat.user_id).where(Seat.meeting_id == meeting.id).order_by(Seat.place))
    authors = [None, *seats]
    missing = [author_id for author_id in authors if author_id not in there]
    _refuse_unreviewed({each: each or writer_id for each in missing}, posts)
    for author_id in missing:
        _begin_one(meeting, author_id, author_id or writer_id, posts)
    meeting_record(meeting, "review_begin", by, count=len(missing))
    return len(missing)


def _begin_one(meeting: Meeting, author_id: int | None, writer_id: int, posts: Sequence[Post]) -> None:
    """Nobody reviews what they write."""
    review = Review(meeting_id=meeting.id, author_id=author_id, writer_id=writer_id)
    db.session.add(review)
    db.session.flush()
    db.session.add(Copy(review_id=review.id, saved_at=clock.now()))
    _put(review, [post for post in posts if post.user_id != writer_id], 1)
    tell_of(review, meeting, [writer_id], "review_begun")


def set_chain(
    found: FoundReview, writer_id: int | None, posts: Sequence[Post], *, version: int, by: User
) -> bool:
    """Places that have passed it stay; where it is now and what comes behind may change.

    Whoever would open by it what lies sealed is only proposed: it holds once the writer agrees. Says whether
    it holds now.
    """
    _refuse_others(found.unit, by)
    writer_id = (
        writer_id if found.author is None and found.review.state in WRITING else found.review.writer_id
    )
    _refuse_change(found, writer_id, posts, version)
    _refuse_own_hand(found, writer_id, posts, by)
    if _opens_for_others(found, writer_id, posts):
        _propose(found, writer_id, posts, version, by)
        return False
    _replace(found, writer_id, posts, version, by)
    return True


def _refuse_change(found: FoundReview, writer_id: int | None, posts: Sequence[Post], version: int) -> None:
    review, first = found.review, max(found.review.place, 1)
    if review.version != version or review.state in PASSED:
        raise Conflict(what_happened(found))
    kept = [Post(place.title, place.user_id) for place in found.chain[: first - 1]]
    if list(posts[: first - 1]) != kept or len(posts) < review.place:
        raise Invalid(_("已经审过的一级不能改，正在审的一级不能删，可以换人。"))
    _refuse_posts(posts, writer_id)


def _replace(
    found: FoundReview, writer_id: int | None, posts: Sequence[Post], version: int, by: User
) -> None:
    review, first = found.review, max(found.review.place, 1)
    before, wrote = {place.number: place.user_id for place in found.chain}, review.writer_id
    same, late = (Review.state == review.state, Review.place == review.place), lambda: what_happened(found)
    change(review, version, *same, too_late=late, writer_id=writer_id, proposed=None)
    db.session.execute(delete(Reviewer).where(Reviewer.review_id == review.id, Reviewer.place >= first))
    _put(review, posts[first - 1 :], first)
    record(found, "review_chain", by, count=len(posts), people=_names(posts))
    now = posts[first - 1].user_id
    if now != before.get(first) and review.state not in WRITING:
        tell_of(review, found.meeting, [now], "review_sent")
    if writer_id != wrote:
        tell_of(review, found.meeting, [writer_id], "review_begun")
    concerned = {review.author_id, wrote, *before.values()} - {by.id, now, writer_id}
    tell_of(review, found.meeting, concerned | ({wrote} - {by.id}), "review_chained")


# What the writer is asked first -----------------------------------------------------------------------


def _opens_for_others(found: FoundReview, writer_id: int | None, posts: Sequence[Post]) -> bool:
    """Somebody would come to read what is there, who was not in the chain when it was written."""
    if not _can_answer(found.review.writer_id):
        return False
    new = {post.user_id for post in posts} - {place.user_id for place in found.chain} - {None}
    is_given_away = writer_id != found.review.writer_id and copy_of(found.review).version > 1
    return is_given_away or bool(found.versions and new)


def _can_answer(writer_id: int | None) -> bool:
    """Of an account that was closed nobody answers."""
    query = select(User.id).where(User.id == writer_id, User.disabled.is_(False))
    return db.session.scalar(query) is not None


def _propose(
    found: FoundReview, writer_id: int | None, posts: Sequence[Post], version: int, by: User
) -> None:
    places = [[post.title, post.user_id] for post in posts]
    proposed = {"by": by.id, "writer": writer_id, "posts": places}
    same, late = Review.state == found.review.state, lambda: what_happened(found)
    change(found.review, version, same, too_late=late, proposed=proposed)
    record(found, "review_propose", by, count=len(posts), people=_names(posts))
    tell_of(found.review, found.meeting, [found.review.writer_id], "review_proposed")


def answer(found: FoundReview, *, agrees: bool, version: int, by: User) -> None:
    """The writer's word on it. A proposal that no longer fits can only be refused."""
    proposed = found.review.proposed
    if not found.is_writer:
        raise Forbidden(_("调整审阅链由执笔人同意。"))
    if proposed is None or found.review.version != version:
        raise Conflict(what_happened(found))
    posts = [Post(title, user_id) for title, user_id in proposed["posts"]]
    if agrees:
        _refuse_change(found, proposed["writer"], posts, version)
        _replace(found, proposed["writer"], posts, version, by)
    else:
        change(found.review, version, too_late=lambda: what_happened(found), proposed=None)
        record(found, "review_refuse", by, people=_names(posts))
    tell_of(found.review, found.meeting, [proposed["by"]], "review_agreed" if agrees else "review_refused")


def proposed_people(found: FoundReview) -> list[tuple[str, str]]:
    """Title and name of each place that is proposed, a new writer first, as writer and office read it."""
    proposed = found.review.proposed
    if proposed is None:
        return []
    is_new = proposed["writer"] != found.review.writer_id
    places = [*([[_("执笔人"), proposed["writer"]]] if is_new else []), *proposed["posts"]]
    query = select(User.id, User.name).where(User.id.in_([user_id for _title, user_id in places]))
    names = {row[0]: row[1] for row in db.session.execute(query)}
    return [(title, names.get(user_id, "")) for title, user_id in places]


def _refuse_own_hand(found: FoundReview, writer_id: int | None, posts: Sequence[Post], by: User) -> None:
    """Who sets the chain does not open a text for themselves by it, nor speak for a reviewer who is here."""
    if writer_id == by.id != found.review.writer_id:
        raise Forbidden(_("不能把自己设为执笔人，请让别人来设。"))
    held = {place.user_id for place in found.chain}
    if found.versions and by.id in {post.user_id for post in posts} - held:
        raise Forbidden(_("材料已经送审，不能把自己加进审阅链，请让别人来设。"))
    reached = zip(found.chain[: found.review.reached], posts, strict=False)
    if any(place.user_id and not post.user_id for place, post in reached):
        raise Invalid(_("已经送到本人手里的一级不能改成站外的人。"))


def _names(posts: Sequence[Post]) -> str:
    """As they stand in the audit log, in the order of the chain."""
    ids = [post.user_id for post in posts]
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row[0]: row[1] for row in rows}
    return "、".join(names.get(key or 0, "-") for key in ids)


def _put(review: Review, posts: Sequence[Post], first: int) -> None:
    for number, post in enumerate(posts, first):
        db.session.add(Reviewer(review_id=review.id, place=number, title=post.title, user_id=post.user_id))


def _refuse_posts(posts: Sequence[Post], writer_id: int | None = None) -> None:
    people = [post.user_id for post in posts if post.user_id]
    if len(set(people)) < len(people):
        raise Invalid(_("同一个人在审阅链上只能有一处。"))
    if writer_id in people:
        raise Invalid(_("执笔人不能审阅自己写的材料，请换一位审阅人。"))
    if not posts:
        raise Invalid(_("请至少定一级审阅。"))


def _refuse_unreviewed(writers: Mapping[int | None, int], posts: Sequence[Post]) -> None:
    """By author; whoever writes is left out of the chain, and somebody else must be in it."""
    alone = [author for author, writer in writers.items() if all(post.user_id == writer for post in posts)]
    if not alone:
        return
    names = db.session.scalars(select(User.name).where(User.id.in_(alone)))
    whose = listed([*([_("班子")] if None in alone else []), *names])
    raise Invalid(
        _(
            "%(whose)s的材料还没有别人审阅（自己写的自己不审）。请再定一级，例如上级联系领导；"
            "不用本系统的选“站外的人”，意见由活动办登记。",
            whose=whose,
        )
    )


def _refuse_others(unit: Unit, by: User) -> None:
    if not allowed(by, PREPARE, unit):
        raise Forbidden(_("布置对照检查、设定审阅链由筹备会议的人办理。"))


def what_happened(found: FoundReview) -> str:
    state = str(REVIEW_TITLES[found.review.state])
    return str(_("这份材料刚刚有了变化，现在是“%(state)s”，请刷新页面查看后再办理。", state=state))
