"""After the meeting: 情况报告, 通报, and what its circle reads."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import DomainError, NotFound
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.web import in_language
from plugins.democratic_life import drafts
from plugins.democratic_life.forms.meetings import PaperForm
from plugins.democratic_life.gaps import gaps_in
from plugins.democratic_life.models import Paper
from plugins.democratic_life.queries.gates import Facts
from plugins.democratic_life.queries.handover import raised_in
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.papers import circular_or_404, paper_of
from plugins.democratic_life.services.papers import Draft, may_write, write_paper
from plugins.democratic_life.views.blueprint import bp, found, here
from plugins.democratic_life.wording import Circle, PaperKind, PartOf

USUAL = (PartOf.BASIC, PartOf.ATTENDED, PartOf.SPOKEN, PartOf.RAISED)


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
    with in_language("zh"):
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
        gaps=gaps_in(form.body.data or ""),
    )


@bp.get("/circulars/<int:paper_id>")
@for_members
def circular(paper_id: int) -> ResponseReturnValue:
    """What was published, for those of its circle."""
    shown, meeting = circular_or_404(me(), here(), paper_id)
    return render("democratic_life/circular.html", "circular", paper=shown, meeting=meeting)
