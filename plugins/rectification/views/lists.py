"""The list behind every number, and the supervisor's table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select

from intranet import clock
from intranet.contracts import Text
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.errors import Invalid
from intranet.htmx import render
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from plugins.rectification.filters import Filters
from plugins.rectification.ledger import EXPORTED, LONG_COLUMN, columns_of, rows_of
from plugins.rectification.lights import Light, light_of, words_of
from plugins.rectification.models import Card
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.counting import Counts, counts, counts_by_unit
from plugins.rectification.queries.ledger import entries
from plugins.rectification.queries.listing import PAGE, PRINTED, Face, Sort, chosen
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.services.exports import record_export
from plugins.rectification.stages import OPEN, TITLES, Stage
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.choosing import choices
from plugins.rectification.views.marks import marks_of
from plugins.rectification.words import SHEET_TITLES, SOURCE_TITLES, TERM_TITLES, Sheet


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
    marks: list[str]


@bp.get("/cards")
@for_members
def cards() -> ResponseReturnValue:
    """台账 and the three lists: the cards the filters leave, a page or as many as one print holds."""
    filters, sort, sheet = Filters.of(request.args), _sort(), _sheet()
    whole = "print" in request.args
    size = PRINTED if whole else PAGE
    page = 0 if whole else min(max(request.args.get("page", 1, type=int), 1), 10**6) - 1
    units, total = _asked_for(filters)
    rows = cards_on(units, filters, me(), sort, range(page * size, (page + 1) * size))
    as_ledger = sheet is Sheet.LEDGER
    titles = category_titles(scope(), me())
    return render(
        "rectification/list.html",
        "list",
        lines=[_line(face, scope().units[face.unit_id].name, titles) for face in rows if as_ledger],
        rows=[] if as_ledger else _rows(sheet, rows, _just(rows)),
        columns=columns_of(sheet),
        str_kind=str,
        LONG_COLUMN=LONG_COLUMN,
        sheet=sheet,
        sheets=SHEET_TITLES,
        total=total,
        page=page + 1,
        pages=max(1, -(-total // size)),
        filters=filters,
        sort=sort,
        whole=whole,
        choices=choices(filters, scope(), with_stage=True),
        may_open=Rights(me()).may(OPEN, here()),
    )


def _sort() -> Sort:
    name = request.args.get("sort", "")
    return Sort(name) if name in set(Sort) else Sort.DUE


def _sheet() -> Sheet:
    name = request.args.get("list", "")
    return Sheet(name) if name in set(Sheet) else Sheet.LEDGER


def _rows(
    sheet: Sheet, faces: Iterable[Face], chosen_cards: Select[int]
) -> list[tuple[Face, tuple[object, ...]]]:
    """The same rows for the page and for Excel. Who helps may be outside what this person sees."""
    units = organisation().by_id
    return rows_of(sheet, faces, entries(chosen_cards, sheet), units)


def _just(faces: Iterable[Face]) -> Select[int]:
    return select(Card.id).where(Card.id.in_([face.id for face in faces]))


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
    filters, unit, sheet = Filters.of(request.args), here(), _sheet()
    units, total = _asked_for(filters)
    if total > EXPORTED:
        sentence = _(
            "一次最多导出 %(most)s 件，现有 %(n)s 件。请先筛选，再分几次导出。", most=EXPORTED, n=total
        )
        raise Invalid(sentence)
    faces = cards_on(units, filters, me(), _sort(), range(EXPORTED))
    cells = [row for _face, row in _rows(sheet, faces, chosen(units, filters, me()))]
    title = _("%(unit)s%(list)s", unit=unit.name, list=str(SHEET_TITLES[sheet]))
    note = _("截至 %(day)s，共 %(n)s 件", day=clock.today(), n=len(faces))
    content = excel.write(title, columns_of(sheet), cells, note)
    start_writing()
    record_export(unit, by=me(), rows=len(cells), sheet=sheet)
    return download(content, f"{title}.xlsx")


def _line(face: Face, unit: str, titles: Mapping[str, Text]) -> Line:
    today = clock.today()
    return Line(
        face,
        unit,
        str(TITLES[face.stage]),
        light_of(face.stage, face.due_on, today).value,
        words_of(face.stage, face.due_on, today),
        (today - clock.local(face.stage_since).date()).days,
        f"{titles[face.category]} · {SOURCE_TITLES[face.source_kind]} · {TERM_TITLES[face.term]}",
        marks_of(face),
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
