"""The list behind every number, and the supervisor's table."""

from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.errors import Invalid
from intranet.htmx import render
from intranet.permissions import for_members, me, requires
from plugins.rectification.filters import Filters
from plugins.rectification.ledger import COLUMNS, EXPORTED, as_cells
from plugins.rectification.lights import Light, light_of, words_of
from plugins.rectification.models import CATEGORY_TITLES, SOURCE_TITLES
from plugins.rectification.queries.counting import Counts, counts, counts_by_unit
from plugins.rectification.queries.ledger import entries
from plugins.rectification.queries.listing import PAGE, PRINTED, Face, Sort, chosen
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.scope import Scope
from plugins.rectification.services.exports import record_export
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.choosing import choices


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    face: Face
    unit: str
    stage: str
    light: str
    light_words: str
    stayed: int
    tags: str


@bp.get("/cards")
@for_members
def cards() -> ResponseReturnValue:
    """台账: every card the filters leave, fifty to a page, or as many as one print holds."""
    filters, sort = Filters.of(request.args), _sort()
    whole = "print" in request.args
    size = PRINTED if whole else PAGE
    page = 0 if whole else min(max(request.args.get("page", 1, type=int), 1), 10**6) - 1
    units, total = _asked_for(filters)
    rows = cards_on(units, filters, me(), sort, range(page * size, (page + 1) * size))
    return render(
        "rectification/list.html",
        "list",
        lines=[_line(face, scope().units[face.unit_id].name) for face in rows],
        total=total,
        page=page + 1,
        pages=max(1, -(-total // size)),
        filters=filters,
        sort=sort,
        whole=whole,
        choices=choices(filters, scope(), with_stage=True),
    )


def _sort() -> Sort:
    name = request.args.get("sort", "")
    return Sort(name) if name in set(Sort) else Sort.DUE


def _asked_for(filters: Filters) -> tuple[Scope, int]:
    """The units whose cards are listed, and how many cards there are."""
    units = scope().narrowed(filters.unit) if filters.unit else scope()
    found = counts(units, filters, me())
    return units, sum(found.stages[stage] for stage in filters.stage or Stage)


@bp.post("/cards.xlsx")
@for_members
@reads_first
def export_ledger() -> ResponseReturnValue:
    """整改台账 as an Excel table: the cards the page lists, on all of its pages."""
    filters, unit = Filters.of(request.args), here()
    units, total = _asked_for(filters)
    if total > EXPORTED:
        sentence = _(
            "一次最多导出 %(most)s 件，现有 %(n)s 件。请先筛选，再分几次导出。", most=EXPORTED, n=total
        )
        raise Invalid(sentence)
    faces = cards_on(units, filters, me(), _sort(), range(EXPORTED))
    cells = as_cells(faces, entries(chosen(units, filters, me())), units.units)
    title = _("%(unit)s整改台账", unit=unit.name)
    note = _("截至 %(day)s，共 %(n)s 件", day=clock.today(), n=len(cells))
    content = excel.write(title, COLUMNS, cells, note)
    start_writing()
    record_export(unit, by=me(), rows=len(cells))
    return download(content, f"{title}.xlsx")


def _line(face: Face, unit: str) -> Line:
    today = clock.today()
    return Line(
        face,
        unit,
        str(TITLES[face.stage]),
        light_of(face.stage, face.due_on, today).value,
        words_of(face.stage, face.due_on, today),
        (today - clock.local(face.stage_since).date()).days,
        f"{CATEGORY_TITLES[face.category]} · {SOURCE_TITLES[face.source_kind]}",
    )


@bp.get("/overview")
@requires("rectification:supervise")
def overview() -> ResponseReturnValue:
    """督导表: units × stages × lights; every number opens its list."""
    units = scope()
    lines = counts_by_unit(units, me())
    total = Counts()
    for line in lines.values():
        total.add(line)
    light = _light(request.args.get("light"))
    shown = [(units.units[key], line) for key, line in lines.items() if line.total]
    return render(
        "rectification/overview.html",
        "table",
        lines=[(unit, line.only(light) if light else line) for unit, line in shown],
        idle=len(lines) - len(shown),
        total=total.only(light) if light else total,
        light=light,
        stages=[(stage, str(title)) for stage, title in TITLES.items()],
        filters=Filters().but(light=(light,)) if light else Filters(),
    )


def _light(name: str | None) -> Light | None:
    """The stages may be counted for one light alone; closed cards have none."""
    return Light(name) if name in set(Light) - {Light.DONE} else None
