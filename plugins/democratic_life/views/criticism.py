"""Who has spoken to whom as a table, and the words themselves for those who may open them."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import writes
from intranet.errors import Conflict, DomainError
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.web import number_asked
from plugins.democratic_life.forms.meetings import SaidForm
from plugins.democratic_life.models import Said
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.said import open_pairs, said_or_404, spoken_in
from plugins.democratic_life.services import said as services
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.services.said import Words
from plugins.democratic_life.views.blueprint import bp, readable
from plugins.democratic_life.wording import SaidKind

Pair = tuple[int, int]


@bp.get("/meetings/<int:meeting_id>/criticism")
@for_members
def criticism(meeting_id: int) -> ResponseReturnValue:
    """Who has not yet spoken to whom. Numbers only, so that looking at it opens nothing."""
    shown = readable(meeting_id)
    spoken = spoken_in(shown.meeting)
    left = open_pairs(shown, spoken)
    return render(
        "democratic_life/criticism.html",
        "grid",
        found=shown,
        spoken=spoken,
        left=left,
        next=_next(shown, left),
        writes_for=[each.user_id for each in shown.sitters if services.may_write_for(shown, each.user_id)],
        is_keeper=services.may_write_for(shown, None),
    )


@bp.get("/meetings/<int:meeting_id>/words")
@for_members
@writes  # the entry in the audit log that somebody looked
def words(meeting_id: int) -> ResponseReturnValue:
    """What was said: all of it, or of one kind, by one person, about one person."""
    shown = readable(meeting_id)
    chosen = {
        "kind": request.args.get("kind", ""),
        "speaker": number_asked("speaker"),
        "about": number_asked("about"),
    }
    opened = services.open_said(
        shown,
        by=me(),
        kind=request.args.get("kind", ""),
        speaker_id=number_asked("speaker"),
        about_id=number_asked("about"),
    )
    may_change = {each.said.id for each in opened if services.may_write_for(shown, each.said.speaker_id)}
    return render(
        "democratic_life/words.html",
        "words",
        found=shown,
        opened=opened,
        chosen=chosen,
        may_change=may_change if shown.may_write else set(),
        may_hand_over=services.may_hand_over(shown),
    )


# Writing --------------------------------------------------------------------------------------------


@bp.route("/meetings/<int:meeting_id>/words/new", methods=["GET", "POST"])
@for_members
def say(meeting_id: int) -> ResponseReturnValue:
    """One piece after the other: the next pair that has not spoken is filled in."""
    shown = readable(meeting_id, to_change=request.method == "POST")
    form = _offered(SaidForm(version=1), shown)
    if request.method != "POST":
        _begin(form)
        if not services.may_write_for(shown, None):
            form.speaker.data = me().id
        return _say_page(shown, form)
    if not form.validate():
        return _say_page(shown, form, 422)
    try:
        services.say(shown, _typed(form), by=me())
    except DomainError as refused:
        return _say_page(shown, form, refused.status, refused.message)
    return _on(shown, form)


def _on(shown: Found, form: SaidForm) -> ResponseReturnValue:
    """To the next pair, after a criticism; else back to the table."""
    spoken = spoken_in(shown.meeting)
    notice = _("已加密保存；相互批评意见 %(n)s 条。", n=spoken.total)
    pair = _next(shown, open_pairs(shown, spoken), form.about.data or 0)
    if form.kind.data != SaidKind.CRITICISM or pair is None:
        return done(notice, "democratic_life.criticism", meeting_id=shown.meeting.id)
    speaker, about = pair
    return done(
        notice,
        "democratic_life.say",
        meeting_id=shown.meeting.id,
        kind="criticism",
        speaker=speaker,
        about=about,
    )


def _next(shown: Found, left: list[Pair], about: int = 0) -> Pair | None:
    """Whoever has still to speak to the same person, then to the next one."""
    mine = [pair for pair in left if services.may_write_for(shown, pair[0])]
    order = {each.user_id: place for place, each in enumerate(shown.sitters)}
    mine.sort(key=lambda pair: (pair[1] != about, order[pair[1]], order[pair[0]]))
    return mine[0] if mine else None


def _begin(form: SaidForm) -> None:
    """What the link that led here already knows."""
    kind = request.args.get("kind", "")
    form.kind.data = kind if kind in set(SaidKind) else SaidKind.CRITICISM.value
    form.speaker.data, form.about.data = number_asked("speaker") or None, number_asked("about") or None


def _offered(form: SaidForm, shown: Found) -> SaidForm:
    names = shown.names
    mine = {key: name for key, name in names.items() if services.may_write_for(shown, key)}
    form.offer(mine, names)
    if not services.may_write_for(shown, None):
        form.leave_out_remarks()
    return form


def _typed(form: SaidForm) -> Words:
    """Fields that the kind has no use for are left out."""
    kind = SaidKind(form.kind.data)
    speaker = None if kind is SaidKind.REMARK else form.speaker.data or 0
    about = (form.about.data or 0) if kind is SaidKind.CRITICISM else None
    who = (form.who.data or "").strip() if kind is SaidKind.REMARK else ""
    return Words(kind, (form.text.data or "").strip(), speaker, about, who)


def _say_page(
    shown: Found,
    form: SaidForm,
    status: int = 200,
    refusal: object = "",
    **more: object,
) -> ResponseReturnValue:
    """`said`: the piece that is put right, `theirs`: what somebody else has written meanwhile."""
    words = {"found": shown, "form": form, "refusal": refusal, "said": None, "theirs": "", **more}
    words["is_keeper"] = services.may_write_for(shown, None)
    return render("democratic_life/say.html", "form", status, **words)


# Putting right --------------------------------------------------------------------------------------


@bp.route("/meetings/<int:meeting_id>/words/<int:said_id>", methods=["GET", "POST"])
@for_members
@writes  # the form shows what was said
def correct(meeting_id: int, said_id: int) -> ResponseReturnValue:
    """Other words, or none. What somebody else has written meanwhile is shown, and nothing typed is lost."""
    shown = readable(meeting_id, to_change=request.method == "POST")
    said, form = said_or_404(shown.meeting, said_id), _offered(SaidForm(), shown)
    if request.method != "POST":
        record(shown.meeting, "read", me())
        _fill(form, said)
        return _say_page(shown, form, said=said)
    form.kind.data, form.speaker.data, form.about.data = said.kind.value, said.speaker_id, said.about_id
    if request.form.get("deed") == "strike":
        services.strike(shown, said, by=me())
        return done(_("已删除。"), "democratic_life.criticism", meeting_id=meeting_id)
    if not form.validate():
        return _say_page(shown, form, 422, said=said)
    return _corrected(shown, said, form)


def _corrected(shown: Found, said: Said, form: SaidForm) -> ResponseReturnValue:
    try:
        services.correct(shown, said, _typed(form), version=form.seen, by=me())
    except Conflict as refused:
        now = services.opened([said])[0]
        record(shown.meeting, "read", me())
        form.version.data = said.version
        return _say_page(shown, form, 409, refused.message, said=said, theirs=now.text)
    return done(_("已加密保存。"), "democratic_life.words", meeting_id=shown.meeting.id)


def _fill(form: SaidForm, said: Said) -> None:
    now = services.opened([said])[0]
    form.kind.data, form.speaker.data, form.about.data = said.kind.value, said.speaker_id, said.about_id
    form.text.data, form.who.data, form.version.data = now.text, now.who, said.version
