"""The hospital's list in and out, as one Excel file."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Role
from intranet.db import reads_first, start_writing
from intranet.documents import download
from intranet.errors import Invalid, NotFound
from intranet.extensions import db
from intranet.gate import password_first
from intranet.htmx import done, render
from intranet.models import User
from intranet.permissions import me, requires_role
from plugins.people import workbook
from plugins.people.forms import UploadForm
from plugins.people.models import Draft
from plugins.people.queries.listing import exported, numbers_of
from plugins.people.queries.roster import changes_of
from plugins.people.services.exports import record_export
from plugins.people.services.importing import start_draft, take_in
from plugins.people.views import bp

SHOWN = 300


@bp.post("/export")
@requires_role(Role.SYSTEM)
@reads_first
def export() -> ResponseReturnValue:
    """What is there now, in the form the import reads. A POST, for it is audited."""
    if first := password_first():
        return first
    rows = exported(disabled="disabled" in request.args)
    content = workbook.write(rows)
    start_writing()
    record_export(rows, by=me())
    return download(content, f"单位与人员-{clock.today().isoformat()}.xlsx")


@bp.get("/import/template")
@requires_role(Role.SYSTEM)
def template() -> ResponseReturnValue:
    """Two empty sheets to fill in."""
    return download(workbook.write({}), "单位与人员-模板.xlsx")


@bp.route("/import", methods=["GET", "POST"])
@requires_role(Role.SYSTEM)
@reads_first
def upload() -> ResponseReturnValue:
    """Reads the file before the writing begins; nothing but the draft is written."""
    form = UploadForm()
    if not form.validate_on_submit():
        return render("people/import.html", "form", 422 if form.errors else 200, form=form)
    try:
        rows = workbook.read(form.file.data.read())
    except Invalid as refusal:
        form.file.errors = [refusal.message]
        return render("people/import.html", "form", 422, form=form)
    start_writing()
    draft = start_draft(form.file.data.filename or "", rows, by=me())
    return redirect(url_for("people.review", draft_id=draft.id), code=303)


@bp.get("/import/<int:draft_id>")
@requires_role(Role.SYSTEM)
def review(draft_id: int) -> ResponseReturnValue:
    """What the list would change, and every row that cannot be taken."""
    draft = _draft_or_404(draft_id)
    return render(
        "people/review.html",
        "review",
        draft=draft,
        changes=changes_of(draft),
        author=db.session.get_one(User, draft.created_by_id),
        shown=SHOWN,
    )


@bp.post("/import/<int:draft_id>")
@requires_role(Role.SYSTEM)
def confirm(draft_id: int) -> ResponseReturnValue:
    """Everything at once, or nothing."""
    draft = _draft_or_404(draft_id)
    changes = take_in(draft, request.form.get("digest", ""), by=me())
    notice = _(
        "已导入：新单位 %(units)s 个，新人员 %(people)s 人，新成员关系 %(places)s 条。",
        units=len(changes.new_units),
        people=len(changes.new_people),
        places=len(changes.new_places),
    )
    return done(notice, "people.index", new=numbers_of(changes.new_people))


def _draft_or_404(draft_id: int) -> Draft:
    draft = db.session.get(Draft, draft_id)
    if draft is None:
        raise NotFound(_("这份名单已经导入或已被清理。需要时请重新上传。"))
    return draft
