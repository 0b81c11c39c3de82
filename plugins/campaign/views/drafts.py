"""Reviewing a draft as a whole: choose, rename, read again, place names, confirm, discard."""

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import reads_first, start_writing
from intranet.errors import Invalid
from intranet.forms import version_seen
from intranet.htmx import done, render
from intranet.organisation import organisation
from intranet.permissions import me, requires
from plugins.campaign.forms import ConfirmForm, NameForm, TitleForm, YearForm, choices_of, written
from plugins.campaign.models import Draft
from plugins.campaign.proposals import KIND_WORDS, Kind, content_of
from plugins.campaign.queries.drafts import draft_or_404
from plugins.campaign.queries.review import Review, matches_for
from plugins.campaign.reader import Unreadable, read_apart
from plugins.campaign.services import drafts as services
from plugins.campaign.services.importing import Source, import_plan
from plugins.campaign.views import bp
from plugins.campaign.wording import say


@bp.get("/drafts/<int:draft_id>")
@requires("campaign:plan")
def review(draft_id: int) -> ResponseReturnValue:
    """The text beside what was understood."""
    return review_page(draft_or_404(g.unit, draft_id), 200)


def review_page(draft: Draft, status: int, **forms: object) -> ResponseReturnValue:
    """The page, with a refused form open where there is one. A file of several documents asks which."""
    if draft.confirmed_at is not None:
        return render("campaign/confirmed.html", "draft", draft=draft)
    review = Review(g.unit, draft)
    if review.content.part is None:
        return render("campaign/choose.html", "documents", draft=draft, review=review)
    part = review.part
    context = {
        "year_form": YearForm(None, version=draft.version, year=part.year).on_page("year"),
        "title_form": TitleForm(None, version=draft.version, title=part.title).on_page("title"),
        "open": "",
        **forms,
    }
    return render(
        "campaign/review.html",
        "review",
        status,
        draft=draft,
        review=review,
        Kind=Kind,
        kind_words=KIND_WORDS,
        **context,
    )


@bp.post("/drafts/<int:draft_id>/document")
@requires("campaign:plan")
def choose(draft_id: int) -> ResponseReturnValue:
    """Of several documents this one."""
    draft = draft_or_404(g.unit, draft_id)
    number = request.form.get("document", -1, type=int)
    services.choose_document(draft, number, by=me(), version=version_seen())
    return done(_("已选定，请核对。"), "campaign.review", draft_id=draft_id)


@bp.post("/drafts/<int:draft_id>/title")
@requires("campaign:plan")
def rename(draft_id: int) -> ResponseReturnValue:
    """Another title for the plan."""
    draft = draft_or_404(g.unit, draft_id)
    form = TitleForm().on_page("title")
    if not form.validate_on_submit():
        return review_page(draft, 422, title_form=form, open="change")
    title = " ".join(written(form.title).split())
    services.rename(draft, title, by=me(), version=form.seen)
    return done(_("已改名。"), "campaign.review", draft_id=draft_id)


@bp.post("/drafts/<int:draft_id>/year")
@requires("campaign:plan")
@reads_first
def read_again(draft_id: int) -> ResponseReturnValue:
    """Reads the file with another year, before the writing begins."""
    draft = draft_or_404(g.unit, draft_id)
    form = YearForm().on_page("year")
    if not form.validate_on_submit():
        return review_page(draft, 422, year_form=form, open="change")
    try:
        reading = read_apart(draft.file_name, draft.content, year=form.year.data)
    except Unreadable as error:
        raise Invalid(say(error.remark)) from error
    start_writing()
    draft = draft_or_404(g.unit, draft_id)
    services.read_again(draft, reading, form.year.data, by=me(), version=form.seen)
    notice = _("已按 %(year)s 年重新读取。", year=form.year.data)
    return done(notice, "campaign.review", draft_id=draft_id)


@bp.post("/drafts/<int:draft_id>/names")
@requires("campaign:plan")
def place_name(draft_id: int) -> ResponseReturnValue:
    """Says which units a name stands for."""
    draft = draft_or_404(g.unit, draft_id)
    tree = {unit.id: unit for unit in organisation().under(g.unit.path)}
    form = NameForm()
    form.units.choices = choices_of({unit.id: unit.name for unit in tree.values()})
    if not form.validate_on_submit():
        raise Invalid(_("请从列表中选择单位。"))
    units = [tree[unit_id] for unit_id in form.units.data or ()]
    services.map_name(draft, written(form.name), units, by=me())
    notice = _("已记下“%(name)s”，确认导入后下次自动对应。", name=form.name.data)
    return done(notice, "campaign.review", draft_id=draft_id)


@bp.post("/drafts/<int:draft_id>/confirm")
@requires("campaign:plan")
def confirm(draft_id: int) -> ResponseReturnValue:
    """Writes the plan: the only route that does."""
    draft, form = draft_or_404(g.unit, draft_id), ConfirmForm()
    if not form.validate_on_submit():
        raise Invalid(_("页面已过期，请刷新后再操作。"))
    content = content_of(draft.proposal)
    matches = matches_for(g.unit, content, organisation().under(g.unit.path))
    source = Source(draft.file_name, draft.text, content, matches)
    services.close_draft(draft, by=me(), version=form.seen)
    cancel = set(request.form.getlist("cancel", type=int))
    outcome = import_plan(g.unit, source, by=me(), seen=form.plan.data or 0, cancel=cancel)
    notice = _(
        "已写入方案：新增 %(added)s 项，改动 %(changed)s 项，取消 %(cancelled)s 项。",
        added=outcome.added,
        changed=outcome.changed,
        cancelled=outcome.cancelled,
    )
    return done(notice, "campaign.index")


@bp.post("/drafts/<int:draft_id>/discard")
@requires("campaign:plan")
def discard(draft_id: int) -> ResponseReturnValue:
    """Throws the draft away."""
    draft = draft_or_404(g.unit, draft_id)
    services.discard(draft, by=me())
    return done(_("已放弃，没有写入任何内容。"), "campaign.index")
