"""Opening, comparing and taking away what was handed in: for the writer and the chain, each look recorded."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from intranet.db import writes
from intranet.documents import download, word
from intranet.htmx import render
from intranet.permissions import for_members, me
from intranet.web import in_language
from plugins.democratic_life import review_papers
from plugins.democratic_life.queries.reviews import FoundReview, Handed, readable_or_404
from plugins.democratic_life.review_differences import compared
from plugins.democratic_life.services.reviews_reading import open_two, open_version
from plugins.democratic_life.views.blueprint import bp, here


def readable(review_id: int) -> FoundReview:
    """The self-review, if this person may open what was handed in."""
    return readable_or_404(me(), here(), review_id)


def _chosen(shown: FoundReview, name: str, default: int) -> Handed:
    """The version the address asks for; 404 when nothing was handed in."""
    return shown.version(request.values.get(name, default, type=int))


@bp.get("/reviews/<int:review_id>/text")
@for_members
@writes  # the entry in the audit log that somebody looked
def review_text(review_id: int) -> ResponseReturnValue:
    """A version with what was said to it; the last one if none is named."""
    shown = readable(review_id)
    handed = _chosen(shown, "number", len(shown.versions))
    opened = open_version(shown, handed, by=me())
    return render("democratic_life/review_text.html", "text", found=shown, opened=opened)


@bp.get("/reviews/<int:review_id>/compare")
@for_members
@writes  # the same
def compare_review(review_id: int) -> ResponseReturnValue:
    """Two versions side by side; the last two if none are named."""
    shown = readable(review_id)
    last = len(shown.versions)
    first, second = _chosen(shown, "a", max(last - 1, 1)), _chosen(shown, "b", last)
    before, after = open_two(shown, first, second, by=me())
    found = list(compared(before, after, shown.parts))
    return render(
        "democratic_life/review_compare.html",
        "compare",
        found=shown,
        first=first,
        second=second,
        compared=found,
    )


@bp.post("/reviews/<int:review_id>/review.docx")
@for_members
def review_paper(review_id: int) -> Response:
    """对照检查材料, made in the same transaction as the entry that it was taken away."""
    shown = readable(review_id)
    handed = _chosen(shown, "number", len(shown.versions))
    opened = open_version(shown, handed, by=me(), deed="review_take_away")
    with in_language("zh"):
        words = review_papers.as_words(shown, opened)
    return download(word.fill("democratic_life", "review", words), "对照检查材料.docx")
