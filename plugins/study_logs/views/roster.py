"""考勤: the roster with a tap for every person; the same forms without a script."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict, Forbidden
from intranet.extensions import db
from intranet.forms import version_seen
from intranet.htmx import done, render, wants_fragment
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.web import page_asked
from plugins.study_logs.models import Attendance
from plugins.study_logs.queries import roster as queries
from plugins.study_logs.services import roster as services
from plugins.study_logs.steps import RECORD, UNSETTLED, Stage
from plugins.study_logs.views.blueprint import Opened, bp, session_or_404
from plugins.study_logs.views.sessions import to_record
from plugins.study_logs.words import Mark

ROSTER = "study_logs/roster.html"


@bp.get("/sessions/<int:session_id>/roster")
@for_members
def roster(session_id: int) -> ResponseReturnValue:
    """Everybody this person may see, a page, of one unit or of all."""
    return _page(session_or_404(session_id))


def _page(opened: Opened, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    page, found = page_asked() - 1, opened.session
    units = queries.units_on(found, opened.rights)
    chosen = _chosen(units)
    rows = queries.rows_of(found, opened.rights, chosen, page)
    number = units[chosen][0] if chosen else sum(number for number, _left in units.values())
    return render(
        ROSTER,
        "roster",
        status,
        **_common(opened),
        rows=rows,
        units=[(unit, *units[unit.id]) for unit in queries.units_named(units)],
        chosen=chosen,
        counts=queries.counts_of(found),
        page=page + 1,
        pages=max(1, -(-number // queries.PAGE)),
        refusal=refusal,
        may_all=opened.may_record and found.stage in UNSETTLED,
    )


def _common(opened: Opened) -> dict[str, object]:
    is_open = opened.session.stage is Stage.SIGNING
    return {
        "session": opened.session,
        "unit": opened.unit,
        "may_mark": lambda row: is_open and opened.rights.may_mark(row),
        "may_remove": opened.may_record and opened.session.stage in UNSETTLED,
        "names": {unit.id: unit.name for unit in organisation().units},
        "is_open": is_open,
    }


def _chosen(units: dict[int, tuple[int, int]]) -> int | None:
    code = request.values.get("of", "")
    return next((unit.id for unit in queries.units_named(units) if unit.code == code), None)


@bp.post("/sessions/<int:session_id>/roster/<int:row_id>")
@for_members
def mark(session_id: int, row_id: int) -> ResponseReturnValue:
    """A tap: the row with its new mark, and the counts. 409 shows what somebody else has just put there."""
    opened = session_or_404(session_id, hold="share")
    row = _row_or_404(opened, row_id)
    if not opened.rights.may_mark(row):
        raise Forbidden(_("只有这个人所在单位或登记单位的干事、负责人可以登记考勤。"))
    given = request.form.get("mark", "")
    words = {name: request.form.get(name, "").strip() for name in ("reason", "approver")}
    words = {"reason": words["reason"][:200], "approver": words["approver"][:50]}
    wanted = Mark(given) if given in set(Mark) else None
    try:
        services.mark(opened.session, row, wanted, **words, version=version_seen(), by=me())
    except Conflict as refusal:
        return _row(opened, row, 409, str(refusal.message))
    return _row(opened, row)


def _row_or_404(opened: Opened, row_id: int) -> Attendance:
    row = queries.find_row(opened.session, row_id)
    if row is None or not opened.rights.may_see(row):
        abort(404)
    return row


def _row(opened: Opened, row: Attendance, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    """Of a browser without a script the whole page, at this row."""
    if not wants_fragment():
        if refusal:
            return _page(opened, status, refusal)
        page = request.form.get("page", "1")
        where: dict[str, Any] = {"session_id": opened.session.id, "_anchor": f"row-{row.id}"}
        return done(_("已登记。"), "study_logs.roster", page=page if page.isdecimal() else "1", **where)
    db.session.flush()
    context = {**_common(opened), "row": row, "name": queries.name_of(row.user_id), "makeup": None}
    context["page"] = request.form.get("page", 1, type=int)
    counts = queries.counts_of(opened.session)
    html = render_template("study_logs/_tapped.html", **context, counts=counts, row_refusal=refusal)
    return make_response(html, status)


@bp.post("/sessions/<int:session_id>/roster/rest")
@for_members
def mark_rest(session_id: int) -> ResponseReturnValue:
    """其余全部出席, or another mark, for those without one: of the unit shown, or of all of one's units."""
    opened = session_or_404(session_id, hold="share")
    units, chosen = _markable(opened), request.form.get("of", "")
    if not units:
        raise Forbidden(_("只有登记单位和受邀单位的干事、负责人可以登记考勤。"))
    ids = [unit.id for unit in units if not chosen or unit.code == chosen]
    given = request.form.get("mark", "")
    wanted = Mark(given) if given in set(Mark) else Mark.PRESENT
    number = services.mark_rest(opened.session, ids, wanted, by=me())
    notice = _("已登记 %(n)s 人。", n=number)
    return done(notice, "study_logs.roster", session_id=session_id, of=chosen or None)


def _markable(opened: Opened) -> list[Unit]:
    below = organisation().under(opened.unit.path)
    ids = set(opened.rights.units(RECORD, below))
    return [unit for unit in below if unit.id in ids]


@bp.post("/sessions/<int:session_id>/people")
@for_members
def add_person(session_id: int) -> ResponseReturnValue:
    """Somebody who is not on the roster of the invited units."""
    opened = to_record(session_id)
    person = services.add_person(opened.session, request.form.get("username", ""), by=me())
    return done(_("已加入名单：%(name)s", name=person.name), "study_logs.roster", session_id=session_id)


@bp.post("/sessions/<int:session_id>/roster/<int:row_id>/remove")
@for_members
def remove_person(session_id: int, row_id: int) -> ResponseReturnValue:
    """Takes somebody off the roster."""
    opened = to_record(session_id)
    services.remove_person(opened.session, _row_or_404(opened, row_id), by=me())
    return done(_("已移出名单。"), "study_logs.roster", session_id=session_id)
