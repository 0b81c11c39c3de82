"""The demo hospital's leading group, a round before the meeting, and talks in every state. All made up."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from intranet import clock, units
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from plugins.talk_records.models import Talk
from plugins.talk_records.queries.talks import talk_or_404
from plugins.talk_records.services.passing import agree, propose
from plugins.talk_records.services.roster import Post, add_cycle, add_member
from plugins.talk_records.services.talks import Days, Plan, plan_talk, take
from plugins.talk_records.services.texts import write_texts
from plugins.talk_records.wording import Kind, Way

MEMBERS = (
    ("陆怀民", "党委书记", True, ()),
    ("苏静安", "院长", False, ("ywb",)),
    ("", "副院长", False, ("nk1", "wk1", "jzk")),
    ("贺知秋", "纪委书记", False, ("cwb",)),
    ("邵明渠", "总会计师", False, ("hqb",)),
)
"""Name, duty, the chief or not, units in their charge; the one without a name is the account `leader`."""
TEXTS = {
    "place": "行政楼 305 室",
    "politics": "中共党员",
    "outline": "一、近期分管工作；二、对班子和本人的意见；三、需要协调的问题。",
    "content": "双方围绕门诊流程和一线减负交换了意见，谈得坦诚。",
    "criticism": "下科室少，有时布置多、检查少。",
    "suggestions": "建议减少重复报表，会议能合并的合并。",
    "problems": "同一份数据要报三个部门。",
    "intentions": "每月至少两次到分管科室，一个月内理清报表。",
}
PROBLEM = "同一份数据要向几个部门重复报送"


def make(hospital: Unit, people: dict[str, User]) -> None:
    """Half the talks are held a month before the meeting."""
    today, office = clock.today(), people["office"]
    members = _group(hospital, people["leader"], office)
    name = f"{today.year} 年度民主生活会前谈心谈话"
    add_cycle(hospital, name, today - timedelta(40), today + timedelta(20), by=office)
    chief, dean, leader, inspector, _treasurer = members
    for number, other in enumerate((dean, leader)):
        _held(hospital, Kind.CHIEF, (chief, other), today - timedelta(12 - 5 * number))
    _held(hospital, Kind.HEADS, (leader, people["head"]), today - timedelta(6))
    _planned(hospital, Kind.HEADS, (leader, people["stranger"]), today + timedelta(3))
    _planned(hospital, Kind.MEMBERS, (dean, inspector), None)
    _departments(people, today)


def _group(hospital: Unit, leader: User, office: User) -> list[User]:
    found = []
    for number, (name, duty, is_chief, codes) in enumerate(MEMBERS, 1):
        person = _member(hospital, f"yld{number}", name, duty, leader) if name else leader
        charges = tuple(db.session.scalars(select(Unit.id).where(Unit.code.in_(codes))))
        start = clock.today() - timedelta(400)
        add_member(hospital, person, Post(duty, is_chief, start, None, charges), by=office)
        found.append(person)
    return found


def _member(hospital: Unit, username: str, name: str, duty: str, leader: User) -> User:
    """Whichever room shows the leading group first makes its people."""
    person = db.session.scalar(select(User).where(User.username == username))
    if person is None:
        person = units.add_person(username, name, "", hashed=leader.password_hash)
        units.join(person, hospital, duty)
    return person


def _departments(people: Mapping[str, User], today: date) -> None:
    """Heads talk with their own people: in two departments, so that each has pages of its own."""
    for head, code in (("head", "nk1"), ("stranger", "wk1")):
        unit = db.session.scalars(select(Unit).where(Unit.code == code)).one()
        colleague = people["member"] if code == "nk1" else _somebody(unit, people[head])
        if colleague is people[head]:
            continue
        recorder = people["recorder"].id if code == "nk1" else None
        for person, duty in ((people[head], "科主任"), (colleague, "护士长")):
            post = Post(duty, person is people[head], today - timedelta(400), None)
            add_member(unit, person, post, by=people["office"])
        add_cycle(
            unit,
            "支部组织生活会前谈心谈话",
            today - timedelta(30),
            today + timedelta(25),
            by=people["office"],
        )
        _held(unit, Kind.CHIEF, (people[head], colleague), today - timedelta(3), recorder=recorder)


def _somebody(unit: Unit, but: User) -> User:
    of_unit = select(User).join(Membership, Membership.user_id == User.id)
    others = of_unit.where(Membership.unit_id == unit.id, User.id != but.id)
    return db.session.scalars(others.order_by(User.id).limit(1)).first() or but


def _planned(unit: Unit, kind: Kind, pair: tuple[User, User], meet_on: date | None) -> None:
    plan_talk(unit, Plan(kind, Way.MEETING, pair[0].id, (pair[1].id,), meet_on=meet_on), by=pair[0])


def _held(unit: Unit, kind: Kind, pair: tuple[User, User], day: date, *, recorder: int | None = None) -> None:
    """Planned, held, written down, confirmed by the host; some by both and archived."""
    host, subject = pair
    plan = Plan(kind, Way.MEETING, host.id, (subject.id,), recorder)
    talk = plan_talk(unit, plan, by=host)
    _take(unit, talk, host, "hold", Days(held_on=day, follow_up_on=day + timedelta(30)))
    found = talk_or_404(host, unit, talk.id)
    write_texts(found, TEXTS, version=talk.version, by=host)
    _take(unit, talk, host, "confirm")
    if kind is Kind.CHIEF:
        _pass_on(unit, talk, host, subject)
    if kind is Kind.CHIEF and recorder is None:
        _take(unit, talk, subject, "confirm")
        _take(unit, talk, host, "archive")


def _take(unit: Unit, talk: Talk, by: User, step: str, days: Days | None = None) -> None:
    take(talk_or_404(by, unit, talk.id), step, days or Days(), version=talk.version, by=by)


def _pass_on(unit: Unit, talk: Talk, host: User, subject: User) -> None:
    found = talk_or_404(host, unit, talk.id)
    passed = propose(found, unit, PROBLEM, ["理清报表，一份数据只报一次"], by=subject)
    if unit.kind != "hospital":
        agree(passed, found, by=host)
    propose(found, unit, "会议偏多", [], by=subject)
