"""The demo hospital's studying: made up for it, at every stage, written through the services people use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import organisation
from intranet.plugins import collect
from plugins.study_logs.models import Attendance, Event, Makeup, Note, Session
from plugins.study_logs.queries.roster import own_row
from plugins.study_logs.services import makeups, notes, targets
from plugins.study_logs.services.moving import move
from plugins.study_logs.services.sessions import Facts, Plan, When, name_test, open_session
from plugins.study_logs.steps import STEP_OF, Stage
from plugins.study_logs.wording import ATTENDED, Form, MakeupState, Mark, Measure, NoteKind, People

AWAY = (
    (Mark.SHIFT, "病区值班", ""),
    (Mark.LEAVE, "家中有事", "李牧原"),
    (Mark.AWAY, "外出进修", ""),
    (Mark.ABSENT, "", ""),
)
EVERY = 9
"""One in nine is away, each for another reason."""
WRITTEN = "对照学习材料补读了全文。联系本职，窗口往返、等候时间长正是群众身边的问题，先从能马上改的做起。" * 5
MAIN_LINE = (Stage.NOTIFIED, Stage.SIGNING, Stage.RECORDED, Stage.CLOSED, Stage.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Told:
    """One session of the demonstration: whose, when, what, how far."""

    code: str
    days: int
    form: Form
    title: str
    stage: Stage
    content: str
    hours: float = 2
    speaker: str = ""
    invites: tuple[str, ...] = ()
    """Leaders and these units; empty: everybody of the unit that keeps the record."""


TESTED = ("中心组第二次集中学习", "科室周会：作风建设学习")
EXTENDED = ("hlb", "ywb", "cwb")
"""扩大: whom the central group takes along."""
SESSIONS = (
    Told(
        "hospital",
        -62,
        Form.CENTRAL,
        "中心组第一次集中学习",
        Stage.ARCHIVED,
        "活动文件汇编第一、二篇",
        4,
        "",
        EXTENDED,
    ),
    Told(
        "hospital",
        -40,
        Form.PARTY_CLASS,
        "院领导讲党课：把患者当亲人",
        Stage.ARCHIVED,
        "党课讲稿",
        1.5,
        "周定远",
    ),
    Told(
        "hospital",
        -12,
        Form.CENTRAL,
        "中心组第二次集中学习",
        Stage.RECORDED,
        "论群众路线重要论述摘编",
        4,
        "",
        EXTENDED,
    ),
    Told("hospital", 6, Form.REPORT, "先进事迹报告会", Stage.NOTIFIED, "", 1.5, "外请报告团"),
    Told("zb1", -33, Form.BRANCH, "支部集中学习：党章总纲", Stage.CLOSED, "党章总纲", 2),
    Told("zb1", 9, Form.DISCUSSION, "专题讨论：我为患者做什么", Stage.PLANNED, "", 2),
    Told("nk1", -26, Form.WEEKLY, "科室周会：投诉案例学习", Stage.ARCHIVED, "三季度投诉案例", 1),
    Told("nk1", -8, Form.LECTURE, "专题讲座：医患沟通", Stage.RECORDED, "医患沟通制度和案例", 1.5, "李牧原"),
    Told("nk1", 0, Form.WEEKLY, "科室周会：作风建设学习", Stage.SIGNING, "作风建设十条规定", 1),
    Told("nk1", -18, Form.FILM, "观看警示教育片", Stage.CLOSED, "警示教育片", 1.5),
    Told("wk1", -15, Form.WEEKLY, "科室周会：手术室服务规范", Stage.RECORDED, "服务规范", 1),
    Told("hlb", -20, Form.VISIT, "参观廉政教育基地", Stage.CLOSED, "廉政教育基地展览", 3),
)
NOTES = (
    ("member", NoteKind.READING, "读《论群众路线》札记", True, True),
    ("member", NoteKind.REFLECTION, "夜班后的一点反思", False, False),
    ("head", NoteKind.REFLECTION, "从一起投诉看服务", True, True),
    ("stranger", NoteKind.REFLECTION, "手术排程的心得", True, True),
)


def make(hospital: Unit, people: dict[str, User]) -> None:
    """Sessions at every stage, make-ups in every state, notes, and three targets."""
    for number, told in enumerate(SESSIONS):
        _hold(told, number, people)
    _name_a_test(hospital, people["office"])
    _study_alone(people)
    _set_targets(hospital, people["office"])


def _hold(told: Told, number: int, people: dict[str, User]) -> None:
    unit = organisation().by_code[told.code]
    by = {"nk1": people["recorder"], "wk1": people["stranger"]}.get(told.code, people["office"])
    start = time(14 + number % 3, 30)
    day = clock.today() + timedelta(days=told.days)
    facts = Facts(
        told.title,
        told.form,
        round(told.hours * 10),
        told.content,
        host="江月白" if told.code == "hospital" else by.name,
        clerk=by.name,
        speaker=told.speaker,
        with_leaders=bool(told.invites),
    )
    when = When(day, start, time(start.hour + 2, 0), "第一会议室" if told.code == "hospital" else "示教室")
    invited = [organisation().by_code[code] for code in told.invites] or [unit]
    if not _anybody_in(invited):
        return
    session = open_session(unit, Plan(facts, when, invited), by=by)
    for stage in MAIN_LINE[: _steps_to(told.stage)]:
        _advance(session, stage, number, people, by)
    _backdate(session)


def _anybody_in(units: Sequence[Unit]) -> bool:
    """A small demonstration has branches without a member."""
    ids = [below.id for unit in units for below in organisation().under(unit.path)]
    here = exists().where(Membership.unit_id.in_(ids), Membership.in_force(clock.today()))
    return bool(db.session.scalar(select(here)))


def _steps_to(stage: Stage) -> int:
    return MAIN_LINE.index(stage) + 1 if stage in MAIN_LINE else 0


def _advance(session: Session, stage: Stage, number: int, people: dict[str, User], by: User) -> None:
    if stage is Stage.CLOSED:
        _settle(session, by, people)
    move(session, STEP_OF[session.stage, stage], "", by=by)
    if stage is Stage.SIGNING:
        _mark(session, number, people, by)
    if stage is Stage.RECORDED:
        _hand_in(session, people)


def _mark(session: Session, number: int, people: dict[str, User], by: User) -> None:
    """Most came; of today's session half are still to be marked."""
    rows = db.session.scalars(
        select(Attendance).where(Attendance.session_id == session.id).order_by(Attendance.id)
    )
    for place, row in enumerate(rows):
        if session.day == clock.today() and place % 2:
            continue
        is_away = place % EVERY == number % EVERY or _misses(row, session, people)
        given, reason, approver = AWAY[(place + number) % len(AWAY)] if is_away else (_came(place), "", "")
        row.mark, row.reason, row.approver = given, reason, approver
        row.marked_by, row.marked_at = by.id, clock.now()
    db.session.flush()


