"""Planning a talk and taking it from one state to the next. What is said in it is the business of `texts`."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, update

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.permissions import allowed
from plugins.talk_records.models import Party, Talk
from plugins.talk_records.queries.talks import ROSTER, Found, sealed_of
from plugins.talk_records.services.telling import tell_people
from plugins.talk_records.steps import DAY, HELD_ON, STEP_OF, WRITTEN, Step
from plugins.talk_records.wording import STATE_TITLES, Kind, State, Way

MOST_SUBJECTS = 30
TOLD = {"arrange": "arranged", "cancel": "cancelled", "redate": "redated"}
"""By step, the notice the others get."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to talk with whom, and about what kind of thing."""

    kind: Kind
    way: Way
    host_id: int
    subject_ids: tuple[int, ...]
    recorder_id: int | None = None
    meet_on: date | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """What a person fills in with a step."""

    day: date | None = None
    held_on: date | None = None
    follow_up_on: date | None = None


def plan_talk(unit: Unit, plan: Plan, *, by: User) -> Talk:
    """One's own talk, or, of those who keep the roster, anybody's."""
    _refuse_plan(unit, plan, by)
    state = State.ARRANGED if plan.meet_on else State.PLANNED
    talk = Talk(unit_id=unit.id, kind=plan.kind, way=plan.way, state=state, meet_on=plan.meet_on)
    talk.recorder_id, talk.created_by, talk.created_at = plan.recorder_id, by.id, clock.now()
    db.session.add(talk)
    db.session.flush()
    db.session.add(Party(talk_id=talk.id, user_id=plan.host_id, is_host=True))
    db.session.add_all(Party(talk_id=talk.id, user_id=key, is_host=False) for key in plan.subject_ids)
    audit.record(by, "talk_records:plan", f"talk_records_talk:{talk.id}", unit=unit, kind=plan.kind)
    told = {plan.host_id, *plan.subject_ids, plan.recorder_id} - {by.id}
    tell_people(talk, unit, told, "planned", who=by.name)
    return talk


def _refuse_plan(unit: Unit, plan: Plan, by: User) -> None:
    people = {plan.host_id, *plan.subject_ids}
    if not (plan.host_id and plan.subject_ids) or plan.host_id in plan.subject_ids:
        raise Invalid(_("请选谈话人，再选至少一位谈话对象；两者不能是同一个人。"))
    if len(plan.subject_ids) > MOST_SUBJECTS:
        raise Invalid(_("一次谈话最多 %(n)s 位谈话对象，请分几次谈。", n=MOST_SUBJECTS))
    if plan.recorder_id in people:
        raise Invalid(_("记录人要另选一位，或者不选。"))
    if plan.meet_on and plan.meet_on < clock.today():
        raise Invalid(_("约定日期不早于今天；已经谈过的先不填，安排以后点“谈过了”。"))
    if by.id not in people and not allowed(by, ROSTER, unit):
        raise Forbidden(_("只能安排自己参加的谈话；替别人安排请找活动办。"))


# Steps ----------------------------------------------------------------------------------------------


def take(found: Found, name: str, days: Days, *, version: int, by: User) -> Step:
    """Takes the step. Raises Conflict, Forbidden or Invalid with the rule in a sentence."""
    talk, step = found.talk, STEP_OF.get(name)
    if talk.version != version or step is None or not found.is_there(step):
        raise Conflict(what_happened(talk))
    if not step.is_for(found.parts):
        raise Forbidden(_("这一步由谈话双方或记录人办理。"))
    _refuse_lacking(step, days, talk)
    values = _values(step, days, talk)
    if step.each:
        values["state"] = _confirm(found, by)
    _change(talk, version, Talk.state.in_(step.starts), **values)
    if step.reopens:
        unconfirm(talk)
    unit = organisation().by_id[talk.unit_id]
    audit.record(by, "talk_records:move", f"talk_records_talk:{talk.id}", unit=unit, deed=step.name)
    if step.name in TOLD:
        _tell(found, step, days, unit)
    return step


def _refuse_lacking(step: Step, days: Days, talk: Talk) -> None:
    if DAY in step.needs and (days.day is None or days.day < clock.today()):
        raise Invalid(_("请填谈话的日期，不早于今天。"))
    if HELD_ON in step.needs and (days.held_on is None or days.held_on > clock.today()):
        raise Invalid(_("请填实际谈话的日期，不晚于今天。"))
    if days.follow_up_on and days.held_on and days.follow_up_on < days.held_on:
        raise Invalid(_("回访日期不能早于谈话日期。"))
    if WRITTEN in step.needs and sealed_of(talk) is None:
        raise Invalid(_("谈话内容还没有写，写好以后再确认。"))


def _values(step: Step, days: Days, talk: Talk) -> dict[str, object]:
    if step.end is None:
        return {"recorder_id": None} if step.name == "dismiss" else {"followed_on": clock.today()}
    if DAY in step.needs:
        return {"state": step.end, "meet_on": days.day}
    if HELD_ON in step.needs:
        followed = talk.followed_on if days.follow_up_on == talk.follow_up_on else None
        dates = {"held_on": days.held_on, "follow_up_on": days.follow_up_on, "followed_on": followed}
        return {"state": step.end, **dates}
    return {"state": step.end}


def _confirm(found: Found, by: User) -> State:
    """The viewer's word; the talk is confirmed when nobody's is missing."""
    mine = update(Party).where(Party.talk_id == found.talk.id, Party.user_id == by.id)
    db.session.execute(mine.values(confirmed_at=clock.now()))
    missing = [side for side in found.sides if not side.has_confirmed and side.user_id != by.id]
    return State.HELD if missing else State.CONFIRMED


def _tell(found: Found, step: Step, days: Days, unit: Unit) -> None:
    """Everybody else who was to be there."""
    others = {*(side.user_id for side in found.sides), found.talk.recorder_id} - {found.viewer.id}
    words = {"day": days.day} if step.name == "arrange" else {"who": found.viewer.name}
    tell_people(found.talk, unit, others, TOLD[step.name], **words)


def unconfirm(talk: Talk) -> None:
    """What was confirmed is not what stands there now."""
    db.session.execute(update(Party).where(Party.talk_id == talk.id).values(confirmed_at=None))


def _change(talk: Talk, version: int, *still: ColumnElement[bool], **values: object) -> None:
    change(talk, version, *still, too_late=lambda: what_happened(talk), **values)


def what_happened(talk: Talk) -> str:
    state = str(STATE_TITLES[talk.state])
    return str(_("这次谈话刚刚有了变化，现在是“%(state)s”，请刷新页面查看后再办理。", state=state))
