"""Uploading a plan."""

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet.db import reads_first, start_writing
from intranet.htmx import done, render
from intranet.permissions import me, requires
from plugins.campaign.forms import UploadForm
from plugins.campaign.queries.drafts import open_drafts
from plugins.campaign.queries.plans import own_plan
from plugins.campaign.reader import MAX_MB, Unreadable, read_apart
from plugins.campaign.services.drafts import Upload, start_draft
from plugins.campaign.views import bp
from plugins.campaign.wording import say


@bp.get("/import")
@requires("campaign:plan")
def import_form() -> ResponseReturnValue:
    """Where a plan is uploaded."""
    return _page(UploadForm(), 200)


@bp.post("/import")
@requires("campaign:plan")
@reads_first
def upload() -> ResponseReturnValue:
    """Reads the file before the writing begins, so that a long document holds up nobody."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    name, content = form.file.data.filename, form.file.data.read()
    try:
        reading = read_apart(name, content, year=form.year.data)
    except Unreadable as error:
        form.file.errors = [say(error.remark)]
        return _page(form, 422)
    start_writing()
    draft = start_draft(g.unit, Upload(name, content, reading, form.year.data), by=me())
    notice = _("已读取，请核对后再确认。现在还没有写入任何内容。")
    return done(notice, "campaign.review", draft_id=draft.id)


def _page(form: UploadForm, status: int) -> ResponseReturnValue:
    return render(
        "campaign/import.html",
        "form",
        status,
        form=form,
        limit=min(current_app.config["UPLOAD_MB"], MAX_MB),
        plan=own_plan(g.unit),
        drafts=open_drafts(g.unit),
    )
