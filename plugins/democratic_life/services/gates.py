"""A gate nobody can answer for is marked by hand; one that cannot be met is waived with a reason."""

from datetime import date

from flask_babel import gettext as _

from intranet import clock
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from plugins.democratic_life.gates import Gate
from plugins.democratic_life.models import Mark
from plugins.democratic_life.queries.gates import Facts, Seen, seen_of
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.steps import CHAIR, SUPERIOR
from plugins.democratic_life.wording import State


def may_waive(found: Found) -> bool:
    """The chair answers for it, or the superior does."""
    return bool(found.parts & {CHAIR, SUPERIOR}) and not found.is_shut


def mark_done(found: Found, gate: Gate, day: date, note: str, *, by: User) -> None:
    """Somebody has looked, and says when it was done."""
    seen = _open_gate(found, gate)
    if not seen.by_hand:
        raise Invalid(_("这一关由系统里的数据来定，不能手工登记；办不到的可以豁免。"))
    if not found.may_keep:
        raise Forbidden(_("手工登记由筹备会议的人办理。"))
    if day > clock.today():
        raise Invalid(_("日期不能晚于今天。"))
    _keep(found, Mark(gate=gate.name, day=day, note=note, is_waived=False), by)
    record(found.meeting, "mark", by, gate=gate.name, day=day)


def waive(found: Found, gate: Gate, reason: str, *, by: User) -> None:
    """It was not done, and this person answers for going on."""
    _open_gate(found, gate)
    if not may_waive(found):
        raise Forbidden(_("豁免由主持人或上级办理，并写明理由。"))
    _keep(found, Mark(gate=gate.name, day=clock.today(), note=reason, is_waived=True), by)
    record(found.meeting, "waive", by, gate=gate.name)


def take_back(found: Found, gate: Gate, *, by: User) -> None:
    """The mark or waiver is gone; the log keeps that it was there."""
    seen = seen_of(gate, Facts(found))
    mark = seen.mark
    if mark is None or seen.is_settled or found.meeting.state is State.CLOSED:
        raise Conflict(_("这一关刚刚有了变化，请刷新页面查看。"))
    if not (may_waive(found) if mark.is_waived else found.may_keep):
        raise Forbidden(_("撤销由登记或豁免这一关的人办理。"))
    db.session.delete(mark)
    record(found.meeting, "unmark", by, gate=gate.name)


def _open_gate(found: Found, gate: Gate) -> Seen:
    seen = seen_of(gate, Facts(found))
    if seen.is_met or found.meeting.state is State.CLOSED:
        raise Conflict(_("这一关已经过了，或者会议已经闭合，不用再办理。"))
    return seen


def _keep(found: Found, mark: Mark, by: User) -> None:
    mark.meeting_id, mark.by_id, mark.at = found.meeting.id, by.id, clock.now()
    db.session.add(mark)
    db.session.flush()
