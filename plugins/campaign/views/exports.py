"""The schedule as a file. A POST, for it is audited; slow work comes before the writing transaction."""

from flask import Response, g, request
from flask_babel import gettext as _

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel, word
from intranet.permissions import for_members, me
from intranet.web import in_language
from intranet.wording import spelt
from plugins.campaign import papers
from plugins.campaign.queries.filters import filters_from, narrowed, phase_titles
from plugins.campaign.queries.plans import phases_of, schedule
from plugins.campaign.services.exports import record_export
from plugins.campaign.views import bp
from plugins.campaign.views.page import shown_plan_or_404


@bp.post("/schedule.xlsx")
@for_members
@reads_first
def export_excel() -> Response:
    """The activities the page lists, on all of its pages."""
    plan = shown_plan_or_404()
    wanted = narrowed(schedule(plan, clock.today()), filters_from(request.args))
    note = _("%(name)s，截至 %(day)s，%(n)s 项", name=plan.unit.name, day=clock.today(), n=len(wanted))
    cells = papers.as_cells(wanted, phase_titles(phases_of(plan)))
    title = _("%(plan)s活动安排表", plan=plan.title)
    content = excel.write(title, papers.COLUMNS, cells, note)
    return _recorded(plan.id, len(wanted), content, f"{title}.xlsx")


@bp.post("/schedule.docx")
@for_members
@reads_first
def export_word() -> Response:
    """The same as an official paper."""
    plan, filters, today = shown_plan_or_404(), filters_from(request.args), clock.today()
    wanted = narrowed(schedule(plan, today), filters)
    with in_language("zh"):
        words = papers.as_words(plan, wanted, phases_of(plan))
    words |= {"day": spelt(today), "excerpt": filters.narrows}
    content = word.fill("campaign", "schedule", words)
    return _recorded(plan.id, len(wanted), content, f"{plan.title}活动安排表.docx")


def _recorded(plan_id: int, rows: int, content: bytes, name: str) -> Response:
    start_writing()
    record_export(plan_id, g.unit, by=me(), kind=name[-4:], rows=rows)
    return download(content, name)
