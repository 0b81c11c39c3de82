"""Who has taken a quiz, how it went, and how its questions fared."""

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.documents.excel import Column
from intranet.htmx import render
from intranet.pages import moment
from intranet.permissions import allowed, me, requires
from intranet.web import page_asked
from plugins.knowledge_tests.queries.quizzes import HOLD, own_quiz_or_404, quiz_or_404
from plugins.knowledge_tests.queries.results import ENOUGH, Result, Who, average, counted, items, results
from plugins.knowledge_tests.services.exports import record_results
from plugins.knowledge_tests.views import bp
from plugins.knowledge_tests.wording import WHO

PAGE = 100


@bp.get("/quizzes/<int:quiz_id>/people")
@requires("knowledge_tests:results")
def people(quiz_id: int) -> ResponseReturnValue:
    """The invited of this unit and those under it; each number opens its list."""
    quiz = quiz_or_404(g.unit, quiz_id, me())
    rows, who = results(g.unit, quiz, me()), _who()
    page = page_asked()
    listed = [row for row in rows if row.belongs(who)]
    return render(
        "knowledge_tests/people.html",
        "people",
        quiz=quiz,
        rows=listed[(page - 1) * PAGE : page * PAGE],
        has_more=len(listed) > page * PAGE,
        page=page,
        who=who,
        WHO=WHO,
        counts=counted(rows),
        average=average(rows),
        sees_items=quiz.unit_id == g.unit.id and allowed(me(), HOLD, g.unit),
    )


def _who() -> Who:
    asked = request.args.get("who", "")
    return Who(asked) if asked in set(Who) else Who.INVITED


@bp.post("/quizzes/<int:quiz_id>/people.xlsx")
@requires("knowledge_tests:results")
@reads_first
def export_results(quiz_id: int) -> Response:
    """The list the page shows, on all of its pages."""
    quiz, who = quiz_or_404(g.unit, quiz_id, me()), _who()
    rows = [row for row in results(g.unit, quiz, me()) if row.belongs(who)]
    numbers = {"unit": g.unit.name, "day": clock.today(), "who": WHO[who], "n": len(rows)}
    note = _("%(unit)s，截至 %(day)s，%(who)s %(n)s 人", **numbers)
    title = _("%(title)s成绩", title=quiz.title)
    content = excel.write(title, _columns(), [_cells(row) for row in rows], note)
    start_writing()
    record_results(quiz, g.unit, len(rows), by=me())
    return download(content, f"{title}.xlsx")


def _columns() -> list[Column]:
    words = (_("单位"), _("姓名"), _("工号"), _("结果"), _("得分"), _("满分"), _("作答次数"), _("交卷时间"))
    return [Column(word, width) for word, width in zip(words, (20, 12, 12, 10, 8, 8, 8, 18), strict=True)]


def _cells(row: Result) -> list[object]:
    best = row.counted
    marks = [best.score, best.full] if best else ["", ""]
    at = moment(best.submitted_at) if best and best.submitted_at else ""
    said = next(who for who in (Who.PASSED, Who.FAILED, Who.RUNNING, Who.ABSENT) if row.belongs(who))
    return [row.unit_name, row.name, row.username, str(WHO[said]), *marks, row.tries, at]


@bp.get("/quizzes/<int:quiz_id>/items")
@requires("knowledge_tests:hold")
def item_analysis(quiz_id: int) -> ResponseReturnValue:
    """How each question fared: with its answers, so only for those who hold the quiz."""
    quiz = own_quiz_or_404(g.unit, quiz_id, me())
    return render("knowledge_tests/items.html", "items", quiz=quiz, items=items(quiz), enough=ENOUGH)
