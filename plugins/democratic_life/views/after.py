"""After the meeting: minutes, 情况报告, 通报, and what its circle reads."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from intranet.db import writes
from intranet.errors import Conflict, DomainError, NotFound
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.web import LOCALES
from plugins.democratic_life import drafts
from plugins.democratic_life.forms.meetings import PaperForm, TextForm
from plugins.democratic_life.models import Paper
from plugins.democratic_life.queries.gates import Facts
from plugins.democratic_life.queries.handover import raised_in
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.papers import circular_or_404, paper_of
from plugins.democratic_life.services import said as words
from plugins.democratic_life.services.papers import Draft, may_write, write_paper
from plugins.democratic_life.views.blueprint import bp, found, here, readable
from plugins.democratic_life.words import Circle, PaperKind, PartOf

USUAL = (PartOf.BASIC, PartOf.ATTENDED, PartOf.SPOKEN, PartOf.RAISED)


@bp.get("/meetings/<int:meeting_id>/minutes")
@for_members
@writes  # the entry in the audit log that somebody looked
def minutes(meeting_id: int) -> ResponseReturnValue:
    """会议记录."""
    shown = readable(meeting_id)
    _row, text = words.open_minutes(shown, by=me())
    may_change = words.may_write_minutes(shown)
    return render("democratic_life/minutes.html", "minutes", found=shown, text=text, may_change=may_change)


@bp.route("/meetings/<int:meeting_id>/minutes/edit", methods=["GET", "POST"])
@for_members
@writes  # the form shows what was said
def edit_minutes(meeting_id: int) -> ResponseReturnValue:
    """Made from what was entered, then edited. Nothing typed is lost when two write at once."""
    shown = readable(meeting_id, to_change=request.method == "POST")
    form = TextForm()
    if request.method != "POST":
        if not words.may_write_minutes(shown):
            raise NotFound(_("会议记录由记录人和主持人在开会以后、定稿以前写。"))
        row, text = words.open_minutes(shown, by=me())
        form.version.data = row.version if row else 0
        form.text.data = _drafted(shown) if not text or request.args.get("again") else text
        return _minutes_page(shown, form)
    if not form.validate():
        return _minutes_page(shown, form, 422)
    try:
        words.write_minutes(shown, (form.text.data or "").strip(), version=form.seen, by=me())
    except Conflict as refused:
        row, text = words.open_minutes(shown, by=me())
        form.version.data = row.version if row else 0
        return _minutes_page(shown, form, 409, refused.message, text)
    return done(_("已加密保存。"), "democratic_life.minutes", meeting_id=meeting_id)


def _drafted(shown: Found) -> str:
    opened = words.open_said(shown, by=me())
    with force_locale(LOCALES["zh"]):
        return drafts.minutes_draft(shown, opened)


def _minutes_page(
    shown: Found, form: TextForm, status: int = 200, refusal: object = "", theirs: str = ""
) -> ResponseReturnValue:
    named = {"found": shown, "form": form, "refusal": refusal, "theirs": theirs}
    return render("democratic_life/edit_minutes.html", "form", status, **named)


# 情况报告 and 通报 -----------------------------------------------------------------------------------


@bp.route("/meetings/<int:meeting_id>/papers/<kind>", methods=["GET", "POST"])
@for_members
def paper(meeting_id: int, kind: str) -> ResponseReturnValue:
    """Drafted from the chosen facts, edited, looked at as it will be read, kept."""
    shown = _may_see(found(meeting_id, to_change=request.method == "POST"), kind)
    which, row = PaperKind(kind), paper_of(shown.meeting, PaperKind(kind))
    form = PaperForm()
    if request.method != "POST":
        _begin(form, shown, row)
        return _paper_page(shown, which, form)
    if not form.validate():
        return _paper_page(shown, which, form, 422)
    deed = request.form.get("deed", "")
    if deed == "draft":
        form.body.data = _composed(shown, form.parts.data or ())
    if deed in {"draft", "preview"}:
        return _paper_page(shown, which, form)
    return _keep(shown, which, form)


def _may_see(shown: Found, kind: str) -> Found:
    if kind not in set(PaperKind) or not shown.may_see_papers:
        raise NotFound(_("没有这份材料，或者它不对您开放。"))
    return shown


def _begin(form: PaperForm, shown: Found, row: Paper | None) -> None:
    form.parts.data = [part.value for part in USUAL]
    form.version.data = row.version if row else 0
    form.body.data = row.body if row else _composed(shown, USUAL)
    form.circle.data = (row.circle if row and row.circle else Circle.CADRES).value


def _composed(shown: Found, parts: object) -> str:
    chosen = {PartOf(part) for part in parts} if isinstance(parts, (list, tuple)) else set()
    titles = [raised.title for raised in raised_in(shown.meeting)]
    with force_locale(LOCALES["zh"]):
        return drafts.paper_draft(Facts(shown), chosen, titles)


def _keep(shown: Found, which: PaperKind, form: PaperForm) -> ResponseReturnValue:
    body = (form.body.data or "").strip()
    if not body:
        return _paper_page(shown, which, form, 422, _("正文是空的，请先起草。"))
    circle = Circle(form.circle.data or Circle.CADRES) if which is PaperKind.CIRCULAR else None
    try:
        write_paper(shown, Draft(which, body, circle), version=form.seen, by=me())
    except DomainError as refused:
        row = paper_of(shown.meeting, which)
        form.version.data = row.version if row else 0
        return _paper_page(shown, which, form, refused.status, refused.message)
    return done(_("已保存，可以预览、发出了。"), "democratic_life.meeting", meeting_id=shown.meeting.id)


def _paper_page(
    shown: Found,
    which: PaperKind,
    form: PaperForm,
    status: int = 200,
    refusal: object = "",
) -> ResponseReturnValue:
    return render(
        "democratic_life/paper.html",
        "paper",
        status,
        found=shown,
        kind=which,
        form=form,
        refusal=refusal,
        is_preview=request.form.get("deed") == "preview" and status < HTTPStatus.BAD_REQUEST,
        may_change=may_write(shown, which),
    )


@bp.get("/circulars/<int:paper_id>")
@for_members
def circular(paper_id: int) -> ResponseReturnValue:
    """What was published, for those of its circle."""
    shown, meeting = circular_or_404(me(), here(), paper_id)
    return render("democratic_life/circular.html", "circular", paper=shown, meeting=meeting)
