"""A version on its way: handed in, passed or returned place by place, read out, added to, filed."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.sealing import seal, unseal
from plugins.democratic_life.models import Review, Submitted, Verdict
from plugins.democratic_life.queries.reviews import WRITING, FoundReview, Place, copy_of
from plugins.democratic_life.services.reviews import what_happened
from plugins.democratic_life.services.reviews_telling import record, tell_of
from plugins.democratic_life.wording import ReviewState

READ_OUT, FILE = "read_out", "file"
MARKS: dict[str, tuple[tuple[ReviewState, ...], ReviewState]] = {
    READ_OUT: ((ReviewState.PASSED,), ReviewState.READ_OUT),
    FILE: ((ReviewState.PASSED, ReviewState.READ_OUT, ReviewState.ADDED_TO), ReviewState.FILED),
}
"""From which states to which. Who was absent did not read it out, so it may be filed from 已审定 too."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a place says. `day` and `paper`: of somebody outside, when and in which paper."""

    is_passed: bool
    remarks: str
    day: date | None = None
    paper: str = ""


# Handing in -------------------------------------------------------------------------------------------


def submit(found: FoundReview, *, version: int, by: User) -> Submitted:
    """What is saved becomes a version and goes to the first place, or back to the one that returned it."""
    review = found.review
    if not found.is_writer:
        raise Forbidden(_("送审由执笔人办理。"))
    if review.version != version or review.state not in WRITING:
        raise Conflict(what_happened(found))
    words = unseal(copy_of(review))
    _refuse_submission(found, words)
    place = max(review.place, 1)
    values = {"state": ReviewState.IN_REVIEW, "place": place, "reached": max(review.reached, place)}
    change(review, version, Review.state.in_(WRITING), too_late=lambda: what_happened(found), **values)
    made = _keep(found, words, len(found.versions) + 1, by)
    record(found, "review_submit", by, number=made.number)
    tell_of(review, found.meeting, [found.chain[place - 1].user_id], "review_sent")
    return made


def _refuse_submission(found: FoundReview, words: dict[str, str]) -> None:
    if not any(words.values()):
        raise Invalid(_("材料还没有写，写好保存以后再送审。"))
    if not found.chain:
        raise Invalid(_("这份材料还没有审阅人，请联系活动办先设定审阅链。"))
    if found.versions and unseal(_whole(found.versions[-1].row)) == words:
        raise Invalid(_("和上一稿一字不差，请修改保存以后再送审。"))


def _whole(row: Submitted) -> Submitted:
    return db.session.get_one(Submitted, row.id, populate_existing=True)


def _keep(
    found: FoundReview, words: dict[str, str], number: int, by: User, *, is_addition: bool = False
) -> Submitted:
    made = Submitted(review_id=found.review.id, number=number, is_addition=is_addition)
    made.submitted_by, made.submitted_at = by.id, clock.now()
    db.session.add(made)
    db.session.flush()
    seal(made, words)
    return made


# Judging ----------------------------------------------------------------------------------------------


def judge(found: FoundReview, word: Word, *, version: int, by: User) -> None:
    """The word of the place it is with, once: passes it on to the next, or back to the writer."""
    review, now = found.review, found.now
    if review.version != version or now is None:
        raise Conflict(what_happened(found))
    _refuse_judging(found, now, word, by)
    is_last = now.number == len(found.chain)
    state = ReviewState.PASSED if is_last else ReviewState.IN_REVIEW
    place = now.number if is_last else now.number + 1
    if not word.is_passed:
        state, place = ReviewState.RETURNED, now.number
    here = (Review.state == ReviewState.IN_REVIEW, Review.place == now.number)
    values = {"state": state, "place": place, "reached": max(review.reached, place)}
    change(review, version, *here, too_late=lambda: what_happened(found), **values)
    _write_down(found, now, word, by)
    record(found, "review_judge", by, place=now.number, verdict=word.is_passed)
    _tell_judged(found, state, place)


def _refuse_judging(found: FoundReview, now: Place, word: Word, by: User) -> None:
    if now.user_id is None and not found.may_prepare:
        raise Forbidden(_("站外审阅人的意见由活动办登记。"))
    if now.user_id not in {None, by.id}:
        raise Forbidden(_("这份材料现在由%(who)s审阅。", who=now.name))
    if not word.is_passed and not word.remarks.strip():
        raise Invalid(_("退回修改请写明意见。"))
    if now.user_id is None and (word.day is None or word.day > clock.today() or not word.paper.strip()):
        raise Invalid(_("请填审阅日期（不晚于今天）和依据的文件或批示。"))


def _write_down(found: FoundReview, now: Place, word: Word, by: User) -> None:
    verdict = Verdict(submitted_id=found.versions[-1].row.id, place=now.number, title=now.title)
    verdict.is_passed, verdict.is_outside = word.is_passed, now.user_id is None
    verdict.given_on = word.day or clock.today()
    verdict.written_by, verdict.written_at = by.id, clock.now()
    db.session.add(verdict)
    db.session.flush()
    seal(verdict, {"remarks": word.remarks.strip(), "paper": word.paper.strip()})


def _tell_judged(found: FoundReview, state: ReviewState, place: int) -> None:
    review, meeting = found.review, found.meeting
    if state is ReviewState.IN_REVIEW:
        tell_of(review, meeting, [found.chain[place - 1].user_id], "review_sent")
    else:
        kind = "review_passed" if state is ReviewState.PASSED else "review_returned"
        tell_of(review, meeting, [review.writer_id], kind)


# After the meeting ------------------------------------------------------------------------------------


def mark(found: FoundReview, name: str, *, version: int, by: User) -> None:
    """会上宣读, 归档."""
    review, (starts, end) = found.review, MARKS[name]
    if not found.may_mark:
        raise Forbidden(_("宣读和归档由筹备会议的人或会议记录人登记。"))
    if review.version != version or review.state not in starts:
        raise Conflict(what_happened(found))
    if not found.is_held:
        raise Invalid(_("会议还没有召开，开会以后再登记。"))
    change(review, version, Review.state.in_(starts), too_late=lambda: what_happened(found), state=end)
    record(found, "review_mark", by, deed=name)


def add(found: FoundReview, words: str, *, version: int, by: User) -> None:
    """会后补充, apart from what was read out."""
    review, open_ = found.review, (ReviewState.READ_OUT, ReviewState.ADDED_TO)
    if not found.is_writer:
        raise Forbidden(_("会后补充由执笔人填写。"))
    if review.version != version or not found.may_add:
        raise Conflict(what_happened(found))
    state, still = ReviewState.ADDED_TO, Review.state.in_(open_)
    change(review, version, still, too_late=lambda: what_happened(found), state=state)
    _keep(found, {"added": words.strip()}, len(found.additions) + 1, by, is_addition=True)
    record(found, "review_add", by, number=len(found.additions) + 1)
