"""Steps of a session, its sittings, and the windows of their codes."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, DomainError, Invalid
from intranet.htmx import done
from intranet.permissions import for_members, me
from plugins.study_logs.forms import StepForm, WhenForm
from plugins.study_logs.models import Sitting
from plugins.study_logs.queries.scope import find_sitting
from plugins.study_logs.services.moving import move as take
from plugins.study_logs.services.moving import step_to
from plugins.study_logs.services.sessions import add_sitting, remove_sitting
from plugins.study_logs.services.signing import close_window, open_window
from plugins.study_logs.steps import Stage
from plugins.study_logs.views.blueprint import Opened, bp, session_or_404, to_record
from plugins.study_logs.views.sessions import session_page


@bp.post("/sessions/<int:session_id>/move")
@for_members
def move(session_id: int) -> ResponseReturnValue:
    """Takes the step to `stage`, if the session is still at `version`."""
    opened, form = session_or_404(session_id, hold="change"), StepForm()
    wanted, note = request.form.get("stage", ""), form.note.data or ""
    if not form.validate():
        return _refused(opened, Invalid(str(form.note.errors[0])), wanted, note)
    end = Stage(wanted) if wanted in set(Stage) else None
    try:
        step = step_to(opened.session, end, version=form.version.data or 0, rights=opened.rights)
        take(opened.session, step, note, by=me())
    except (Conflict, Invalid) as refusal:
        return _refused(opened, refusal, wanted, note)
    notice = _("已办理“%(verb)s”，现在在“%(stage)s”。", verb=str(step.verb), stage=str(step.end_title))
    return done(notice, "study_logs.session", session_id=session_id)


def _refused(opened: Opened, refusal: DomainError, wanted: str, note: str) -> ResponseReturnValue:
    """The page as it is now, the sentence, and what was typed in its place."""
    words = {"refusal": refusal.message, "refused": wanted, "typed": note}
    return session_page(opened, refusal.status, **words)


@bp.post("/sessions/<int:session_id>/sittings")
@for_members
def more_sittings(session_id: int) -> ResponseReturnValue:
    """One more sitting, for those who are on shift."""
    opened, form = to_record(session_id), WhenForm()
    if not form.validate():
        return session_page(opened, 422, when=form)
    add_sitting(opened.session, form.when(), by=me())
    return done(_("已增加场次。"), "study_logs.session", session_id=session_id)


@bp.post("/sessions/<int:session_id>/sittings/<int:sitting_id>/remove")
@for_members
def drop_sitting(session_id: int, sitting_id: int) -> ResponseReturnValue:
    """Takes one away."""
    opened = to_record(session_id)
    remove_sitting(opened.session, sitting_or_404(opened, sitting_id), by=me())
    return done(_("场次已删除。"), "study_logs.session", session_id=session_id)


def sitting_or_404(opened: Opened, sitting_id: int) -> Sitting:
    return find_sitting(opened.session, sitting_id) or abort(404)


@bp.post("/sessions/<int:session_id>/sittings/<int:sitting_id>/window")
@for_members
def window(session_id: int, sitting_id: int) -> ResponseReturnValue:
    """Opens the code of a sitting, or closes it."""
    opened = to_record(session_id)
    sitting = sitting_or_404(opened, sitting_id)
    if request.form.get("open") != "1":
        close_window(opened.session, sitting, by=me())
        return done(_("签到码已停用。"), "study_logs.session", session_id=session_id)
    try:
        open_window(opened.session, sitting, by=me())
    except Invalid as refusal:
        return session_page(opened, refusal.status, refusal=refusal.message)
    notice = _("签到码已开放，请把这一页投到屏幕上。")
    return done(notice, "study_logs.wall", session_id=session_id, sitting_id=sitting_id)
