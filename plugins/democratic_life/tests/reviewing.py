"""A self-review in any state, brought there by its own people: member and head of nk1 sit in the meeting."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Meeting, Review, Seat
from plugins.democratic_life.queries.reviews import FoundReview, review_or_404
from plugins.democratic_life.services.reviews import Post, begin
from plugins.democratic_life.services.reviews_judging import Word, judge, submit
from plugins.democratic_life.services.reviews_writing import save_copy
from plugins.democratic_life.wording import Kind, State
from tests.fixtures import person, unit

PAGE = "/nk1/democratic_life/reviews"
CHAIN = (("主要负责同志", "head"), ("督导组", "supervisor"), ("市里的联系领导", None))


def make_meeting(app: Flask, code: str = "nk1", days: int = 20, kind: Kind = Kind.DEMOCRATIC) -> int:
    """Of head and member; the recorder records it."""
    with app.app_context(), transaction():
        office = person("office")
        meeting = Meeting(unit_id=unit(code).id, kind=kind, name="年度民主生活会", created_by=office.id)
        meeting.created_at, meeting.meets_at = clock.now(), clock.now() + timedelta(days)
        meeting.recorder_id = person("recorder").id
        db.session.add(meeting)
        db.session.flush()
        for place, name in enumerate(("head", "member")):
            seat = Seat(meeting_id=meeting.id, user_id=person(name).id, place=place, is_chief=name == "head")
            db.session.add(seat)
        return meeting.id


def begun(app: Flask, chain=CHAIN, **kind: object) -> int:
    """The number of the member's self-review."""
    meeting_id = make_meeting(app, **kind)
    with app.app_context(), transaction():
        posts = [Post(title, person(name).id if name else None) for title, name in chain]
        meeting = db.session.get_one(Meeting, meeting_id)
        begin(meeting, person("head").id, posts, by=person("office"))
        mine = select(Review.id).where(Review.author_id == person("member").id)
        return db.session.scalars(mine.where(Review.meeting_id == meeting_id)).one()


def seen_by(who: str, review_id: int) -> FoundReview:
    """As this person sees it, for changing it."""
    code = {"office": "hospital", "supervisor": "hospital"}.get(who, "nk1")
    return review_or_404(person(who), unit(code), review_id, to_change=True)


def hand_in(app: Flask, review_id: int, words: str, who: str = "member") -> None:
    """Writes the same words into every part and hands it in."""
    with app.app_context(), transaction():
        found = seen_by(who, review_id)
        version = found_copy(review_id)
        save_copy(found, dict.fromkeys(found.parts, words), version=version)
        submit(found, version=found.review.version, by=person(who))


def found_copy(review_id: int) -> int:
    from plugins.democratic_life.models import Copy  # noqa: PLC0415

    return db.session.scalars(select(Copy.version).where(Copy.review_id == review_id)).one()


def say(app: Flask, review_id: int, who: str, remarks: str = "", *, is_passed: bool = True) -> None:
    """The word of the one it is with; `office` writes down that of somebody outside."""
    with app.app_context(), transaction():
        found = seen_by(who, review_id)
        outside = {"day": clock.today(), "paper": "市委批示〔2026〕1 号"} if who == "office" else {}
        word = Word(is_passed, remarks, **outside)
        judge(found, word, version=found.review.version, by=person(who))


def passed(app: Flask, words: str = "写得实在") -> int:
    """Through the whole chain, and the meeting has been held."""
    review_id = begun(app)
    hand_in(app, review_id, words)
    for who in ("head", "supervisor", "office"):
        say(app, review_id, who, words)
    with app.app_context(), transaction():
        db.session.get_one(Meeting, db.session.get_one(Review, review_id).meeting_id).state = State.HELD
    return review_id
