"""Talks: one's own, those one oversees, planning one and taking it further. No word of what was said."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from intranet import clock
from intranet.errors import Conflict, Invalid
from intranet.htmx import done, render
from intranet.permissions import for_members, me, requires
from intranet.web import number_asked, page_asked
from plugins.talk_records.forms import StepForm, TalkForm
from plugins.talk_records.models import Talk
from plugins.talk_records.queries.needs import open_needs_of
from plugins.talk_records.queries.roster import people_to_name
from plugins.talk_records.queries.talks import PAGE, Found, between, known_to, mine, talks
from plugins.talk_records.services.talks import plan_talk, take
from plugins.talk_records.views.blueprint import bp, found, here
from plugins.talk_records.wording import Kind, State


@bp.get("/")
@for_members
def index() -> ResponseReturnValue:
    """With whom I have still to talk, and my talks. A day of the calendar shows its talk at once."""
    asked, page = number_asked("talk"), page_asked(1000)
    if asked and talks(me(), mine(me().id), Talk.id == asked):
        return talk(asked)
    shown = talks(me(), mine(me().id), page=page)
    needs = open_needs_of(me())
    return render(
        "talk_records/index.html",
        "talks",
        needs=needs,
        is_late=any(need.cycle.due_on < clock.today() for need in needs),
        talks=shown[:PAGE],
        has_more=len(shown) > PAGE,
        page=page,
        user_id=me().id,
    )


@bp.get("/talks")
@requires("talk_records:overview")
def talk_list() -> ResponseReturnValue:
    """That talks took place: who with whom, when, of which kind, how far."""
    page, kind, state = page_asked(1000), request.args.get("kind", ""), request.args.get("state", "")
    first, second = number_asked("a"), number_asked("b")
    which: list[ColumnElement[bool]] = [known_to(me(), here())]
    if kind in set(Kind):
        which.append(Talk.kind == Kind(kind))
    if state in set(State):
        which.append(Talk.state == State(state))
    if first and second:
        which.append(between(first, second))
    shown = talks(me(), *which, page=page)
    chosen = {"kind": kind, "state": state, "a": first or None, "b": second or None}
    return render(
        "talk_records/talks.html",
        "talks",
        talks=shown[:PAGE],
        has_more=len(shown) > PAGE,
        page=page,
        chosen=chosen,
    )


@bp.route("/talks/new", methods=["GET", "POST"])
@for_members
def plan() -> ResponseReturnValue:
    """安排谈话."""
    form = TalkForm()
    form.offer({me().id: me().name} | people_to_name(here()))
    if request.method != "POST":
        _begin(form)
        return render("talk_records/plan.html", "form", form=form, refusal="")
    if not form.validate():
        return render("talk_records/plan.html", "form", 422, form=form, refusal="")
    try:
        made = plan_talk(here(), form.plan(), by=me())
    except Invalid as refused:
        return render("talk_records/plan.html", "form", 422, form=form, refusal=refused.message)
    return done(_("已安排，对方会收到消息。"), "talk_records.talk", talk_id=made.id)


def _begin(form: TalkForm) -> None:
    """What the link that led here already knows."""
    form.host.data = me().id
    form.subjects.data = [number_asked("with")]
    kind = request.args.get("kind", "")
    form.kind.data = kind if kind in set(Kind) else Kind.OTHER.value


@bp.get("/talks/<int:talk_id>")
@for_members
def talk(talk_id: int) -> ResponseReturnValue:
    """What may be known of it by those who may not open it, and the way to open it for those who may."""
    return _talk_page(found(talk_id))


def _talk_page(
    shown: Found, status: int = 200, refused: tuple[str, object] = ("", "")
) -> ResponseReturnValue:
    form = StepForm()
    form.version.data = shown.talk.version
    if not form.is_submitted():
        form.held_on.data = shown.talk.held_on or clock.today()
        form.follow_up_on.data = shown.talk.follow_up_on
        form.day.data = shown.talk.meet_on
    return render("talk_records/talk.html", "talk", status, found=shown, form=form, refused=refused)


@bp.post("/talks/<int:talk_id>/steps/<name>")
@for_members
def step(talk_id: int, name: str) -> ResponseReturnValue:
    """One step of the table."""
    shown, form = found(talk_id, to_change=True), StepForm()
    if not form.validate():
        errors = [sentence for field in form for sentence in field.errors]
        return _talk_page(shown, 422, (name, errors[0]))
    try:
        taken = take(shown, name, form.days(), version=form.seen, by=me())
    except Invalid as refusal:
        return _talk_page(shown, 422, (name, refusal.message))
    except Conflict as refusal:
        return _talk_page(found(talk_id), 409, (name, refusal.message))
    return done(_("已办理：%(verb)s。", verb=str(taken.verb)), "talk_records.talk", talk_id=talk_id)
