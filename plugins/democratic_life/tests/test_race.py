"""Every step of a meeting, its minutes and its deletion, by two at once: exactly one of them does it."""

from sqlalchemy import func, insert, select, update

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.democratic_life.models import Mark, Meeting, Minutes, Paper, Said, Seat
from plugins.democratic_life.queries.meetings import found_or_404
from plugins.democratic_life.services.meetings import delete_meeting
from plugins.democratic_life.services.minutes import write_minutes
from plugins.democratic_life.services.steps import PAPERS, Word, take
from plugins.democratic_life.steps import STEPS
from plugins.democratic_life.tests.conftest import draft_paper, pass_gates, seen
from plugins.democratic_life.tests.conftest import step as go
from plugins.democratic_life.wording import State
from tests.fixtures import person, unit
from tests.racing import EXACTLY_ONE, race
from tests.workers import ROUNDS

WHO = {"agree": "office", "send_back": "office", "again": "office", "record": "head"}
"""The others are the recorder's."""
TIMES = max(ROUNDS // 3, 8)
"""Thirteen steps, and a meeting asks all its gates: a third of the rounds of a card."""
PAPER = Word("局党委〔2026〕8号", clock.today())


def ready(app, make_meeting, step):
    """A meeting on which this step may be taken."""
    start = step.starts[0]
    meeting_id = make_meeting(State.ANNOUNCED if start is State.CORRECTING else start)
    with app.app_context(), transaction():
        if start is State.CORRECTING:
            pass_gates(meeting_id, "correct")
            go(meeting_id, "correct", "recorder")
        if step.name == "begin":
            db.session.execute(update(Seat).values(attendance="present"))
        if step.name == "notify":
            db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(noticed_at=None))
        if step.name in PAPERS:
            draft_paper(meeting_id, PAPERS[step.name])
        pass_gates(meeting_id, step.name)
    return meeting_id


def copies(app, meeting_id):
    """As many meetings like this one, with its people, gates and papers; minutes are sealed anew."""
    with app.app_context(), transaction():
        ids = [_copied(meeting_id) for _round in range(TIMES)]
        head = person("head")
        for each in ids:
            found = seen(each, "head")
            if found.meeting.state is State.HELD:
                write_minutes(found, "讲得坦诚", version=0, by=head)
        return ids


def _copied(meeting_id):
    meeting = db.session.get_one(Meeting, meeting_id, populate_existing=True)
    made = db.session.execute(insert(Meeting).values(_row(meeting)).returning(Meeting.id)).scalar_one()
    for table in (Seat, Mark, Paper, Said):
        for row in db.session.scalars(select(table).where(table.meeting_id == meeting_id)):
            db.session.execute(insert(table).values(_row(row) | {"meeting_id": made}))
    return made


def _row(found):
    return {column.key: getattr(found, column.key) for column in found.__table__.c if column.key != "id"}


def for_change(meeting_id, who):
    return found_or_404(person(who), unit("nk1"), meeting_id, to_change=True)


def test_of_two_who_take_a_step_at_once_one_takes_it(app, make_meeting):
    for step in STEPS:
        first = ready(app, make_meeting, step)
        meetings, who = copies(app, first), WHO.get(step.name, "recorder")
        with app.app_context():
            version = db.session.get_one(Meeting, first).version

        def act(number, step=step, meetings=meetings, who=who, version=version):
            word = PAPER if step.asks_day else Word("理由")
            take(for_change(meetings[number], who), step.name, word, version=version, by=person(who))

        assert race(app, TIMES, act) == [EXACTLY_ONE] * TIMES, step.name
        with app.app_context():
            facts = select(Meeting.state, Meeting.version, func.count()).where(Meeting.id.in_(meetings))
            found = db.session.execute(facts.group_by(Meeting.state, Meeting.version)).all()
            assert [tuple(row) for row in found] == [(step.end, version + 1, TIMES)], step.name
            if step.name == "again":
                again = select(func.count()).where(Meeting.again_of_id.in_(meetings))
                assert db.session.scalar(again) == TIMES


def test_of_two_steps_that_exclude_each_other_one_is_taken(app, make_meeting):
    first = make_meeting(State.SUBMITTED)
    meetings = copies(app, first)
    with app.app_context():
        version = db.session.get_one(Meeting, first).version

    def agree(number):
        take(for_change(meetings[number], "office"), "agree", version=version, by=person("office"))

    def withdraw(number):
        take(for_change(meetings[number], "recorder"), "withdraw", version=version, by=person("recorder"))

    assert race(app, TIMES, agree, withdraw) == [EXACTLY_ONE] * TIMES


def test_a_meeting_is_handed_in_or_deleted(app, make_meeting):
    first = make_meeting(State.PREPARING)
    meetings = copies(app, first)
    with app.app_context():
        version = db.session.get_one(Meeting, first).version

    def submit(number):
        take(for_change(meetings[number], "recorder"), "submit", version=version, by=person("recorder"))

    def drop(number):
        delete_meeting(for_change(meetings[number], "recorder"), version=version, by=person("recorder"))

    assert race(app, TIMES, submit, drop) == [EXACTLY_ONE] * TIMES
    with app.app_context():
        left = db.session.scalar(select(func.count()).where(Meeting.id.in_(meetings)))
        deeds = select(func.count()).where(AuditEntry.action == "democratic_life:delete")
        assert left + db.session.scalar(deeds) == TIMES


def test_of_two_who_save_the_minutes_one_is_told(app, make_meeting):
    meetings = copies(app, make_meeting(State.HELD))

    def save(who):
        def act(number):
            words = f"{who}写的"
            write_minutes(for_change(meetings[number], who), words, version=1, by=person(who))

        return act

    assert race(app, TIMES, save("head"), save("recorder")) == [EXACTLY_ONE] * TIMES
    with app.app_context():
        query = select(Minutes.number, func.count()).where(Minutes.meeting_id.in_(meetings))
        rows = db.session.execute(query.group_by(Minutes.number).order_by(Minutes.number)).all()
        assert [tuple(row) for row in rows] == [(1, TIMES), (2, TIMES)]
