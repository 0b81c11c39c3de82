"""Comments on the card's page: write, name people, change, take back; and who watches the card."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.errors import Conflict
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.wording import listed
from plugins.rectification.forms.talk import CommentForm, EditCommentForm
from plugins.rectification.models import Card, Comment
from plugins.rectification.queries.comments import comment_of
from plugins.rectification.queries.people import readers_like
from plugins.rectification.services import comments as services
from plugins.rectification.services.watching import set_watching
from plugins.rectification.views.blank import filled_in
from plugins.rectification.views.blueprint import bp, card_or_404
from plugins.rectification.views.card import CARD, card_context

EDIT = "rectification/comment.html"


@bp.post("/cards/<int:card_id>/comments")
@for_members
def add_comment(card_id: int) -> ResponseReturnValue:
    """Whoever may read a card may say something about it."""
    opened = card_or_404(card_id, to_change=True)
    form = CommentForm()
    if not form.validate():
        return render(CARD, "comments", 422, **(card_context(opened) | {"comment_fields": filled_in(form)}))
    text = form.words.data or ""
    told = services.add_comment(opened.card, text, by=me())
    return done(_notice(text, told), "rectification.card", card_id=card_id)


def _notice(text: str, told: list[str]) -> str:
    if told:
        return str(_("评论已发，已通知%(names)s。", names=listed(told)))
    if services.NAMED.search(text):
        return str(_("评论已发。@ 后面没有写出能看到此卡的人的姓名或工号，没有通知人。"))
    return str(_("评论已发。"))


def _comment_or_404(card: Card, comment_id: int) -> Comment:
    comment = comment_of(card, comment_id)
    if comment is None:
        abort(404)
    return comment


@bp.route("/cards/<int:card_id>/comments/<int:comment_id>", methods=["GET", "POST"])
@for_members
def edit_comment(card_id: int, comment_id: int) -> ResponseReturnValue:
    """Other words for one's own comment."""
    opened = card_or_404(card_id, to_change=request.method == "POST")
    comment = _comment_or_404(opened.card, comment_id)
    services.check_own(opened.card, comment, me())
    form = EditCommentForm(data={"words": comment.text, "version": comment.version})
    context = {"form": form, "card": opened.card, "comment": comment, "refusal": ""}
    if request.method != "POST" or not form.validate():
        return render(EDIT, "form", 200 if request.method != "POST" else 422, **context)
    try:
        version = form.version.data or 0
        services.edit_comment(opened.card, comment, form.words.data or "", version=version, by=me())
    except Conflict as refusal:
        form.version.data = comment.version
        return render(EDIT, "form", 409, **(context | {"refusal": refusal.message}))
    return done(_("评论已修改。"), "rectification.card", card_id=card_id)


@bp.post("/cards/<int:card_id>/comments/<int:comment_id>/remove")
@for_members
def remove_comment(card_id: int, comment_id: int) -> ResponseReturnValue:
    """Takes one's own words back."""
    opened = card_or_404(card_id, to_change=True)
    comment = _comment_or_404(opened.card, comment_id)
    services.remove_comment(opened.card, comment, version=version_seen(), by=me())
    return done(_("评论已收回。"), "rectification.card", card_id=card_id)


@bp.get("/cards/<int:card_id>/people")
@for_members
def people(card_id: int) -> ResponseReturnValue:
    """Who may be named in a comment, by a piece of the name or number: offered while one types."""
    card, word = card_or_404(card_id).card, request.args.get("q", "").strip()[:30]
    found = readers_like(card, word)
    names = [name for _id, name, _number in found]
    return render_template(
        "rectification/_people.html", people=found, twice={n for n in names if names.count(n) > 1}
    )


@bp.post("/cards/<int:card_id>/watch")
@for_members
def watch(card_id: int) -> ResponseReturnValue:
    """关注, or no longer."""
    opened = card_or_404(card_id)
    watching = request.form.get("on") == "1"
    set_watching(opened.card, watching=watching, by=me())
    notice = _("已关注，卡片有移动、评论或期限变化会告诉您。") if watching else _("已不再关注。")
    return done(notice, "rectification.card", card_id=card_id)
