"""The bank in and out as an Excel file."""

from collections.abc import Mapping

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Text
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.htmx import done, render
from intranet.permissions import me, requires
from intranet.wording import listed, sentences
from plugins.knowledge_tests import workbook
from plugins.knowledge_tests.forms import UploadForm
from plugins.knowledge_tests.models import Draft
from plugins.knowledge_tests.queries.bank import changes_of, draft_or_404, questions, rows_of
from plugins.knowledge_tests.services import importing
from plugins.knowledge_tests.services.exports import record_bank
from plugins.knowledge_tests.views import bp
from plugins.knowledge_tests.views.bank import filters_from_address

LARGEST = 5 * 2**20
SHOWN = 200


@bp.get("/questions/template.xlsx")
@requires("knowledge_tests:bank")
def template() -> Response:
    """A table to fill in."""
    return download(excel.template("知识测试题库", workbook.COLUMNS), "题库模板.xlsx")


@bp.route("/questions/import", methods=["GET", "POST"])
@requires("knowledge_tests:bank")
@reads_first
def upload() -> ResponseReturnValue:
    """Reads the file before the writing begins; with one bad row nothing is kept."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _form(form, 422 if form.errors else 200)
    try:
        rows, bad, unknown = _read(form.file.data.read(LARGEST + 1))
    except Invalid as refusal:
        form.file.errors = [refusal.message]
        return _form(form, 422)
    if bad:
        return _form(form, 422, bad)
    start_writing()
    draft = importing.start_draft(g.unit, form.file.data.filename or "", rows, by=me())
    read, left = (
        _("已读取，请核对。题库还没有改动。"),
        _("这些列不认识，没有读入：%(names)s。", names=listed(unknown)),
    )
    return done(sentences([read, left] if unknown else [read]), "knowledge_tests.review", draft_id=draft.id)


def _read(content: bytes) -> tuple[list[workbook.Row], dict[int, str], list[str]]:
    """Raises Invalid for what is no file of questions."""
    if len(content) > LARGEST:
        raise Invalid(_("文件超过 5 MB，请分几次上传。"))
    rows, bad, unknown = workbook.read(content)
    if not rows and not bad:
        raise Invalid(_("表里没有题目。请从示例的下一行填起，再上传。"))
    return rows, bad, unknown


def _form(form: UploadForm, status: int, bad: Mapping[int, str] | None = None) -> ResponseReturnValue:
    return render("knowledge_tests/import.html", "upload", status, form=form, shown=SHOWN, bad=bad)


@bp.get("/questions/import/<int:draft_id>")
@requires("knowledge_tests:bank")
def review(draft_id: int) -> ResponseReturnValue:
    """What the file would change in the bank."""
    return _review(draft_or_404(g.unit, draft_id, me()))


def _review(draft: Draft, status: int = 200, refusal: Text = "") -> ResponseReturnValue:
    changes = changes_of(g.unit, rows_of(draft))
    context = {"draft": draft, "changes": changes, "shown": SHOWN, "refusal": refusal}
    return render("knowledge_tests/review.html", "review", status, **context)


@bp.post("/questions/import/<int:draft_id>")
@requires("knowledge_tests:bank")
def take_in(draft_id: int) -> ResponseReturnValue:
    """All of it; or, when the bank has changed since, the review anew."""
    draft = draft_or_404(g.unit, draft_id, me())
    try:
        changes = importing.take_in(draft, request.form.get("digest", ""), g.unit, by=me())
    except Conflict as refusal:
        return _review(draft, 409, refusal.message)
    numbers = {"new": len(changes.new), "changed": len(changes.changed), "same": changes.same}
    notice = _("已导入：新增 %(new)s 题，修改 %(changed)s 题，%(same)s 题没有变化。", **numbers)
    return done(notice, "knowledge_tests.bank_list")


@bp.post("/questions.xlsx")
@requires("knowledge_tests:bank")
@reads_first
def export() -> Response:
    """What the page lists, on all of its pages, in the form the import reads."""
    rows = list(db.session.scalars(filters_from_address().narrowed(questions(g.unit))))
    note = _("%(unit)s，截至 %(day)s，%(n)s 题", unit=g.unit.name, day=clock.today(), n=len(rows))
    content = excel.write("知识测试题库", workbook.COLUMNS, workbook.cells_of(rows), note)
    start_writing()
    record_bank(g.unit, len(rows), by=me())
    return download(content, f"{g.unit.name}题库-{clock.today().isoformat()}.xlsx")
