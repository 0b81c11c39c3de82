"""Meetings: the list, one of them with its gates, planning one, who sits in it, its steps."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Text
from intranet.errors import Conflict, DomainError, Forbidden, Invalid
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.models import UnitKind
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from plugins.democratic_life.forms.meetings import MeetingForm, SeatForm, StepForm
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.gates import Facts, gates_of
from plugins.democratic_life.queries.meetings import PAGE, Found, last_of, meetings_of
from plugins.democratic_life.queries.papers import circulars
from plugins.democratic_life.queries.people import people_to_name
from plugins.democratic_life.queries.raised import outcomes_of
from plugins.democratic_life.services import meetings as services
from plugins.democratic_life.services.gates import may_waive
from plugins.democratic_life.services.steps import take
from plugins.democratic_life.views.blueprint import bp, found, here
from plugins.democratic_life.wording import Kind, Phase, Stage


@bp.get("/")
@for_members
def index() -> ResponseReturnValue:
    """The meetings this person may know of, and the circulars they may read."""
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    stage = _stage()
    shown = meetings_of(me(), here(), page, stage)
    return render(
        "democratic_life/index.html",
        "meetings",
        meetings=shown[:PAGE],
        has_more=len(shown) > PAGE,
        page=page,
        stage=stage,
        units=organisation().by_id,
        circulars=circulars(me(), here()),
    )


def _stage() -> Stage | None:
    """Of the address; what is no such word filters nothing."""
    word = request.args.get("stage", "")
    return Stage(word) if word in set(Stage) else None


@bp.get("/meetings/<int:meeting_id>")
@for_members
def meeting(meeting_id: int) -> ResponseReturnValue:
    """How far it is: its gates, and what can be done next. Numbers, and no word of what was said."""
    return meeting_page(found(meeting_id))


def meeting_page(
    shown: Found,
    status: int = 200,
    refused: tuple[str, object] = ("", ""),
    typed: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """`refused`: which step and why; what was typed for it stands there again."""
    facts = Facts(shown)
    gates = gates_of(facts)
    lists = {phase: [seen for seen in gates if seen.gate.phase is phase] for phase in Phase}
    return render(
        "democratic_life/meeting.html",
        "meeting",
        status,
        found=shown,
        gates=lists,
        spoken=facts.spoken,
        raised=facts.raised,
        outcomes=outcomes_of(me(), facts.raised),
        may_waive=may_waive(shown),
        refused=refused,
        typed=typed or {},
    )


@bp.post("/meetings/<int:meeting_id>/steps/<name>")
@for_members
def step(meeting_id: int, name: str) -> ResponseReturnValue:
    """One step of the table."""
    shown, form = found(meeting_id, to_change=True), StepForm()
    if not form.validate():
        return meeting_page(shown, 422, (name, form.fault), request.form)
    try:
        taken = take(shown, name, form.word, version=form.seen, by=me())
    except Invalid as refusal:
        return meeting_page(shown, 422, (name, refusal.message), request.form)
    except Conflict as refusal:
        return meeting_page(found(meeting_id), 409, (name, refusal.message), request.form)
    return done(
        _("已办理：%(verb)s。", verb=str(taken.verb)), "democratic_life.meeting", meeting_id=meeting_id
    )


# Planning -------------------------------------------------------------------------------------------


@bp.route("/meetings/new", methods=["GET", "POST"])
@requires("democratic_life:prepare")
def plan() -> ResponseReturnValue:
    """A new meeting; what the last one was held by is filled in."""
    form = MeetingForm(version=1)
    form.offer(people_to_name(here()))
    if request.method != "POST":
        _begin(form)
        return _form_page(form)
    if not form.validate():
        return _form_page(form, 422)
    made = services.plan_meeting(here(), form.values(), by=me())
    return done(_("已建立，请核对参加人员。"), "democratic_life.seats", meeting_id=made.id)


def _begin(form: MeetingForm) -> None:
    is_branch = here().kind in {UnitKind.BRANCH, UnitKind.GROUP, UnitKind.DEPARTMENT}
    kind = Kind.ORGANISATIONAL if is_branch else Kind.DEMOCRATIC
    last = last_of(here(), kind) or Meeting(
        quorum=67, plan_days=15, notice_days=15, review_days=7, report_days=15, announce_days=14
    )
    form.process(None, last, version=1, kind=kind.value, name="", theme="", meets_at=None)
    form.offer(people_to_name(here(), last.chair_id, last.recorder_id))
    form.kind.data, form.name.data, form.theme.data, form.meets_at.data = kind.value, "", "", None
    form.chair.data, form.recorder.data = last.chair_id, last.recorder_id
    form.version.data = 1


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@for_members
def edit(meeting_id: int) -> ResponseReturnValue:
    """Its plan, until it is handed in."""
    shown = found(meeting_id, to_change=request.method == "POST")
    row = shown.meeting
    form = MeetingForm(obj=row)
    form.offer(people_to_name(shown.unit, row.chair_id, row.recorder_id))
    if request.method != "POST":
        form.chair.data, form.recorder.data = row.chair_id, row.recorder_id
        form.meets_at.data = clock.local(row.meets_at) if row.meets_at else None
        return _form_page(form, shown=shown)
    if not form.validate():
        return _form_page(form, 422, shown=shown)
    work = lambda: services.change_meeting(shown, form.values(), version=form.seen, by=me())  # noqa: E731
    return _saved(form, shown, work)


def _saved(form: MeetingForm, shown: Found, work: Callable[[], None]) -> ResponseReturnValue:
    try:
        work()
    except DomainError as refused:
        form.version.data = shown.meeting.version
        return _form_page(form, refused.status, refused.message, shown)
    return done(_("已保存。"), "democratic_life.meeting", meeting_id=shown.meeting.id)


def _form_page(
    form: MeetingForm, status: int = 200, refusal: object = "", shown: Found | None = None
) -> ResponseReturnValue:
    return render("democratic_life/plan.html", "form", status, form=form, refusal=refusal, found=shown)


@bp.post("/meetings/<int:meeting_id>/delete")
@for_members
def delete_meeting(meeting_id: int) -> ResponseReturnValue:
    """One that was planned and never handed in."""
    shown = found(meeting_id, to_change=True)
    if not shown.may_keep:
        raise Forbidden(_("删除由筹备会议的人办理。"))
    try:
        services.delete_meeting(shown, version=version_seen(), by=me())
    except Conflict as refusal:
        return meeting_page(found(meeting_id), 409, ("delete", refusal.message))
    return done(_("已删除，它的参加人员、对照检查也一并删除。"), "democratic_life.index")


# Who sits in it -------------------------------------------------------------------------------------


@bp.route("/meetings/<int:meeting_id>/seats", methods=["GET", "POST"])
@for_members
def seats(meeting_id: int) -> ResponseReturnValue:
    """Who belongs to the meeting; taken over, added, put right."""
    shown = found(meeting_id, to_change=request.method == "POST")
    form = SeatForm(version=shown.meeting.version)
    form.offer(people_to_name(shown.unit) if shown.may_edit else {})
    if request.method != "POST":
        return _seats_page(shown, form)
    if not form.validate():
        return _seats_page(shown, form, 422)
    try:
        notice = _save_seats(shown, form)
    except DomainError as refused:
        form.version.data = shown.meeting.version
        return _seats_page(shown, form, refused.status, refused.message)
    return done(notice, "democratic_life.seats", meeting_id=meeting_id)


def _save_seats(shown: Found, form: SeatForm) -> Text:
    """What came of it; nobody to take over is said, for the page looks the same."""
    deed = request.form.get("deed", "")
    places = [_typed(each.user_id) for each in shown.sitters if f"remove-{each.user_id}" not in request.form]
    if form.person.data:
        places.append(services.Place(form.person.data, (form.duty.data or "").strip()))
    if deed in {services.ROSTER, services.MEMBERS, services.LAST}:
        added = services.take_over(shown, deed, places, version=form.seen, by=me())
        return _("已带入 %(n)s 人，请核对。", n=added) if added else _("已保存；那里没有可以再带入的人。")
    services.save_seats(shown, places, version=form.seen, by=me())
    return _("已保存。")


LONGEST = {"duty": 50, "charges": 300}


def _words(name: str, most: int) -> str:
    words = request.form.get(name, "").strip()
    if len(words) > most:
        raise Invalid(_("职务最多 50 个字，分管最多 300 个字，请删减。"))
    return words


def _typed(user_id: int) -> services.Place:
    duty, charges = (_words(f"{name}-{user_id}", most) for name, most in LONGEST.items())
    is_chief = request.form.get("chief") == str(user_id)
    return services.Place(user_id, duty, charges, is_chief)


def _seats_page(shown: Found, form: SeatForm, status: int = 200, refusal: object = "") -> ResponseReturnValue:
    """What was typed stands there again when it was refused."""
    typed = request.form if status >= HTTPStatus.BAD_REQUEST else {}
    words = {"found": shown, "form": form, "refusal": refusal, "typed": typed}
    return render("democratic_life/seats.html", "seats", status, **words)
