"""One meeting half-way, one closed last year, and two that are still being prepared. All made up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update

from intranet import clock, units
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import organisation
from plugins.democratic_life import drafts
from plugins.democratic_life.gaps import GAP
from plugins.democratic_life.models import Mark, Meeting
from plugins.democratic_life.queries.gates import Facts, unmet
from plugins.democratic_life.queries.meetings import Found, found_or_404
from plugins.democratic_life.services.gates import mark_done, waive
from plugins.democratic_life.services.holding import attend, go_to, tell_absent
from plugins.democratic_life.services.meetings import Place, plan_meeting, save_seats
from plugins.democratic_life.services.minutes import write_minutes
from plugins.democratic_life.services.papers import Draft, write_paper
from plugins.democratic_life.services.raised import Named, Wanted, raise_problem
from plugins.democratic_life.services.said import Words, open_said, say
from plugins.democratic_life.services.steps import take
from plugins.democratic_life.wording import Attendance, Circle, Kind, PaperKind, PartOf, SaidKind, Source

GROUP = (
    ("陆怀民", "党委书记", "yld1"),
    ("苏静安", "院长", "yld2"),
    ("", "副院长", "leader"),
    ("贺知秋", "纪委书记", "yld4"),
    ("邵明渠", "总会计师", "yld5"),
)
"""Name, duty, account; the one without a name is the account `leader`."""
CLERK = ("宋知微", "党办干事", "dbgs")
OPINIONS = (
    "下科室少，对夜班和窗口的难处了解不够，建议每月固定两次跟班。",
    "布置工作多、检查落实少，有的事项交办以后没有回头看。",
    "对分管部门的要求有时偏软，碰到跨部门的事情不够敢担当。",
    "开会和报表还是偏多，同一份数据几个部门重复要。",
    "学习抓得不够经常，结合医院实际的思考少。",
)
ANSWER = "诚恳接受大家的意见，会后逐条列出措施，一个月内先办能马上办的。"
REMARK = "会议开得严肃认真，问题点得准；整改要有时限、有责任人，办成一件销号一件。"
PROBLEM = "同一份数据要向几个部门重复报送，一线负担重"
REASON = "材料已在纸上逐级审阅，存档备查"


@dataclass(frozen=True, slots=True)
class Plan:
    """What tells one demo meeting from another. The first who sits in it is its chair."""

    unit: Unit
    kind: Kind
    name: str
    theme: str
    day: date
    place: str
    sitters: tuple[User, ...]
    recorder: User


def make(hospital: Unit, people: dict[str, User], write: Callable[[Meeting], None]) -> None:
    """Last year's is closed; of this year's half the criticism is written down. `write`: its self-reviews."""
    today, office, supervisor = clock.today(), people["office"], people["supervisor"]
    group = tuple(_person(hospital, people["leader"], *each) for each in GROUP)
    clerk = _person(hospital, people["leader"], *CLERK)
    year, room = today.year, "行政楼三楼会议室"
    last = Plan(
        hospital,
        Kind.DEMOCRATIC,
        f"{year - 1} 年度民主生活会",
        "转作风、解难题，把整改落到病人身边",
        today - timedelta(days=340),
        room,
        group,
        clerk,
    )
    this = replace(last, name=f"{year} 年度民主生活会", theme="照镜子、正衣冠，聚焦就医流程", day=today)
    _finish(_hold(_planned(last, office), last, supervisor, whole=True), last)
    meeting = _planned(this, office)
    write(meeting)
    _hold(meeting, this, supervisor, whole=False)
    _departments(people, today)


def _person(hospital: Unit, leader: User, name: str, duty: str, username: str) -> User:
    """Whichever room shows the leading group first makes its people."""
    found = db.session.scalar(select(User).where(User.username == username))
    if found is None:
        found = units.add_person(username, name, "", hashed=leader.password_hash)
        units.join(found, hospital, duty)
    return found


def _planned(plan: Plan, by: User) -> Meeting:
    values = {
        "kind": plan.kind,
        "name": plan.name,
        "theme": plan.theme,
        "meets_at": datetime.combine(plan.day, time(9, 0), clock.ZONE),
        "place": plan.place,
        "chair_id": plan.sitters[0].id,
        "recorder_id": plan.recorder.id,
        "observers": "上级督导组、离退休老同志代表 2 人",
    }
    meeting = plan_meeting(plan.unit, values, by=by)
    duties = {username: duty for _name, duty, username in GROUP}
    places = [
        Place(each.id, duties.get(each.username, "党员"), is_chief=each is plan.sitters[0])
        for each in plan.sitters
    ]
    save_seats(_seen(meeting, plan.recorder), places, version=meeting.version, by=by)
    return meeting


def _seen(meeting: Meeting, who: User) -> Found:
    db.session.expire(meeting)
    return found_or_404(who, organisation().by_id[meeting.unit_id], meeting.id)


def _take(meeting: Meeting, name: str, who: User) -> None:
    found = _seen(meeting, who)
    take(found, name, version=found.meeting.version, by=who)


def _stamp(meeting: Meeting, days: int, *columns: str) -> None:
    """As if it had been done so many days after the meeting."""
    at = (meeting.meets_at or clock.now()) + timedelta(days=days)
    row = update(Meeting).where(Meeting.id == meeting.id)
    db.session.execute(row.values(dict.fromkeys(columns, at)))


def _meets(meeting: Meeting, at: datetime) -> None:
    db.session.execute(update(Meeting).where(Meeting.id == meeting.id).values(meets_at=at))
    db.session.expire(meeting)


def _hold(meeting: Meeting, plan: Plan, superior: User, *, whole: bool) -> Meeting:
    """Agreed to, notified, all gates passed, everybody there but the last."""
    chair, recorder = plan.sitters[0], plan.recorder
    _meets(meeting, clock.now() + timedelta(days=1))  # nobody plans into the past
    _take(meeting, "submit", recorder)
    _take(meeting, "agree", superior)
    _take(meeting, "notify", recorder)
    _meets(meeting, datetime.combine(plan.day, time(9, 0), clock.ZONE))
    _stamp(meeting, -20, "submitted_at", "agreed_at", "noticed_at")
    for number, sitter in enumerate(plan.sitters, 1):
        is_last = number == len(plan.sitters) and whole
        mark = Attendance.ABSENT if is_last else Attendance.PRESENT
        attend(_seen(meeting, recorder), sitter.id, mark, "外出开会" if is_last else "", by=recorder)
    for seen in unmet(Facts(_seen(meeting, recorder)), "begin"):
        if seen.by_hand:
            done_on = plan.day - timedelta(days=10)
            mark_done(_seen(meeting, recorder), seen.gate, done_on, "按方案组织完成，记录存党办", by=recorder)
        else:
            waive(_seen(meeting, chair), seen.gate, REASON, by=chair)
    waived = update(Mark).where(Mark.meeting_id == meeting.id, Mark.is_waived)
    db.session.execute(waived.values(day=plan.day - timedelta(days=1)))
    _take(meeting, "begin", recorder)
    _stamp(meeting, 0, "held_at", "item_at")
    _speak(meeting, plan, whole=whole)
    return meeting


def _speak(meeting: Meeting, plan: Plan, *, whole: bool) -> None:
    """The whole round, or the first two members of it."""
    recorder = plan.recorder
    found = _seen(meeting, recorder)
    ids = [each.user_id for each in found.sitters]
    here = {each.user_id for each in found.present}
    reached = ids if whole else ids[:2]
    for number, (about, speaker) in enumerate((a, s) for a in reached for s in ids if a != s and s in here):
        words = Words(SaidKind.CRITICISM, OPINIONS[number % len(OPINIONS)], speaker, about)
        say(found, words, by=recorder)
    for user_id in reached:
        kind = SaidKind.RESPONSE if user_id in here else SaidKind.WRITTEN
        say(found, Words(kind, ANSWER, user_id), by=recorder)
    if whole:
        say(found, Words(SaidKind.REMARK, REMARK, who="督导组组长"), by=recorder)
    else:
        go_to(found, min(4, len(found.meeting.agenda) - 1), by=recorder)


def _finish(meeting: Meeting, plan: Plan) -> None:
    """Recorded, told, reported, published, handed over, closed."""
    recorder, chair = plan.recorder, plan.sitters[0]
    found = _seen(meeting, recorder)
    opened = open_said(found, by=recorder)
    write_minutes(found, GAP.sub("", drafts.minutes_draft(found, opened)), version=0, by=recorder)
    for sitter in found.absent:
        tell_absent(_seen(meeting, recorder), sitter.user_id, by=recorder)
    remark = next(each.said for each in opened if each.said.kind is SaidKind.REMARK)
    _take(meeting, "record", chair)
    wanted = Wanted(meeting.unit_id, PROBLEM, ("理清报表，一份数据只报一次",))
    raised = raise_problem(Named(Source.REMARKS, remark.id, meeting), wanted, by=recorder)
    raised.raised_at = (meeting.meets_at or clock.now()) + timedelta(days=3)
    parts = set(PartOf) - {PartOf.PREPARED}
    for kind, circle, step, column in (
        (PaperKind.REPORT, None, "report", "reported_at"),
        (PaperKind.CIRCULAR, Circle.STAFF, "announce", "announced_at"),
    ):
        body = drafts.paper_draft(Facts(_seen(meeting, recorder)), parts, [PROBLEM])
        draft = Draft(kind, GAP.sub("", body), circle)
        write_paper(_seen(meeting, recorder), draft, version=0, by=recorder)
        _take(meeting, step, recorder)
        _stamp(meeting, 9, column)
    _take(meeting, "correct", recorder)
    _take(meeting, "close", recorder)


def _departments(people: dict[str, User], today: date) -> None:
    """Of two departments: one is about to meet, one still plans."""
    for head, code, days in (("head", "nk1", 12), ("stranger", "wk1", 30)):
        unit = db.session.scalars(select(Unit).where(Unit.code == code)).one()
        recorder = people["recorder"] if code == "nk1" else people[head]
        sitters: tuple[User, ...] = (
            people[head],
            people["member"] if code == "nk1" else _somebody(unit, people[head]),
        )
        if code == "nk1":
            sitters = (*sitters, recorder)
        if len(set(sitters)) < len(sitters):
            continue
        name, day = f"{today.year} 年度组织生活会", today + timedelta(days=days)
        plan = Plan(
            unit, Kind.ORGANISATIONAL, name, "病人满意是最好的镜子", day, "科室示教室", sitters, recorder
        )
        meeting = _planned(plan, people["office"])
        if code == "nk1":
            _take(meeting, "submit", recorder)
            _take(meeting, "agree", people["office"])
            _take(meeting, "notify", recorder)


def _somebody(unit: Unit, but: User) -> User:
    of_unit = select(User).join(Membership, Membership.user_id == User.id)
    others = of_unit.where(Membership.unit_id == unit.id, User.id != but.id)
    return db.session.scalars(others.order_by(User.id).limit(1)).first() or but
