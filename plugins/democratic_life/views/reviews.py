"""Self-reviews: those of a meeting, one's own, one by itself. No word of what stands in them."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.contracts import Text
from intranet.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import allowed, for_members, me
from plugins.democratic_life.forms.reviews import TITLES, AddForm, ChainForm, WordForm
from plugins.democratic_life.models import Meeting
from plugins.democratic_life.queries.meetings import PREPARE
from plugins.democratic_life.queries.raised import outcomes_of, raised_from
from plugins.democratic_life.queries.review_lists import (
    lines_of,
    reviewed_by,
    reviews_under,
    written_by,
)
from plugins.democratic_life.queries.reviewers import chief_of, people_around
from plugins.democratic_life.queries.reviews import PAGE, FoundReview, review_or_404
from plugins.democratic_life.services import reviews as chains
from plugins.democratic_life.services.reviews_judging import MARKS, add, judge, mark, submit
from plugins.democratic_life.views.blueprint import bp, here, meeting
from plugins.democratic_life.wording import PARTS, POINTS, REVIEW_LIGHTS, REVIEW_TITLES, Source


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "PARTS": PARTS,
        "POINTS": POINTS,
        "REVIEW_TITLES": REVIEW_TITLES,
        "REVIEW_LIGHTS": REVIEW_LIGHTS,
    }


def found_review(review_id: int, *, to_change: bool = False) -> FoundReview:
    """The self-review, if this person may know of it."""
    return review_or_404(me(), here(), review_id, to_change=to_change)


# Lists ------------------------------------------------------------------------------------------------


@bp.get("/reviews/")
@for_members
def my_reviews() -> ResponseReturnValue:
    """What I write and what I look at."""
    written, reviewed = written_by(me()), reviewed_by(me())
    return render("democratic_life/review_mine.html", "mine", written=written, reviewed=reviewed)


@bp.get("/reviews/unit")
@for_members
def unit_reviews() -> ResponseReturnValue:
    """How far each of this unit and those under it is, as the way of a campaign counts them."""
    page = min(max(request.args.get("page", 1, type=int), 1), 1000)
    passed = {"1": True, "0": False}.get(request.args.get("passed", ""))
    found = reviews_under(me(), here(), page, is_passed=passed)
    return render(
        "democratic_life/review_unit.html",
        "reviews",
        lines=found[:PAGE],
        has_more=len(found) > PAGE,
        page=page,
        passed=passed,
    )


@bp.get("/meetings/<int:meeting_id>/reviews")
@for_members
def reviews(meeting_id: int) -> ResponseReturnValue:
    """How far each of a meeting is."""
    shown = meeting(meeting_id)
    may_prepare = _may_prepare(shown) and shown.state not in chains.OVER
    page = "democratic_life/reviews.html"
    return render(page, "reviews", meeting=shown, lines=lines_of(shown), may_prepare=may_prepare)


def _may_prepare(meeting: Meeting) -> bool:
    """In the unit of the meeting, whatever unit the page stands under."""
    return allowed(me(), PREPARE, organisation().by_id[meeting.unit_id])


@bp.route("/meetings/<int:meeting_id>/reviews/begin", methods=["GET", "POST"])
@for_members
def begin_reviews(meeting_id: int) -> ResponseReturnValue:
    """Asks everybody in the meeting for one, and sets who looks in which order."""
    shown = meeting(meeting_id, to_change=request.method == "POST")
    if not _may_prepare(shown):
        raise Forbidden(_("布置对照检查由筹备会议的人办理。"))
    form = ChainForm()
    form.offer(people_around(shown))
    if request.method != "POST":
        chief = chief_of(shown)
        form.show([chains.Post(str(TITLES[0]), chief)] if chief else [], chief, TITLES)
        form.version.data = shown.version
    words = {"meeting": shown, "form": form}
    if request.method != "POST" or not form.validate():
        status = 422 if form.errors else 200
        return render("democratic_life/review_begin.html", "form", status, refusal="", **words)
    try:
        count = chains.begin(shown, form.writer.data, form.posts, by=me())
    except Invalid as refused:
        page = "democratic_life/review_begin.html"
        return render(page, "form", 422, refusal=refused.message, **words)
    return done(
        _("已布置 %(n)s 份，本人会收到消息。", n=count), "democratic_life.reviews", meeting_id=shown.id
    )


# One --------------------------------------------------------------------------------------------------


@bp.get("/reviews/<int:review_id>")
@for_members
def review(review_id: int) -> ResponseReturnValue:
    """How far it is, with whom it was, and what the person may do now."""
    return review_page(found_review(review_id))


def review_page(
    shown: FoundReview,
    status: int = 200,
    refusal: Text = "",
    *,
    word: WordForm | None = None,
    addition: AddForm | None = None,
) -> ResponseReturnValue:
    raised = raised_from(Source.REVIEW, [shown.review.id]) if shown.is_writer else []
    return render(
        "democratic_life/review.html",
        "review",
        status,
        found=shown,
        refusal=refusal,
        word=word or WordForm(formdata=None),
        addition=addition or AddForm(formdata=None),
        proposed=chains.proposed_people(shown),
        raised=raised,
        outcomes=outcomes_of(me(), raised),
    )


@bp.post("/reviews/<int:review_id>/submit")
@for_members
def submit_review(review_id: int) -> ResponseReturnValue:
    """送审."""
    shown = found_review(review_id, to_change=True)
    try:
        made = submit(shown, version=version_seen(), by=me())
    except Invalid as refused:
        return review_page(shown, 422, refused.message)
    except Conflict as refused:
        return review_page(found_review(review_id), 409, refused.message)
    return done(_("第 %(n)s 稿已送审。", n=made.number), "democratic_life.review", review_id=review_id)


@bp.post("/reviews/<int:review_id>/judge")
@for_members
def judge_review(review_id: int) -> ResponseReturnValue:
    """The word of the place it is with; the button says which."""
    shown, form = found_review(review_id, to_change=True), WordForm()
    is_passed = request.form.get("verdict") == "pass"
    if not form.validate():
        return review_page(shown, 422, word=form)
    try:
        judge(shown, form.word(shown, is_passed=is_passed), version=form.seen, by=me())
    except Invalid as refused:
        return review_page(shown, 422, refused.message, word=form)
    except Conflict as refused:
        return review_page(found_review(review_id), 409, refused.message, word=form)
    said = _("已通过。") if is_passed else _("已退回修改。")
    return done(said, "democratic_life.review", review_id=review_id)


@bp.post("/reviews/<int:review_id>/marks/<name>")
@for_members
def mark_review(review_id: int, name: str) -> ResponseReturnValue:
    """会上宣读, 归档."""
    shown = found_review(review_id, to_change=True)
    if name not in MARKS:
        raise NotFound(_("没有这一步。"))
    try:
        mark(shown, name, version=version_seen(), by=me())
    except Invalid as refused:
        return review_page(shown, 422, refused.message)
    except Conflict as refused:
        return review_page(found_review(review_id), 409, refused.message)
    return done(_("已登记。"), "democratic_life.review", review_id=review_id)


@bp.post("/reviews/<int:review_id>/additions")
@for_members
def add_to_review(review_id: int) -> ResponseReturnValue:
    """会后补充."""
    shown, form = found_review(review_id, to_change=True), AddForm()
    if not form.validate():
        return review_page(shown, 422, addition=form)
    try:
        add(shown, form.words.data or "", version=form.seen, by=me())
    except Conflict as refused:
        return review_page(found_review(review_id), 409, refused.message, addition=form)
    return done(_("会后补充已加密保存。"), "democratic_life.review", review_id=review_id)


@bp.route("/reviews/<int:review_id>/chain", methods=["GET", "POST"])
@for_members
def review_chain(review_id: int) -> ResponseReturnValue:
    """审阅链 of one person."""
    shown = found_review(review_id, to_change=request.method == "POST")
    if not shown.may_prepare:
        raise Forbidden(_("设定审阅链由筹备会议的人办理。"))
    form = ChainForm()
    form.offer(_with_those_named(shown, people_around(shown.meeting)))
    if request.method != "POST":
        form.show([chains.Post(place.title, place.user_id) for place in shown.chain], shown.review.writer_id)
        form.version.data = shown.review.version
        return _chain_page(shown, form)
    if not form.validate():
        return _chain_page(shown, form, 422)
    try:
        holds = chains.set_chain(shown, form.writer.data, form.posts, version=form.seen, by=me())
    except Invalid as refused:
        return _chain_page(shown, form, 422, refused.message)
    except Conflict as refused:
        return _chain_page(found_review(review_id), form, 409, refused.message)
    waits = _("已告诉执笔人；新加的人能看到写好的材料，执笔人同意以后才生效。")
    return done(_("审阅链已保存。") if holds else waits, "democratic_life.review", review_id=review_id)


@bp.post("/reviews/<int:review_id>/chain/answer")
@for_members
def answer_chain(review_id: int) -> ResponseReturnValue:
    """The writer's word on a changed chain."""
    shown = found_review(review_id, to_change=True)
    agrees = request.form.get("word") == "agree"
    try:
        chains.answer(shown, agrees=agrees, version=version_seen(), by=me())
    except Invalid as refused:
        return review_page(shown, 422, refused.message)
    except Conflict as refused:
        return review_page(found_review(review_id), 409, refused.message)
    said = _("已同意，新的审阅链生效。") if agrees else _("没有同意，审阅链不变。")
    return done(said, "democratic_life.review", review_id=review_id)


def _chain_page(
    shown: FoundReview, form: ChainForm, status: int = 200, refusal: Text = ""
) -> ResponseReturnValue:
    if status == 409:  # noqa: PLR2004 - HTTP's own number; the next saving knows of the change
        form.version.data = shown.review.version
    words = {"found": shown, "form": form, "refusal": refusal}
    return render("democratic_life/review_chain.html", "form", status, **words)


def _with_those_named(shown: FoundReview, people: dict[int, str]) -> dict[int, str]:
    """Who is in the chain stays a choice, even after leaving."""
    named = {place.user_id: place.name for place in shown.chain if place.user_id}
    if shown.review.writer_id:
        named[shown.review.writer_id] = shown.writer
    return people | {key: name for key, name in named.items() if key not in people}
