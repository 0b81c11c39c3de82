"""Passing a problem on to the board: written anew, looked at once more, and where its card leads back to."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Text
from intranet.db import writes
from intranet.errors import Conflict, Invalid
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from plugins.democratic_life.forms.reviews import LONGEST_TITLE, RaiseForm
from plugins.democratic_life.queries.raised import outcomes_of, raised_or_404, targets
from plugins.democratic_life.queries.reviews import FoundReview
from plugins.democratic_life.services.raised import raise_from_review as raise_it
from plugins.democratic_life.services.raised import refuse_draft
from plugins.democratic_life.services.reviews_reading import open_version
from plugins.democratic_life.views.blueprint import bp, here
from plugins.democratic_life.views.reviews import review_page
from plugins.democratic_life.views.reviews_writing import written


@bp.route("/reviews/<int:review_id>/raise", methods=["GET", "POST"])
@for_members
@writes  # the point it begins with is a look at what was handed in
def raise_from_review(review_id: int) -> ResponseReturnValue:
    """A first time to look at what will be open to all, a second time (`sure`) to pass it on."""
    shown, form = written(review_id, to_change=request.method == "POST"), RaiseForm()
    try:
        refuse_draft(shown)
    except Conflict as refused:
        return review_page(shown, refused.status, refused.message)
    form.offer(targets(shown.unit))
    if request.method != "POST":
        form.title.data, form.target.data = _point(shown), shown.unit.id
        return _page(shown, form)
    if not form.validate():
        return _page(shown, form, 422)
    if not request.form.get("sure"):
        return _page(shown, form, preview=True)
    try:
        raise_it(shown, form.wanted(), by=me())
    except Invalid as refused:
        return _page(shown, form, 422, refused.message)
    return done(_("已转交，由接收单位登记整改。"), "democratic_life.review", review_id=review_id)


def _point(shown: FoundReview) -> str:
    """The line the writer clicked at, to begin with."""
    part, line = request.args.get("part", ""), request.args.get("line", 0, type=int)
    if not shown.versions or part not in shown.parts:
        return ""
    lines = open_version(shown, shown.versions[-1], by=me()).texts[part].splitlines()
    return lines[line - 1][:LONGEST_TITLE] if 0 < line <= len(lines) else ""


def _page(
    shown: FoundReview, form: RaiseForm, status: int = 200, refusal: Text = "", *, preview: bool = False
) -> ResponseReturnValue:
    target = organisation().by_id.get(form.target.data) if preview else None
    words = {"found": shown, "form": form, "refusal": refusal, "target": target, "wanted": form.wanted()}
    return render("democratic_life/review_raise.html", "form", status, **words)


@bp.get("/raised/<int:raised_id>")
@for_members
def raised(raised_id: int) -> ResponseReturnValue:
    """Where a card's source leads: the problem, and not a word of who named it."""
    found = raised_or_404(here(), raised_id)
    outcome = outcomes_of(me(), [found]).get(found.id)
    return render("democratic_life/review_raised.html", "raised", raised=found, outcome=outcome)
