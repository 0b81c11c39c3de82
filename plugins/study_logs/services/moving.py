"""Taking a session from one stage to the next: the table of steps, enforced."""

from collections.abc import Mapping
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from intranet.contracts import Text
from intranet.db import change
from intranet.errors import Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.wording import listed, sentences
from plugins.study_logs.models import Attendance, Session
from plugins.study_logs.queries.makeups import open_makeups
from plugins.study_logs.queries.roster import counts_of, without_reason
from plugins.study_logs.rights import Rights
from plugins.study_logs.services.makeups import ask_for_makeups
from plugins.study_logs.services.records import record, remember, tell_about
from plugins.study_logs.services.roster import refresh
from plugins.study_logs.services.sessions import refuse_stale, too_late
from plugins.study_logs.services.signing import close_windows
from plugins.study_logs.steps import STEP_OF, Need, Stage, Step

MOST_NAMES = 5
MISSING: Mapping[Need, Text] = {
    Need.NOTE: _l("请写明“%(note)s”。"),
    Need.ROSTER: _l("名单上还没有人，请先修改受邀单位或加人。"),
    Need.CONTENT: _l("请先在“修改”里写学习内容和学时。"),
    Need.ALL_MARKED: _l("还有 %(left)s 人没有考勤，请先登记。"),
    Need.REASONS: _l("请假要写事由和批准人：%(names)s。"),
    Need.ALL_MADE_UP: _l("还有 %(open)s 人的补课没有确认或免除。"),
}


def step_to(session: Session, end: Stage | None, *, version: int, rights: Rights) -> Step:
    """The step this person means. Raises Conflict if it has moved on, then Invalid, then Forbidden."""
    refuse_stale(session, version)
    step = STEP_OF.get((session.stage, end)) if end else None
    if step is None:
        raise Invalid(_("这项学习在“%(stage)s”，没有这一步。", stage=str(session.stage_title)))
    if not rights.may(step.permission, session.unit_id):
        refused = _("您不能办理“%(verb)s”，请联系登记单位的干事或负责人。", verb=str(step.verb))
        raise Forbidden(sentences((refused, step.sentence)))
    return step


def move(session: Session, step: Step, note: str, *, by: User) -> None:
    """Takes the step. Of two people who try at once one succeeds; the other learns who was quicker."""
    note = note.strip()
    if Need.ROSTER in step.needs:
        refresh(session)
    if lacking := missing(session, step, note):
        raise Invalid(sentences(lacking))
    still = Session.stage == step.start
    values: dict[str, object] = {"stage": step.end}
    if step.end is Stage.NOTIFIED:
        values["planned_on"] = session.day
    change(session, session.version, still, too_late=partial(too_late, session), **values)
    record(session, "move", by=by, start=step.start, end=step.end)
    remember(session, by=by, note=note)
    _follow(session, step, note, by)


def missing(session: Session, step: Step, note: str) -> list[str]:
    """What the step still needs, a sentence each."""
    told: dict[str, object] = {"note": step.note}
    lacking = [need for need in step.needs if _lacks(session, need, note, told)]
    return [str(MISSING[need]) % told for need in lacking]


def _lacks(session: Session, need: Need, note: str, told: dict[str, object]) -> bool:
    """Looks, and notes what the sentence will say."""
    if need is Need.NOTE:
        return not note
    if need is Need.CONTENT:
        return not session.content or not session.tenths
    if need is Need.ALL_MADE_UP:
        told["open"] = open_makeups(session)
        return bool(told["open"])
    if need is Need.REASONS:
        names = without_reason(session)
        told["names"] = listed([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])
        return bool(names)
    counts = counts_of(session)
    told["left"] = counts.unmarked
    return bool(counts.unmarked) if need is Need.ALL_MARKED else not counts.expected


def _follow(session: Session, step: Step, note: str, by: User) -> None:
    """What the new stage brings with it for others."""
    if step.end is Stage.NOTIFIED:
        tell_about(session, _others(session, by), "invited", session.version, day=session.day)
    elif step.end is Stage.RECORDED and step.start is Stage.SIGNING:
        close_windows(session)
        ask_for_makeups(session, by=by)
    elif step.end is Stage.CANCELLED and step.start is Stage.NOTIFIED:
        words = {"day": session.day, "note": note}
        tell_about(session, _others(session, by), "cancelled", session.version, **words)


def _others(session: Session, by: User) -> list[tuple[int, int]]:
    """Nobody is told what they did themselves."""
    query = select(Attendance.user_id, Attendance.unit_id).where(Attendance.session_id == session.id)
    return [(user_id, unit_id) for user_id, unit_id in db.session.execute(query) if user_id != by.id]
