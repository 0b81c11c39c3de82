"""公开承诺: chosen on a card, previewed, published to the hospital; and the page where all read them."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from intranet.errors import Forbidden, Invalid
from intranet.htmx import done, render
from intranet.permissions import for_members, me
from intranet.web import page_asked
from plugins.rectification import stages
from plugins.rectification.forms.commitments import CommitForm, TakeBackForm
from plugins.rectification.queries.commitments import PAGE, commitments_of, how_many
from plugins.rectification.queries.commitments import committed as committed_to
from plugins.rectification.queries.scope import find_cards
from plugins.rectification.services import committing
from plugins.rectification.views.blueprint import Opened, bp, card_or_404, here, scope

COMMIT = "rectification/commit.html"


@bp.get("/commitments")
@for_members
def commitments() -> ResponseReturnValue:
    """For everybody of the unit, whether or not they may see the cards."""
    page, only = page_asked() - 1, request.args.get("only", "")
    found = committed_to(here(), scope(), page, only)
    readable = find_cards(scope(), [each.made.card_id for each in found])
    return render(
        "rectification/commitments.html",
        "commitments",
        promises=found[:PAGE],
        numbers=how_many(here(), scope()),
        only=only,
        readable={card.id for card in readable},
        page=page + 1,
        is_more=len(found) > PAGE,
    )


@bp.route("/cards/<int:card_id>/commit", methods=["GET", "POST"])
@for_members
def commit(card_id: int) -> ResponseReturnValue:
    """Which measures of a card are promised; first the preview, then the promise."""
    opened = _opened(card_id)
    form = CommitForm()
    form.measures.choices = [
        SelectChoice(measure.id, f"{measure.text}（{measure.due_on or opened.card.due_on}）")
        for measure in committing.to_promise(opened.card)
    ]
    if request.method != "POST" or not form.validate():
        return _page(opened, form, 200 if request.method != "POST" else 422)
    made = committing.articles(opened.card, form.measures.data or (), by=me())
    if form.seen.data != committing.digest(made):
        form.seen.data = committing.digest(made)
        audience = committing.hospital_of(opened.card).name
        return render(
            "rectification/commit_preview.html",
            "form",
            card=opened.card,
            form=form,
            made=made,
            audience=audience,
        )
    number = committing.commit(opened.card, form.measures.data or (), form.seen.data or "", by=me())
    return done(_("已公开承诺 %(n)s 项。", n=number), "rectification.card", card_id=card_id)


def _page(opened: Opened, form: CommitForm, status: int) -> ResponseReturnValue:
    found = commitments_of(opened.card)
    return render(
        COMMIT, "form", status, card=opened.card, form=form, promises=found, take_back=TakeBackForm()
    )


@bp.post("/cards/<int:card_id>/commit/<int:commitment_id>/withdraw")
@for_members
def take_back(card_id: int, commitment_id: int) -> ResponseReturnValue:
    """撤回承诺, with the reason."""
    opened = _opened(card_id)
    form = TakeBackForm()
    if not form.validate():
        raise Invalid(_("请写明为什么撤回，不超过 200 字。"))
    committing.take_back(opened.card, commitment_id, form.reason.data or "", by=me())
    return done(_("已撤回，经过里留有记录。"), "rectification.commit", card_id=card_id)


def _opened(card_id: int) -> Opened:
    opened = card_or_404(card_id, to_change=request.method == "POST")
    if not opened.may(stages.COMMIT):
        raise Forbidden(_("只有责任部门负责人和活动办可以公开承诺。"))
    return opened