def _misses(row: Attendance, session: Session, people: dict[str, User]) -> bool:
    """The head and the member have something to make up for."""
    who = {"专题讲座：医患沟通": ("head", "member"), "观看警示教育片": ("member",)}
    return row.user_id in {people[name].id for name in who.get(session.title, ())}


def _came(place: int) -> Mark:
    return Mark.LATE if place % 13 == 5 else Mark.PRESENT  # noqa: PLR2004 - here and there somebody


def _hand_in(session: Session, people: dict[str, User]) -> None:
    """The head has written, the member still has to."""
    row, makeup = own_row(session, people["head"]) or (None, None)
    if row and makeup:
        makeups.hand_in(makeup, row, session, WRITTEN, version=makeup.version, by=people["head"])


def _settle(session: Session, by: User, people: dict[str, User]) -> None:
    """Before a session is closed: half have handed in and are confirmed, the others are let off."""
    rows = db.session.execute(
        select(Makeup, Attendance)
        .join(Attendance, Attendance.id == Makeup.attendance_id)
        .where(Attendance.session_id == session.id)
        .order_by(Makeup.id)
    ).all()
    for place, (makeup, row) in enumerate(rows):
        judge = by if row.user_id != by.id else people["office"]
        if place % 2 == 0 and makeup.state is MakeupState.OWED:
            makeup.state, makeup.note, makeup.handed_at = MakeupState.HANDED, WRITTEN, clock.now()
            db.session.flush()
        state = MakeupState.CONFIRMED if makeup.state is MakeupState.HANDED else MakeupState.EXCUSED
        reason = "" if state is MakeupState.CONFIRMED else "长期外派，回院后参加下一轮"
        version = makeup.version
        makeups.decide(makeup, row, session, state, reason, version=version, by=judge)


def _backdate(session: Session) -> None:
    """As if it had been written down when it took place."""
    if session.day >= clock.today():
        return
    evening = datetime.combine(session.day, time(18, 0), clock.ZONE)
    session.opened_at = evening - timedelta(days=7)
    events = db.session.scalars(select(Event).where(Event.session_id == session.id).order_by(Event.id)).all()
    for place, event in enumerate(events):
        event.at = evening + timedelta(days=place - 3)
    here = Attendance.session_id == session.id
    for row in db.session.scalars(select(Attendance).where(here, Attendance.mark.in_(ATTENDED))):
        row.marked_at = evening
    db.session.flush()


def _name_a_test(hospital: Unit, office: User) -> None:
    """The last of the hospital's and of a ward's, where another plugin has made a test."""
    offered = collect("study_logs_tests", user=office, unit=hospital, key=None)
    for session in db.session.scalars(select(Session).where(Session.title.in_(TESTED))):
        if offered:
            name_test(session, offered[0], version=session.version, by=office)


def _study_alone(people: dict[str, User]) -> None:
    for number, (who, kind, title, is_shared, is_done) in enumerate(NOTES):
        unit = organisation().by_code["wk1" if who == "stranger" else "nk1"]
        note: Note = notes.begin_note(unit, kind, title, by=people[who])
        note.text, note.shared = f"{title}。{WRITTEN[:180]}", is_shared
        if is_done:
            note.done_on, note.others_read = clock.today() - timedelta(days=3 + number), is_shared
        db.session.flush()


def _set_targets(hospital: Unit, office: User) -> None:
    """As plans have them: hours for Party members, sessions for leaders, and notes only counted."""
    start, end = clock.today() - timedelta(days=65), clock.today() + timedelta(days=60)
    common: dict[str, date] = {"starts_on": start, "ends_on": end}
    rows = (
        ("党员本阶段学习不少于 12 学时", Measure.HOURS, People.PARTY, None, 120),
        ("中心组学习不少于 3 次", Measure.SESSIONS, People.LEADERS, Form.CENTRAL, 30),
        ("读书笔记、心得体会", Measure.NOTES, People.ALL, None, None),
    )
    for title, measure, whom, form, amount in rows:
        values = {"title": title, "measure": measure, "people": whom, "form": form, "amount": amount}
        targets.add_target(hospital, {**values, **common}, by=office)
