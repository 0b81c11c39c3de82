"""A unit reports its part done; the office confirms it or returns it with a reason."""

from datetime import date
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intranet import audit, clock
from intranet.db import change
from intranet.errors import Conflict, Invalid, NotFound
from intranet.extensions import db
from intranet.models import User
from intranet.notices import tell
from intranet.pages import moment
from intranet.web import path_to
from plugins.campaign.models import OPEN, Duty, DutyState
from plugins.campaign.states import DUTY_WORDS


def report(duty: Duty, *, by: User, note: str, done_on: date, version: int) -> None:
    """The unit has done its part. Refuses a day to come and an activity that was cancelled."""
    _refuse_cancelled(duty)
    if done_on > clock.today():
        raise Invalid(_("完成日期不能晚于今天。"))
    _move(
        duty,
        OPEN,
        version,
        state=DutyState.REPORTED,
        note=note,
        done_on=done_on,
        return_reason="",
        reported_by_id=by.id,
        reported_at=clock.now(),
    )
    audit.record(by, "campaign:report", f"campaign_duty:{duty.id}", unit=duty.unit, done_on=done_on)


def confirm(duty: Duty, *, by: User, version: int) -> None:
    """The office accepts what was reported."""
    _refuse_cancelled(duty)
    _decide(duty, by, version, state=DutyState.CONFIRMED)
    audit.record(by, "campaign:confirm", f"campaign_duty:{duty.id}", unit=duty.unit)
    _tell(duty, "confirmed", by)


def send_back(duty: Duty, *, by: User, reason: str, version: int) -> None:
    """The office asks for more. The unit reads the reason."""
    if not reason.strip():
        raise Invalid(_("请写明退回的原因，责任单位要据此补做。"))
    _refuse_cancelled(duty)
    _decide(duty, by, version, state=DutyState.RETURNED, return_reason=reason.strip())
    audit.record(by, "campaign:return", f"campaign_duty:{duty.id}", unit=duty.unit)
    _tell(duty, "returned", by, reason=reason.strip())


def _tell(duty: Duty, kind: str, by: User, **values: object) -> None:
    """Whoever reported, unless they decided it themselves."""
    url = path_to("campaign.activity", unit=duty.unit.code, activity_id=duty.activity_id)
    words = {"name": duty.unit.name, "title": duty.activity.title, **values}
    people = [duty.reported_by_id] if duty.reported_by_id != by.id else []
    tell(people, f"campaign:{kind}", url, duty.unit, once=f"{duty.id} {duty.version}", **words)


def _decide(duty: Duty, by: User, version: int, **values: object) -> None:
    stamped = {**values, "decided_by_id": by.id, "decided_at": clock.now()}
    _move(duty, (DutyState.REPORTED,), version, **stamped)


def _move(duty: Duty, among: tuple[DutyState, ...], version: int, **values: object) -> None:
    change(duty, version, Duty.state.in_(among), too_late=partial(_what_happened, duty.id), **values)


def _what_happened(duty_id: int) -> str:
    query = select(Duty).where(Duty.id == duty_id).execution_options(populate_existing=True)
    duty = db.session.scalar(query.options(joinedload(Duty.reported_by), joinedload(Duty.decided_by)))
    if duty is None:
        raise NotFound(_("没有这项任务，它可能已随方案修订移除。"))
    decided = duty.state in {DutyState.CONFIRMED, DutyState.RETURNED}
    person, at = (duty.decided_by, duty.decided_at) if decided else (duty.reported_by, duty.reported_at)
    if person is None or at is None:
        return str(_("这项任务还没有上报，请刷新页面后再操作。"))
    return str(
        _(
            "这项任务已由%(name)s于 %(at)s 改为“%(state)s”，请刷新页面查看后再决定。",
            name=person.name,
            at=moment(at),
            state=DUTY_WORDS[duty.state],
        )
    )


def _refuse_cancelled(duty: Duty) -> None:
    if duty.activity.cancelled_reason is not None:
        raise Conflict(_("这项活动已经取消，不需要再办理。"))
