"""整改台账 in: a template, an upload, its review, and everything at once or nothing."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.errors import Invalid, NotFound
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.permissions import me, requires
from intranet.web import in_language
from plugins.rectification import stages
from plugins.rectification.forms.ledger_in import LedgerForm
from plugins.rectification.ledger_in import COLUMNS
from plugins.rectification.models import LedgerDraft
from plugins.rectification.queries.fields import fields_for
from plugins.rectification.queries.ledger_in import plan_of
from plugins.rectification.queries.ledger_names import Places
from plugins.rectification.services import ledger_in as services
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.registering import possible_helpers, units_to_open_in
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES

SHOWN = 300


@bp.get("/import/template.xlsx")
@requires(stages.OPEN)
def ledger_template() -> ResponseReturnValue:
    """An empty ledger to fill in, in Chinese as ledgers are."""
    with in_language("zh"):
        content = excel.template("整改台账", COLUMNS)
    return download(content, "整改台账-模板.xlsx")


@bp.route("/import", methods=["GET", "POST"])
@requires(stages.OPEN)
@reads_first
def import_ledger() -> ResponseReturnValue:
    """Reads the file before the writing begins; nothing but the draft is written."""
    form = LedgerForm()
    if not form.validate_on_submit():
        return render("rectification/import.html", "form", 422 if form.errors else 200, form=form)
    try:
        own = [field.name for field in fields_for(here(), scope())]
        found = services.read(form.file.data.read(), own)
    except Invalid as refusal:
        form.file.errors = [refusal.message]
        return render("rectification/import.html", "form", 422, form=form)
    start_writing()
    draft = services.start_draft(form.file.data.filename or "", found, here(), by=me())
    return done(
        _("已读取，请核对。现在还没有登记任何卡片。"), "rectification.review_ledger", draft_id=draft.id
    )


@bp.get("/import/<int:draft_id>")
@requires(stages.OPEN)
def review_ledger(draft_id: int) -> ResponseReturnValue:
    """What the ledger would open, and every row that cannot be taken with all its reasons."""
    draft = _draft_or_404(draft_id)
    return render(
        "rectification/import_review.html",
        "review",
        draft=draft,
        plan=plan_of(draft, _places(), by=me()),
        units=scope().units,
        sources=SOURCE_TITLES,
        terms=TERM_TITLES,
        shown=SHOWN,
    )


@bp.post("/import/<int:draft_id>")
@requires(stages.OPEN)
def confirm_ledger(draft_id: int) -> ResponseReturnValue:
    """Everything at once, or nothing."""
    plan = services.take_in(_draft_or_404(draft_id), request.form.get("digest", ""), _places(), by=me())
    notice = _("已登记 %(new)s 件，已有的 %(known)s 件没有改动。", new=len(plan.new), known=len(plan.known))
    return done(notice, "rectification.board")


def _draft_or_404(draft_id: int) -> LedgerDraft:
    """One's own, on the page it was uploaded on."""
    draft = db.session.get(LedgerDraft, draft_id)
    if draft is None or (draft.unit_id, draft.created_by) != (here().id, me().id):
        raise NotFound(_("这份台账已经导入或已被清理。需要时请重新上传。"))
    return draft


def _places() -> Places:
    return Places(units_to_open_in().values(), possible_helpers(here()), scope())
