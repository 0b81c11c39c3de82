"""Files to take away: sign-in sheet, record form, ledger, circular. POSTs, for they are audited."""

from datetime import date, timedelta

from flask import Response, request
from flask_babel import gettext as _

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel, word
from intranet.errors import Forbidden, Invalid
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from intranet.web import in_language
from plugins.study_logs import papers
from plugins.study_logs.queries import listing
from plugins.study_logs.queries.listing import Filters
from plugins.study_logs.queries.roster import counts_of, rows_of, seen
from plugins.study_logs.queries.scope import invited_to, sittings_of
from plugins.study_logs.queries.targets import absent_between
from plugins.study_logs.services.exports import record_export
from plugins.study_logs.views.blueprint import Opened, bp, here, session_or_404
from plugins.study_logs.views.sessions import names_of_units, units_here

MOST = 2000
QUARTER, OFFERED = 3, 9


@bp.post("/sessions/<int:session_id>/sign-in-sheet.docx")
@for_members
@reads_first
def sign_in_sheet(session_id: int) -> Response:
    """签到表: to sign on paper, with what is known already."""
    return _paper(session_id, "sign_in_sheet", "签到表")


@bp.post("/sessions/<int:session_id>/record.docx")
@for_members
@reads_first
def record_form(session_id: int) -> Response:
    """学习记录表."""
    return _paper(session_id, "record_form", "学习记录表")


def _paper(session_id: int, name: str, title: str) -> Response:
    opened = session_or_404(session_id)
    if not opened.may_record:
        raise Forbidden(_("只有登记单位的干事、负责人和活动办可以打印签到表和记录表。"))
    rows = rows_of([seen(opened.session, opened.rights)], 0, MOST)
    with in_language("zh"):
        content = word.fill("study_logs", name, _words(opened, rows))
    return _recorded(
        f"study_logs_session:{session_id}", len(rows), content, f"{opened.session.title}{title}.docx"
    )


def _words(opened: Opened, rows: papers.Rows) -> dict[str, object]:
    session = opened.session
    names = {unit.id: unit.name for unit in organisation().by_id.values()}
    invited = [unit.name for unit in invited_to(session)]
    return papers.session_words(
        session,
        opened.unit.name,
        sittings=sittings_of(session),
        invited=invited,
        counts=counts_of(session),
        rows=rows,
        names=names,
    )


@bp.post("/ledger.xlsx")
@for_members
@reads_first
def ledger() -> Response:
    """学习台账: the sessions the list shows, on all of its pages."""
    filters = Filters.of(request.args)
    wanted = listing.asked(here(), me(), filters, units_here())
    total = listing.count_of(wanted)
    if total > MOST:
        raise Invalid(
            _("一次最多导出 %(most)s 项，现有 %(n)s 项。请先筛选，再分几次导出。", most=MOST, n=total)
        )
    lines = listing.page_of(wanted, 0, MOST)
    title = _("%(unit)s学习台账", unit=here().name)
    note = _("截至 %(day)s，共 %(n)s 项", day=clock.today(), n=len(lines))
    content = excel.write(title, papers.COLUMNS, papers.as_cells(lines, names_of_units()), note)
    return _recorded(here().code, len(lines), content, f"{title}.xlsx")


@bp.post("/circular.docx")
@requires("study_logs:see")
@reads_first
def circular() -> Response:
    """季度通报: what was studied in a quarter, who came, who was absent and what became of it."""
    start, end = _quarter(request.form.get("quarter", ""))
    filters = Filters(start=start.isoformat(), end=end.isoformat(), stage=listing.ALL_HELD)
    wanted = listing.asked(here(), me(), filters, units_here())
    lines = listing.page_of(wanted, 0, MOST)
    absent = absent_between([unit.id for unit in units_here()], start, end)
    with in_language("zh"):
        words = papers.circular_words(here().name, (start, end), lines, absent, names_of_units())
        content = word.fill("study_logs", "circular", words)
    return _recorded(here().code, len(lines), content, f"{here().name}{words['quarter']}学习情况通报.docx")


def _quarter(asked: str) -> tuple[date, date]:
    """Of `2026-3`: its first and its last day. One that is not offered is nobody's guess."""
    if asked not in dict(quarters()):
        raise Invalid(_("没有这个季度，请从列表里选。"))
    year, _dash, number = asked.partition("-")
    start = date(int(year), int(number) * QUARTER - 2, 1)
    following = date(start.year + start.month // 10, (start.month + QUARTER - 1) % 12 + 1, 1)
    return start, following - timedelta(days=1)


def quarters() -> list[tuple[str, str]]:
    """The newest first, two years back: `2026-3` and what people call it."""
    today = clock.today()
    last = today.year * 4 + (today.month - 1) // QUARTER
    found = [divmod(number, 4) for number in range(last, last - OFFERED, -1)]
    return [(f"{y}-{q + 1}", _("%(year)s 年第 %(n)s 季度", year=y, n=q + 1)) for y, q in found]


def _recorded(subject: str, rows: int, content: bytes, name: str) -> Response:
    unit = here()
    start_writing()
    record_export(unit, subject, by=me(), kind=name[-4:], rows=rows)
    return download(content, name)
