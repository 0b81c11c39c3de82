"""Single entries of a draft: edit, check, keep or skip, add. With htmx only the row changes."""

from dataclasses import replace

from flask import g, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2_fragments.flask import render_blocks

from intranet.errors import NotFound
from intranet.forms import version_seen
from intranet.htmx import VARY, done, render, wants_fragment
from intranet.permissions import me, requires
from intranet.wording import listed
from plugins.campaign.forms import EntryForm, written
from plugins.campaign.models import Draft
from plugins.campaign.proposals import KIND_WORDS, Kind, Proposal, content_of
from plugins.campaign.queries.drafts import draft_or_404
from plugins.campaign.queries.review import Review
from plugins.campaign.services import drafts as services
from plugins.campaign.views import bp

SEPARATORS = str.maketrans("，,；;", "、、、、")


@bp.get("/drafts/<int:draft_id>/entries/<int:key>")
@requires("campaign:plan")
def entry(draft_id: int, key: int) -> ResponseReturnValue:
    """One row of the review as it stands: what 取消 brings back."""
    draft, found = _load(draft_id, key)
    return render("campaign/entry.html", "row", 200, **_context(draft), entry=found)


@bp.get("/drafts/<int:draft_id>/entries/<int:key>/edit")
@requires("campaign:plan")
def edit_entry(draft_id: int, key: int) -> ResponseReturnValue:
    """The row as a form."""
    draft, found = _load(draft_id, key)
    return _edit_page(draft, found, _form(draft, found), 200)


@bp.post("/drafts/<int:draft_id>/entries/<int:key>/edit")
@requires("campaign:plan")
def save_entry(draft_id: int, key: int) -> ResponseReturnValue:
    """Keeps the edit. Who edits has looked: its doubts count as checked."""
    draft, found = _load(draft_id, key)
    form = _form(draft)
    if not form.validate_on_submit():
        return _edit_page(draft, found, form, 422)
    changed = replace(_changed(found, form), version=form.version.data or 0)
    return _answer(draft_id, services.change_entry(draft, changed, by=me()), _("已修改。"))


@bp.post("/drafts/<int:draft_id>/entries/<int:key>/check")
@requires("campaign:plan")
def check_entry(draft_id: int, key: int) -> ResponseReturnValue:
    """The doubts were looked at, or are open again."""
    draft, found = _load(draft_id, key)
    changed = replace(found, checked=not found.checked, version=version_seen())
    notice = _("疑点已核对。") if changed.checked else _("已改回待核对。")
    return _answer(draft_id, services.change_entry(draft, changed, by=me()), notice)


@bp.post("/drafts/<int:draft_id>/entries/<int:key>/skip")
@requires("campaign:plan")
def skip_entry(draft_id: int, key: int) -> ResponseReturnValue:
    """Leaves the entry out, or takes it in again."""
    draft, found = _load(draft_id, key)
    changed = replace(found, skipped=not found.skipped, version=version_seen())
    notice = _("这一项不会导入。") if changed.skipped else _("这一项会导入。")
    return _answer(draft_id, services.change_entry(draft, changed, by=me()), notice)


@bp.route("/drafts/<int:draft_id>/entries/new", methods=["GET", "POST"])
@requires("campaign:plan")
def new_entry(draft_id: int) -> ResponseReturnValue:
    """Adds what the reader missed."""
    draft = draft_or_404(g.unit, draft_id)
    empty = Proposal(0, Kind.ACTIVITY, "", version=0)
    form = _form(draft, empty)
    del form.version
    if not form.validate_on_submit():
        return _edit_page(draft, None, form, 422 if form.is_submitted() else 200)
    services.add_entry(draft, _changed(empty, form), by=me())
    return done(_("已补录。"), "campaign.review", draft_id=draft_id)


def _load(draft_id: int, key: int) -> tuple[Draft, Proposal]:
    draft = draft_or_404(g.unit, draft_id)
    found = content_of(draft.proposal).proposal(key)
    if found is None or draft.confirmed_at is not None:
        raise NotFound(_("这份草稿里没有这一项，请回到核对页面。"))
    return draft, found


def _form(draft: Draft, entry: Proposal | None = None) -> EntryForm:
    data = {}
    if entry is not None:
        data = {
            "version": entry.version,
            "kind": entry.kind.value,
            "title": entry.title,
            "time_text": entry.time_text,
            "start": entry.start,
            "end": entry.end,
            "units": listed(entry.units),
            "phase": entry.phase,
        }
    form = EntryForm(data=data)
    form.offer_phases(Review(g.unit, draft).phases)
    return form


def _changed(entry: Proposal, form: EntryForm) -> Proposal:
    names = written(form.units).translate(SEPARATORS).split("、")
    return replace(
        entry,
        kind=Kind(form.kind.data),
        title=" ".join(written(form.title).split()),
        time_text=written(form.time_text),
        start=form.start.data,
        end=form.end.data,
        units=tuple(dict.fromkeys(name.strip() for name in names if name.strip())),
        phase=form.phase.data,
        checked=True,
    )


def _edit_page(draft: Draft, entry: Proposal | None, form: EntryForm, status: int) -> ResponseReturnValue:
    context = {**_context(draft), "entry": entry, "form": form}
    response = render("campaign/entry_edit.html", "row", status, **context)
    if status != 200 and entry is not None:  # noqa: PLR2004 - a refusal stays in the row
        response.headers["HX-Retarget"] = f"#entry-{entry.key}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _answer(draft_id: int, entry: Proposal, notice: str) -> ResponseReturnValue:
    """For htmx the summary, and the row beside it; else the page again, at the entry."""
    if not wants_fragment():
        return done(notice, "campaign.review", draft_id=draft_id, _anchor=f"entry-{entry.key}")
    context = _context(draft_or_404(g.unit, draft_id))
    blocks = ["summary", "changed"]
    html = render_blocks("campaign/entry.html", blocks, **context, entry=entry)
    response = make_response(html)
    response.vary.update(VARY)
    return response


def _context(draft: Draft) -> dict[str, object]:
    return {"draft": draft, "review": Review(g.unit, draft), "Kind": Kind, "kind_words": KIND_WORDS}
