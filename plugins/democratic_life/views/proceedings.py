"""While it is held: attendance, the order of proceedings, and the view for the screen in the room."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.errors import DomainError
from intranet.htmx import done, render, wants_fragment
from intranet.permissions import for_members, me
from plugins.democratic_life.forms.meetings import AgendaForm
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.services import holding as services
from plugins.democratic_life.views.blueprint import bp, found
from plugins.democratic_life.wording import Attendance

LONGEST = 200


@bp.get("/meetings/<int:meeting_id>/attendance")
@for_members
def attendance(meeting_id: int) -> ResponseReturnValue:
    """Who is there, and whether that is enough."""
    return _attendance_page(found(meeting_id))


@bp.post("/meetings/<int:meeting_id>/attendance/<int:user_id>")
@for_members
def attend(meeting_id: int, user_id: int) -> ResponseReturnValue:
    """One tap."""
    shown, word = found(meeting_id, to_change=True), request.form.get("word", "")
    mark = Attendance(word) if word in set(Attendance) else None
    reason = request.form.get("reason", "").strip()[:LONGEST]
    try:
        services.attend(shown, user_id, mark, reason, by=me())
    except DomainError as refused:
        return _attendance_page(shown, refused.status, refused.message)
    if wants_fragment():
        return _attendance_page(found(meeting_id))
    return done(_("已签到。"), "democratic_life.attendance", meeting_id=meeting_id)


@bp.post("/meetings/<int:meeting_id>/told/<int:user_id>")
@for_members
def told(meeting_id: int, user_id: int) -> ResponseReturnValue:
    """Somebody who was absent has been told."""
    services.tell_absent(found(meeting_id, to_change=True), user_id, by=me())
    return done(_("已登记转告。"), "democratic_life.attendance", meeting_id=meeting_id)


def _attendance_page(shown: Found, status: int = 200, refusal: object = "") -> ResponseReturnValue:
    return render(
        "democratic_life/attendance.html",
        "attendance",
        status,
        found=shown,
        refusal=refusal,
        user_id=me().id,
    )


# Order of proceedings -------------------------------------------------------------------------------


@bp.route("/meetings/<int:meeting_id>/agenda", methods=["GET", "POST"])
@for_members
def agenda(meeting_id: int) -> ResponseReturnValue:
    """The items, and putting them in order."""
    shown = found(meeting_id, to_change=request.method == "POST")
    form = AgendaForm()
    if request.method != "POST":
        form.items.data, form.version.data = "\n".join(shown.meeting.agenda), shown.meeting.version
        return _agenda_page(shown, form)
    if not form.validate():
        return _agenda_page(shown, form, 422)
    try:
        services.set_agenda(shown, form.lines, version=form.seen, by=me())
    except DomainError as refused:
        form.version.data = shown.meeting.version
        return _agenda_page(shown, form, refused.status, refused.message)
    return done(_("已保存。"), "democratic_life.agenda", meeting_id=meeting_id)


def _agenda_page(
    shown: Found, form: AgendaForm, status: int = 200, refusal: object = ""
) -> ResponseReturnValue:
    return render("democratic_life/agenda.html", "agenda", status, found=shown, form=form, refusal=refusal)


@bp.get("/meetings/<int:meeting_id>/show")
@for_members
def show(meeting_id: int) -> ResponseReturnValue:
    """For the screen in the room: the item it is at, the next one, the time. Nothing that is sealed."""
    return _show_page(found(meeting_id))


@bp.post("/meetings/<int:meeting_id>/show")
@for_members
def go_to(meeting_id: int) -> ResponseReturnValue:
    """On to another item."""
    shown, item = found(meeting_id, to_change=True), request.form.get("item", -1, type=int)
    services.go_to(shown, item, by=me())
    if wants_fragment():
        return _show_page(found(meeting_id))
    return done(_("已切换。"), "democratic_life.show", meeting_id=meeting_id)


def _show_page(shown: Found) -> ResponseReturnValue:
    since = shown.meeting.item_at
    minutes = int((clock.now() - since).total_seconds() // 60) if since else 0
    now = f"{clock.local(clock.now()):%H:%M}"
    return render("democratic_life/show.html", "show", found=shown, minutes=minutes, now=now)
