"""A meeting of nk1 in any state, brought there by its own people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.gates import Facts, unmet
from plugins.democratic_life.queries.meetings import Found, found_or_404
from plugins.democratic_life.services.gates import mark_done, waive
from plugins.democratic_life.services.holding import attend
from plugins.democratic_life.services.meetings import Place, plan_meeting, save_seats
from plugins.democratic_life.services.minutes import write_minutes
from plugins.democratic_life.services.papers import Draft, write_paper
from plugins.democratic_life.services.said import Words, say
from plugins.democratic_life.services.steps import take
from plugins.democratic_life.wording import Attendance, Circle, Kind, PaperKind, SaidKind, State
from tests.fixtures import person, unit

SITTERS = ("head", "member", "recorder")


def seen(meeting_id: int, who: str) -> Found:
    """As this person sees it, read anew."""
    db.session.expire_all()
    return found_or_404(person(who), unit("nk1"), meeting_id)


def step(meeting_id: int, name: str, who: str) -> None:
    found = seen(meeting_id, who)
    take(found, name, version=found.meeting.version, by=person(who))


def pass_gates(meeting_id: int, name: str) -> None:
    """By hand what nobody answers for; the chair waives the rest."""
    for each in unmet(Facts(seen(meeting_id, "recorder")), name):
        if each.by_hand:
            mark_done(seen(meeting_id, "recorder"), each.gate, clock.today(), "办了", by=person("recorder"))
        else:
            waive(seen(meeting_id, "head"), each.gate, "特殊情况", by=person("head"))


def speak(meeting_id: int, words: str) -> None:
    """Everybody of everybody, everybody's answer, a remark, the minutes: the same words everywhere."""
    recorder, found = person("recorder"), seen(meeting_id, "recorder")
    ids = [each.user_id for each in found.sitters]
    for one in ids:
        for other in ids:
            if one != other:
                say(found, Words(SaidKind.CRITICISM, words, one, other), by=recorder)
        say(found, Words(SaidKind.RESPONSE, words, one), by=recorder)
    say(found, Words(SaidKind.REMARK, words, who=words), by=recorder)
    write_minutes(found, words, version=0, by=recorder)


def draft_paper(meeting_id: int, kind: PaperKind) -> None:
    circle = Circle.CADRES if kind is PaperKind.CIRCULAR else None
    draft = Draft(kind, "会议开得好", circle)
    write_paper(seen(meeting_id, "recorder"), draft, version=0, by=person("recorder"))


def _plan() -> int:
    head, recorder = person("head"), person("recorder")
    values = {"kind": Kind.ORGANISATIONAL, "name": "组织生活会", "theme": "服务", "place": "示教室"}
    values |= {"meets_at": clock.now() + timedelta(days=1), "chair_id": head.id, "recorder_id": recorder.id}
    meeting = plan_meeting(unit("nk1"), values, by=recorder)
    places = [Place(person(name).id, "", is_chief=name == "head") for name in SITTERS]
    save_seats(seen(meeting.id, "recorder"), places, version=meeting.version, by=recorder)
    return meeting.id


def let_the_day_come(meeting_id: int) -> None:
    """It was to be tomorrow; now it is that day."""
    db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(meets_at=clock.now()))


def _agree(meeting_id: int) -> None:
    step(meeting_id, "agree", "office")
    step(meeting_id, "notify", "recorder")
    let_the_day_come(meeting_id)


def _hold(meeting_id: int, words: str) -> None:
    for name in SITTERS:
        attend(seen(meeting_id, "recorder"), person(name).id, Attendance.PRESENT, "", by=person("recorder"))
    pass_gates(meeting_id, "begin")
    step(meeting_id, "begin", "recorder")
    speak(meeting_id, words)


def bring(meeting_id: int, state: State, words: str) -> None:
    """Forward until it is there."""
    way = (
        lambda: step(meeting_id, "submit", "recorder"),
        lambda: _agree(meeting_id),
        lambda: _hold(meeting_id, words),
        lambda: step(meeting_id, "record", "head"),
        lambda: (draft_paper(meeting_id, PaperKind.REPORT), step(meeting_id, "report", "recorder")),
        lambda: (draft_paper(meeting_id, PaperKind.CIRCULAR), step(meeting_id, "announce", "recorder")),
    )
    for go in way[: list(State).index(state)]:
        go()


@pytest.fixture
def make_meeting(app: Flask) -> Callable[..., int]:
    """`make_meeting(State.HELD, "secret")`: of head (chair), member and recorder in nk1."""

    def make(state: State = State.PREPARING, words: str = "讲得坦诚") -> int:
        with app.app_context(), transaction():
            meeting_id = _plan()
            bring(meeting_id, state, words)
            return meeting_id

    return make


def version_of(app: Flask, meeting_id: int) -> int:
    with app.app_context():
        return db.session.get_one(Meeting, meeting_id).version
