"""考勤: the roster with a tap for every person; the same forms without a script."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from intranet.errors import Conflict, Forbidden, Invalid
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
from plugins.study_logs.views.blueprint import Opened, bp, session_or_404, to_record
from plugins.study_logs.wording import ATTENDED, Mark

ROSTER = "study_logs/roster.html"
LONGEST = {"reason": 200, "approver": 50}
"""What the columns hold."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the roster the page shows, as it stands in its address and in that of each tap."""

    page: int
    of: str
    show: str

    @property
    def arguments(self) -> dict[str, Any]:
        found = {"of": self.of, "show": self.show, "page": self.page if self.page > 1 else None}
        return {name: value for name, value in found.items() if value}


def asked() -> Asked:
    """What the address says; of words nobody knows none go back into a page."""
    show, code = request.args.get("show", ""), request.args.get("of", "")
    known = {*Mark, queries.CAME, queries.UNMARKED}
    of = code if code in organisation().by_code else ""
    return Asked(page_asked(), of, show if show in known else "")


@bp.get("/sessions/<int:session_id>/roster")
@for_members
def roster(session_id: int) -> ResponseReturnValue:
    """Everybody this person may see, a page, of one unit or of all; or those behind one number."""
    return _page(session_or_404(session_id))


def _page(opened: Opened, status: int = 200, refusal: str = "", **more: object) -> ResponseReturnValue:
    found, part = opened.session, asked()
    marks = queries.marks_by_unit(found, opened.rights)
    here, counts = _in_part(opened, part), _counts(marks, part)
    return render(
        ROSTER,
        "roster",
        status,
        **{**_common(opened), **more},
        part=part,
        rows=queries.rows_of([*here, *queries.in_group(part.show)], part.page - 1),
        units=[(unit, marks[unit.id].total(), marks[unit.id][None]) for unit in queries.units_named(marks)],
        counts=counts,
        others=queries.counts_of(found).expected - queries.counted(marks.values()).expected,
        batch=queries.last_batch(found, me()) if found.stage is Stage.SIGNING else None,
        pages=max(1, -(-counts.of(part.show) // queries.PAGE)),
        refusal=refusal,
        may_all=opened.may_record and found.stage in UNSETTLED,
    )


def _counts(marks: Mapping[int, queries.Marks], part: Asked) -> queries.Counts:
    """The numbers over the list: of the unit that was chosen, or of all."""
    unit = organisation().by_code.get(part.of)
    return queries.counted([marks.get(unit.id, Counter())] if unit else marks.values())


def _in_part(opened: Opened, part: Asked) -> list[ColumnElement[bool]]:
    """The rows the numbers over the list count: what this person may see, of the unit that was chosen."""
    unit = organisation().by_code.get(part.of)
    chosen = [Attendance.unit_id == unit.id] if unit else []
    return [queries.seen(opened.session, opened.rights), *chosen]


def _common(opened: Opened) -> dict[str, object]:
    is_open = opened.session.stage is Stage.SIGNING
    return {
        "session": opened.session,
        "unit": opened.unit,
        "may_mark": lambda row: is_open and opened.rights.may_mark(row),
        "may_remove": opened.may_record and opened.session.stage in UNSETTLED,
        "names": {unit.id: unit.name for unit in organisation().by_id.values()},
        "codes": {unit.id: unit.code for unit in organisation().by_id.values()},
        "is_open": is_open,
        "doubted": None,
        "typed": {},
        "kept": None,
        "username": "",
    }


@bp.post("/sessions/<int:session_id>/roster/<int:row_id>")
@for_members
def mark(session_id: int, row_id: int) -> ResponseReturnValue:
    """A tap: the row with its new mark, and the counts. 409 shows what somebody else has just put there.

    The reason that was typed then stands in the row, to be saved after all.
    Who has signed in is not taken for absent without a second tap.
    """
    opened = session_or_404(session_id, hold="share")
    row = _row_or_404(opened, row_id)
    if not opened.rights.may_mark(row):
        raise Forbidden(_("只有这个人所在单位或登记单位的干事、负责人可以登记考勤。"))
    wanted, words = _mark_asked(), {name: request.form.get(name, "").strip() for name in LONGEST}
    kept = {"kept": (row.id, wanted, words)}
    if any(len(words[name]) > longest for name, longest in LONGEST.items()):
        refusal = _(
            "事由最多 %(reason)s 字，批准人最多 %(approver)s 字，没有登记。请缩短后再点一次。", **LONGEST
        )
        return _row(opened, row, 422, refusal=refusal, **kept)
    if row.signed_at and wanted not in ATTENDED and request.form.get("sure") != "1":
        return _row(opened, row, 409, doubted=(row.id, wanted), typed=words)
    try:
        services.mark(opened.session, row, wanted, **words, version=version_seen(), by=me())
    except Conflict as refusal:
        return _row(opened, row, 409, refusal=str(refusal.message), **kept)
    return _row(opened, row)


def _mark_asked() -> Mark | None:
    """None for no mark; 400 for one nobody knows."""
    given = request.form.get("mark", "")
    if given and given not in set(Mark):
        abort(400)
    return Mark(given) if given else None


def _row_or_404(opened: Opened, row_id: int) -> Attendance:
    row = queries.find_row(opened.session, row_id)
    if row is None or not opened.rights.may_see(row):
        abort(404)
    return row


def _row(
    opened: Opened, row: Attendance, status: int = 200, refusal: str = "", **more: object
) -> ResponseReturnValue:
    """Of a browser without a script the whole page, at this row."""
    part = asked()
    if not wants_fragment():
        if status != HTTPStatus.OK:
            return _page(opened, status, refusal, **more)
        where: dict[str, Any] = {"session_id": opened.session.id, "_anchor": f"row-{row.id}"}
        return done(_("已登记。"), "study_logs.roster", **part.arguments, **where)
    db.session.flush()
    context = {**_common(opened), "row": row, "name": queries.name_of(row.user_id), "makeup": None}
    counts = _counts(queries.marks_by_unit(opened.session, opened.rights), part)
    more |= {"part": part, "counts": counts, "row_refusal": refusal}
    return make_response(render_template("study_logs/_tapped.html", **{**context, **more}), status)


@bp.post("/sessions/<int:session_id>/roster/rest")
@for_members
def mark_rest(session_id: int) -> ResponseReturnValue:
    """其余全部出席, or another mark, for those without one: of the unit shown, or of all of one's units."""
    opened = session_or_404(session_id, hold="share")
    units, chosen = _markable(opened), request.form.get("of", "")
    if not units:
        raise Forbidden(_("只有登记单位和受邀单位的干事、负责人可以登记考勤。"))
    ids = [unit.id for unit in units if not chosen or unit.code == chosen]
    wanted = _mark_asked() or abort(400)
    number = services.mark_rest(opened.session, ids, wanted, by=me())
    notice = _("已登记 %(n)s 人。", n=number)
    return done(notice, "study_logs.roster", session_id=session_id, of=chosen or None)


@bp.post("/sessions/<int:session_id>/roster/undo")
@for_members
def undo_rest(session_id: int) -> ResponseReturnValue:
    """Takes back what this person has just marked in one go; what was changed since stays."""
    opened = session_or_404(session_id, hold="share")
    number = services.unmark_batch(opened.session, request.form.get("at", ""), by=me())
    notice = _("已撤销，%(n)s 人回到未登记。", n=number)
    return done(notice, "study_logs.roster", session_id=session_id, **asked().arguments)


def _markable(opened: Opened) -> list[Unit]:
    below = organisation().under(opened.unit.path)
    ids = set(opened.rights.units(RECORD, below))
    return [unit for unit in below if unit.id in ids]


@bp.post("/sessions/<int:session_id>/people")
@for_members
def add_person(session_id: int) -> ResponseReturnValue:
    """Somebody who is not on the roster of the invited units."""
    opened, typed = to_record(session_id), request.form.get("username", "")
    try:
        person = services.add_person(opened.session, typed, by=me())
    except Invalid as refusal:
        return _page(opened, refusal.status, str(refusal.message), username=typed)
    return done(_("已加入名单：%(name)s", name=person.name), "study_logs.roster", session_id=session_id)


@bp.post("/sessions/<int:session_id>/roster/<int:row_id>/remove")
@for_members
def remove_person(session_id: int, row_id: int) -> ResponseReturnValue:
    """Takes somebody off the roster."""
    opened = to_record(session_id)
    services.remove_person(opened.session, _row_or_404(opened, row_id), by=me())
    return done(_("已移出名单。"), "study_logs.roster", session_id=session_id)
