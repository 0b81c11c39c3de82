"""补课: asked for when a record is made final, handed in by the absentee, decided by a recorder."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from flask_babel import gettext as _

from intranet import attachments, audit, clock
from intranet.db import change
from intranet.deadlines import serving
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.permissions import roles_for
from intranet.web import path_to
from plugins.study_logs.models import Attendance, Makeup, Session
from plugins.study_logs.queries.makeups import subject_of
from plugins.study_logs.queries.roster import absentees
from plugins.study_logs.queries.scope import rules_for
from plugins.study_logs.rights import Rights
from plugins.study_logs.steps import RECORD, Stage
from plugins.study_logs.wording import MAKEUP_TITLES, TO_WRITE, MakeupState

DECISIONS = (MakeupState.CONFIRMED, MakeupState.RETURNED, MakeupState.EXCUSED)


def ask_for_makeups(session: Session, *, by: User) -> None:
    """Every absentee gets one; who was there after all owes nothing any more."""
    rows, unit = absentees(session), organisation().by_id[session.unit_id]
    due_on = session.makeup_due_on or clock.today() + timedelta(days=rules_for(unit).makeup_days)
    session.makeup_due_on = due_on if rows else None
    for row, known in rows:
        if known is None:
            made = Makeup(attendance_id=row.id, state=MakeupState.OWED, due_on=due_on)
            db.session.add(made)
            db.session.flush()
            _tell([row.user_id], "makeup", made, row, session, due=due_on)
    _forget_the_present(session, {row.id for row, _known in rows}, by)


def _forget_the_present(session: Session, absent: set[int], by: User) -> None:
    owed = db.session.query(Makeup).join(Attendance, Attendance.id == Makeup.attendance_id)
    for makeup in owed.filter(Attendance.session_id == session.id, Makeup.attendance_id.not_in(absent)):
        forget(makeup, organisation().by_id[session.unit_id], by=by)


def forget(makeup: Makeup, unit: Unit, *, by: User) -> None:
    """With its files: the database gives its number to another, which must not inherit them."""
    for file, _name in attachments.of(subject_of(makeup.id)):
        attachments.remove(file, unit, by=by)
    db.session.delete(makeup)
    db.session.flush()


def check_may_write(makeup: Makeup, row: Attendance, session: Session, *, by: User) -> None:
    """Raises Forbidden or Invalid, before anything is looked at."""
    if row.user_id != by.id:
        raise Forbidden(_("补课由本人来写。"))
    if makeup.state not in TO_WRITE or session.stage is not Stage.RECORDED:
        state = str(MAKEUP_TITLES[makeup.state])
        raise Invalid(_("这项补课“%(state)s”，现在不能再改。", state=state))


def save_draft(makeup: Makeup, note: str, *, version: int) -> None:
    """What has been written so far; nobody is told."""
    change(makeup, version, Makeup.state.in_(TO_WRITE), too_late=partial(_too_late, makeup), note=note)


def hand_in(  # noqa: PLR0913 - the record with all it hangs on
    makeup: Makeup, row: Attendance, session: Session, note: str, *, version: int, by: User
) -> None:
    """With enough words, or with a file."""
    check_may_write(makeup, row, session, by=by)
    least = rules_for(organisation().by_id[session.unit_id]).makeup_signs
    if len("".join(note.split())) < least and not attachments.of(subject_of(makeup.id)):
        raise Invalid(_("请写满 %(least)s 字的补课笔记，或上传补课材料，再交。", least=least))
    values = {"state": MakeupState.HANDED, "note": note, "handed_at": clock.now(), "reason": ""}
    change(makeup, version, Makeup.state.in_(TO_WRITE), too_late=partial(_too_late, makeup), **values)
    _record(makeup, row, "makeup", by)
    people = serving(organisation().by_id[row.unit_id], *roles_for(RECORD)) - {by.id}
    _tell(people, "handed", makeup, row, session, who=by.name)


def decide(  # noqa: PLR0913 - the record with all it hangs on
    makeup: Makeup,
    row: Attendance,
    session: Session,
    state: MakeupState,
    reason: str,
    *,
    version: int,
    by: User,
) -> None:
    """Confirms or returns what was handed in, or lets somebody off. The last two say why."""
    if makeup.version != version:
        raise Conflict(_too_late(makeup))
    _check_decision(makeup, row, session, state, by)
    if state is not MakeupState.CONFIRMED and not reason:
        raise Invalid(_("退回或免除要写明原因。"))
    values = {"state": state, "reason": reason, "decided_by": by.id, "decided_at": clock.now()}
    still = Makeup.state == makeup.state
    change(makeup, version, still, too_late=partial(_too_late, makeup), **values)
    _record(makeup, row, "decide", by, state=state)
    _tell([row.user_id], state.value, makeup, row, session, note=reason)


def _check_decision(makeup: Makeup, row: Attendance, session: Session, state: MakeupState, by: User) -> None:
    if not Rights(by).may_decide(row):
        raise Forbidden(_("补课由本单位干事、负责人或上级确认，自己的补课不能自己确认。"))
    if session.stage is not Stage.RECORDED or state not in DECISIONS:
        raise Invalid(_("这项学习在“%(stage)s”，补课不能再办理。", stage=str(session.stage_title)))
    if makeup.state in {MakeupState.CONFIRMED, MakeupState.EXCUSED}:
        raise Invalid(_("这项补课已经办结。"))
    needs_work = state is not MakeupState.EXCUSED
    if needs_work and makeup.state is not MakeupState.HANDED:
        raise Invalid(_("本人还没有交补课，现在只能免除。"))


def _record(makeup: Makeup, row: Attendance, deed: str, by: User, **detail: object) -> None:
    unit = organisation().by_id.get(row.unit_id)
    audit.record(by, f"study_logs:{deed}", f"study_logs_makeup:{makeup.id}", unit=unit, **detail)


def _tell(
    people: Iterable[int], kind: str, makeup: Makeup, row: Attendance, session: Session, **words: object
) -> None:
    """A deed is told once."""
    tell_of(makeup, row, session, people, kind, once=makeup.version, **words)


def tell_of(  # noqa: PLR0913 - the record with all it hangs on
    makeup: Makeup,
    row: Attendance,
    session: Session,
    people: Iterable[int],
    kind: str,
    *,
    once: object,
    **words: object,
) -> int:
    """Under the absentee's own unit, where the page opens for all it concerns. Returns how many heard."""
    unit = organisation().by_id.get(row.unit_id)
    if unit is None:
        return 0
    url = path_to("study_logs.makeup", unit=unit.code, makeup_id=makeup.id)
    return tell(people, f"study_logs:{kind}", url, unit, once=once, title=session.title, **words)


def _too_late(makeup: Makeup) -> str:
    state = str(MAKEUP_TITLES[makeup.state])
    return str(_("这项补课刚被改过，现在是“%(state)s”，请看过再办。", state=state))
