"""The demo hospital's plan: made up for it, in the form of real ones, and read by the real reader."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import organisation
from plugins.campaign.models import Duty, Plan
from plugins.campaign.proposals import content_from
from plugins.campaign.queries.briefs import brief_or_404, last_weeks
from plugins.campaign.queries.duties import duties_of
from plugins.campaign.queries.plans import activity_or_404
from plugins.campaign.queries.review import matches_for
from plugins.campaign.reader import read_text
from plugins.campaign.services import activities, duties
from plugins.campaign.services.activities import Dates, Ground
from plugins.campaign.services.briefs import publish_brief, write_brief
from plugins.campaign.services.importing import Source, import_plan

TEXT = Path(__file__).parent / "demo_plan.txt"
DAY = re.compile(r"\{(?P<shift>[+-]?\d+)(?P<form>[dyt])?\}")
SETTLED = 12
"""Days after its end by which the office has decided on everything."""
NAME = "示范医院实施方案.txt"
BRIEFS = (
    """一、本周进展
各科室对照方案开展自查，活动办到内一科、门诊部听取一线意见。
领导班子成员开始谈心谈话，各党支部组织集中学习。

二、下周安排
1. 各科室报送自查情况
2. 班子成员继续谈心谈话""",
    """一、本周进展
各科室报送自查情况，问题登记到整改看板，能马上改的当周改完。
班子成员起草对照检查材料，督导组来院指导。

二、下周安排
1. 对照检查材料送审
2. 筹备专题民主生活会""",
)


def make(hospital: Unit, people: dict[str, User]) -> None:
    """The plan with its phases spread around today, and units at every stage of their work."""
    text = filled(TEXT.read_text("utf-8"), clock.today())
    reading = read_text(text)
    content = content_from(reading)
    matches = matches_for(hospital, content, organisation().under(hospital.path))
    source = Source(NAME, reading.text, content, matches)
    plan = import_plan(hospital, source, by=people["office"], seen=0).plan
    _work(plan, hospital, people)
    _change_dates(plan, hospital, people["office"])
    _tell(hospital, people["office"])


def filled(template: str, today: date) -> str:
    """Days written as shifts from today: {-30} is 10月22日, {-30y} the year, {+12t} 中旬."""
    return DAY.sub(lambda match: _words(today + timedelta(int(match["shift"])), match["form"]), template)


def _words(day: date, form: str | None) -> str:
    third = "上中下"[min((day.day - 1) // 10, 2)]
    return {
        "y": str(day.year),
        "t": f"{day.year}年{day.month}月{third}旬",
        "d": f"{day.year}年{day.month}月{day.day}日",
    }.get(form or "d", "")


def _work(plan: Plan, hospital: Unit, people: dict[str, User]) -> None:
    """What ended some time ago is confirmed, what ended lately is reported; here and there somebody lags."""
    today = clock.today()
    reporters = {**_colleagues(), _home(people["head"]): people["head"]}
    for number, duty in enumerate(_due(plan, hospital, today)):
        end = duty.activity.end_on or today
        age = (today - end).days
        if _lags(number, age):
            continue
        note = "已按方案完成，资料存本单位。"
        done_on = min(end, today)
        by = reporters.get(duty.unit_id, people["office"])
        duties.report(duty, by=by, note=note, done_on=done_on, version=duty.version)
        _decide(duty, number, age, people["office"])
        _backdate(duty, done_on)


def _colleagues() -> dict[int, User]:
    """Somebody of each unit, by its id."""
    query = select(Membership.unit_id, User).join(User, User.id == Membership.user_id)
    people = db.session.execute(query.order_by(User.id.desc()))
    return {unit_id: user for unit_id, user in people}  # noqa: C416 - rows, not pairs


def _home(user: User) -> int:
    query = select(Membership.unit_id).where(Membership.user_id == user.id)
    return db.session.scalars(query.order_by(Membership.id).limit(1)).one()


def _due(plan: Plan, hospital: Unit, today: date) -> Iterator[Duty]:
    for duty in duties_of(hospital, plan, None):
        if duty.activity.end_on and duty.activity.end_on <= today + timedelta(3):
            yield duty


def _lags(number: int, age: int) -> bool:
    return age < SETTLED and number % 4 == 1


def _decide(duty: Duty, number: int, age: int, office: User) -> None:
    if age >= SETTLED:
        duties.confirm(duty, by=office, version=duty.version)
    elif number % 5 == 0:
        reason = "请补充参加人数和签到表。"
        duties.send_back(duty, by=office, reason=reason, version=duty.version)


def _backdate(duty: Duty, done_on: date) -> None:
    """As if people had written it down when it was done, and not all at the moment of the demonstration."""
    afternoon = datetime.combine(done_on, time(16, 20 + duty.id % 30), clock.ZONE)
    duty.reported_at = min(afternoon, clock.now())
    if duty.decided_at:
        duty.decided_at = min(afternoon + timedelta(days=1, hours=-6), clock.now())


def _change_dates(plan: Plan, hospital: Unit, office: User) -> None:
    """One activity put off, one given up."""
    due = [duty.activity_id for duty in duties_of(hospital, plan, None) if duty.activity.end_on]
    last = activity_or_404(plan, due[-1], clock.today()).activity
    given_up = activity_or_404(plan, due[-4], clock.today()).activity
    dates = Dates(last.start_on, (last.end_on or clock.today()) + timedelta(7))
    ground = Ground("督导组同意延长一周，以便补充测评对象", "上级督导组")
    activities.adjust(last, dates, by=office, ground=ground, version=last.version)
    reason = "与上级统一组织的制度评审合并"
    activities.cancel(given_up, by=office, reason=reason, version=given_up.version)


def _tell(hospital: Unit, office: User) -> None:
    """Two weeks are told; the last one waits to be drafted."""
    weeks = last_weeks()[2:4]
    for week, text in zip(reversed(weeks), BRIEFS, strict=True):
        brief = brief_or_404(office, hospital, write_brief(hospital, week, text, by=office).id)
        publish_brief(brief, version=brief.version, by=office)
        afternoon = datetime.combine(brief.last_day, time(16, 40), clock.ZONE)
        brief.changed_at = brief.published_at = afternoon
