"""会议记录: the text as it stands, those before it side by side, and writing it."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import keep_on_refusal, writes
from intranet.errors import Conflict, NotFound
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.web import in_language, number_asked
from plugins.democratic_life import drafts
from plugins.democratic_life.forms.meetings import TextForm
from plugins.democratic_life.gaps import gaps_in
from plugins.democratic_life.models import Minutes
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.said import all_minutes, minutes_of
from plugins.democratic_life.review_differences import differences
from plugins.democratic_life.services import minutes as services
from plugins.democratic_life.services.said import open_said
from plugins.democratic_life.views.blueprint import bp, readable


@bp.get("/meetings/<int:meeting_id>/minutes")
@for_members
@writes  # the entry in the audit log that somebody looked
def minutes(meeting_id: int) -> ResponseReturnValue:
    """会议记录; with a number an earlier text of it."""
    shown, number = readable(meeting_id), number_asked("number")
    row, text = services.open_minutes(shown, by=me(), number=number)
    if number and row is None:
        raise NotFound(_("没有这一稿。"))
    return render(
        "democratic_life/minutes.html",
        "minutes",
        found=shown,
        row=row,
        text=text,
        gaps=gaps_in(text),
        texts=all_minutes(shown.meeting),
        may_change=services.may_write_minutes(shown),
    )


@bp.get("/meetings/<int:meeting_id>/minutes/compare")
@for_members
@writes  # the same
def compare_minutes(meeting_id: int) -> ResponseReturnValue:
    """Two texts side by side; the last two if none are named."""
    shown = readable(meeting_id)
    texts = [row for row, _who in reversed(all_minutes(shown.meeting))]
    last = len(texts)
    pair = [_chosen(shown, name, number) for name, number in (("a", max(last - 1, 1)), ("b", last))]
    before, after = services.open_both(shown, pair, by=me())
    page, pairs = "democratic_life/minutes_compare.html", differences(before, after)
    return render(page, "compare", found=shown, texts=texts, first=pair[0], second=pair[1], pairs=pairs)


def _chosen(shown: Found, name: str, number: int) -> Minutes:
    row = minutes_of(shown.meeting, number_asked(name) or number) if number else None
    if row is None:
        raise NotFound(_("没有这一稿。"))
    return row


@bp.route("/meetings/<int:meeting_id>/minutes/edit", methods=["GET", "POST"])
@for_members
@writes  # the form shows what was said
def edit_minutes(meeting_id: int) -> ResponseReturnValue:
    """Made from what was entered, then edited. Nothing typed is lost when two write at once."""
    shown = readable(meeting_id, to_change=request.method == "POST")
    form = TextForm()
    if request.method != "POST":
        if not services.may_write_minutes(shown):
            raise NotFound(_("会议记录由记录人和主持人在开会以后、定稿以前写。"))
        row, text = services.open_minutes(shown, by=me())
        form.version.data = row.number if row else 0
        form.text.data = _drafted(shown) if not text or request.args.get("again") else text
        return _minutes_page(shown, form)
    if not form.validate():
        return _minutes_page(shown, form, 422)
    text = (form.text.data or "").replace("\r\n", "\n").strip()
    try:
        services.write_minutes(shown, text, version=form.seen, by=me())
    except Conflict as refused:
        keep_on_refusal()  # the entry that somebody looked
        row, theirs = services.open_minutes(shown, by=me())
        form.version.data = row.number if row else 0
        return _minutes_page(shown, form, 409, refused.message, theirs)
    return done(_("已加密保存；以前各稿都留着。"), "democratic_life.minutes", meeting_id=meeting_id)


def _drafted(shown: Found) -> str:
    opened = open_said(shown, by=me())
    with in_language("zh"):
        return drafts.minutes_draft(shown, opened)


def _minutes_page(
    shown: Found, form: TextForm, status: int = 200, refusal: object = "", theirs: str = ""
) -> ResponseReturnValue:
    named = {"found": shown, "form": form, "refusal": refusal, "theirs": theirs}
    return render("democratic_life/edit_minutes.html", "form", status, **named)
