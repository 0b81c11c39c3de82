"""补课: the list, one's own page that saves while one writes, and what a recorder decides."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import attachments
from intranet.errors import Conflict, DomainError, Invalid
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.shelf import Shelf, hang_files
from intranet.web import page_asked
from plugins.study_logs.forms import DecideForm, MakeupForm
from plugins.study_logs.queries import makeups as queries
from plugins.study_logs.queries.scope import find_session, rules_for, sittings_of, subject_of
from plugins.study_logs.rights import Rights
from plugins.study_logs.services import makeups as services
from plugins.study_logs.steps import Stage
from plugins.study_logs.views.blueprint import bp, here, makeup_bp
from plugins.study_logs.views.quizzes import test_of
from plugins.study_logs.views.saving import saved, version_to_save
from plugins.study_logs.views.shelf import Record, allows, files_of, shelf_of
from plugins.study_logs.wording import OPEN_MAKEUPS, MakeupState

PAGE = "study_logs/makeup.html"


@bp.get("/makeups/")
@for_members
def makeups() -> ResponseReturnValue:
    """One's own, and those of people whose attendance one may see."""
    asked, session_id = request.args.get("state", ""), request.args.get("session", type=int)
    states = _states(asked)
    rows, numbers = queries.makeups_under(here(), Rights(me()), states, page_asked() - 1, session_id)
    total = sum(numbers.get(state, 0) for state in states)
    return render(
        "study_logs/makeups.html",
        "list",
        rows=rows,
        numbers=numbers,
        open=sum(numbers.get(state, 0) for state in OPEN_MAKEUPS),
        asked=asked if len(states) < len(MakeupState) else None,
        session=find_session(here(), me(), session_id) if session_id else None,
        page=page_asked(),
        pages=max(1, -(-total // queries.PAGE)),
    )


def _states(asked: str) -> tuple[MakeupState, ...]:
    """One, those that are open, or all."""
    if asked in set(MakeupState):
        return (MakeupState(asked),)
    return OPEN_MAKEUPS if asked == "open" else tuple(MakeupState)


def _whole(makeup_id: int, *, to_change: bool = False) -> queries.Whole:
    return queries.find_makeup(here(), Rights(me()), makeup_id, to_change=to_change) or abort(404)


@bp.get("/makeups/<int:makeup_id>")
@for_members
def makeup(makeup_id: int) -> ResponseReturnValue:
    """What was missed, the material, and what the absentee writes about it."""
    return _page(_whole(makeup_id))


def _page(whole: queries.Whole, status: int = 200, **more: object) -> ResponseReturnValue:
    return render(PAGE, "makeup", status, **{**_context(whole), **more})


def _context(whole: queries.Whole) -> dict[str, object]:
    one, row, session, name = whole
    record = _record(whole)
    may_write = allows(record.check)
    form = MakeupForm(formdata=None, note=one.note, version=one.version) if may_write else None
    may_decide = Rights(me()).may_decide(row) and session.stage is Stage.RECORDED
    unit = organisation().by_id[session.unit_id]
    return {
        "makeup": one,
        "row": row,
        "session": session,
        "name": name,
        "session_opens": find_session(here(), me(), session.id) is not None,
        "sittings": sittings_of(session),
        "material": [(file, who, False) for file, who in attachments.of(subject_of(session.id))],
        "test": test_of(session),
        "files": files_of(record),
        "may_write": may_write,
        "may_decide": may_decide
        and one.state in {*MakeupState} - {MakeupState.CONFIRMED, MakeupState.EXCUSED},
        "form": form,
        "decide": DecideForm(formdata=None, version=one.version),
        "least": rules_for(unit).makeup_signs,
        "refusal": "",
        "files_refusal": "",
    }


@bp.post("/makeups/<int:makeup_id>/draft")
@for_members
def save_makeup(makeup_id: int) -> ResponseReturnValue:
    """Kept while it is written."""
    one, row, session, _name = whole = _whole(makeup_id, to_change=True)
    services.check_may_write(one, row, session, by=me())
    form = MakeupForm()
    if not form.validate():
        return _page(whole, 422, form=form)
    try:
        services.save_draft(one, form.note.data or "", version=version_to_save(form))
    except Conflict as refusal:
        return saved(one, refusal=str(refusal.message), theirs=one.note)
    return saved(one)


@bp.post("/makeups/<int:makeup_id>/hand-in")
@for_members
def hand_in(makeup_id: int) -> ResponseReturnValue:
    """The recorder is told; from now on it waits for them."""
    one, row, session, _name = whole = _whole(makeup_id, to_change=True)
    form = MakeupForm()
    if not form.validate():
        return _page(whole, 422, form=form)
    try:
        version = form.version.data or 0
        services.hand_in(one, row, session, form.note.data or "", version=version, by=me())
    except (Conflict, Invalid) as refusal:
        form.version.data = one.version
        return _page(whole, refusal.status, form=form, refusal=refusal.message)
    return done(_("补课已交，等干事确认。"), "study_logs.makeup", makeup_id=makeup_id)


@bp.post("/makeups/<int:makeup_id>/decide")
@for_members
def decide(makeup_id: int) -> ResponseReturnValue:
    """Confirms, returns or excuses."""
    one, row, session, _name = whole = _whole(makeup_id, to_change=True)
    form, asked = DecideForm(), request.form.get("state", "")
    state = MakeupState(asked) if asked in set(MakeupState) else MakeupState.OWED
    if not form.validate():
        return _page(whole, 422, decide=form)
    try:
        version = form.version.data or 0
        services.decide(one, row, session, state, form.reason.data or "", version=version, by=me())
    except (Conflict, Invalid) as refusal:
        return _refused(whole, form, refusal)
    return done(_("补课已办理。"), "study_logs.makeup", makeup_id=makeup_id)


def _refused(whole: queries.Whole, form: DecideForm, refusal: DomainError) -> ResponseReturnValue:
    form.version.data = whole.Makeup.version
    return _page(whole, refusal.status, decide=form, refusal=refusal.message)


# Files -------------------------------------------------------------------------------------------


def _record(whole: queries.Whole) -> Record:
    one, row, session, _name = whole

    def check() -> None:
        services.check_may_write(one, row, session, by=me())

    return Record(queries.subject_of(one.id), organisation().by_id[row.unit_id], check)


def _shelf(record_id: int, *, to_change: bool = False) -> Shelf:
    whole = _whole(record_id, to_change=to_change)

    def section(status: int, refusal: str) -> ResponseReturnValue:
        return render(PAGE, "files", status, **_context(whole) | {"files_refusal": refusal})

    return shelf_of(_record(whole), section, "study_logs.makeup", makeup_id=record_id)


hang_files(makeup_bp, "/makeups/<int:record_id>", _shelf)
