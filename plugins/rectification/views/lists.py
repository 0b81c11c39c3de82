"""The list behind every number, and the supervisor's table."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Select, select

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, excel
from intranet.errors import Invalid
from intranet.htmx import render
from intranet.organisation import organisation
from intranet.permissions import for_members, me, requires
from intranet.web import page_asked
from plugins.rectification.filters import Filters
from plugins.rectification.ledger import EXPORTED, LONG_COLUMN, column_of, columns_of, rows_of, told_once
from plugins.rectification.lights import Light, light_of, words_of
from plugins.rectification.models import Card, Field
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.counting import Counts, counts, counts_by_unit
from plugins.rectification.queries.faces import Face
from plugins.rectification.queries.fields import fields_in_use, said, values_of
from plugins.rectification.queries.ledger import entries
from plugins.rectification.queries.listing import PAGE, PRINTED, Sort, chosen
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.rules import Rule, rule_of
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.services.exports import record_export
from plugins.rectification.stages import OPEN, SUPERVISE, TITLES, Stage
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.choosing import choices, own_choices
from plugins.rectification.views.kept import kept_html
from plugins.rectification.views.marks import days_in_stage, marks_of
from plugins.rectification.wording import SHEET_TITLES, SOURCE_TITLES, TERM_TITLES, Sheet


class Row(NamedTuple):
    """With the card itself all that a row of the list shows: it is kept until any of it changes."""

    path: str
    unit: str
    category: str
    own: tuple[tuple[str, str], ...]
    """The names of the units' own fields, and what stands in them."""
    rule: Rule
    today: date
    language: str


@bp.get("/cards")
@for_members
def cards() -> ResponseReturnValue:
    """台账 and the three lists: the cards the filters leave, a page or as many as one print holds."""
    filters, sort, sheet = Filters.of(request.args), _sort(), _sheet()
    whole = "print" in request.args
    size = PRINTED if whole else PAGE
    page = 0 if whole else page_asked() - 1
    units, total = _asked_for(filters)
    rows = cards_on(units, filters, me(), sort, range(page * size, (page + 1) * size))
    fields, as_ledger = fields_in_use(here(), scope()), sheet is Sheet.LEDGER
    return render(
        "rectification/list.html",
        "list",
        lines=lines_of_cards(rows, fields) if as_ledger else [],
        rows=[] if as_ledger else _rows(sheet, rows, _just(rows), ()),
        columns=columns_of(sheet),
        own_fields=fields,
        own_choices=own_choices(filters, scope(), here()),
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
    sheet: Sheet, faces: Collection[Face], chosen_cards: Select[int], fields: Collection[Field]
) -> list[tuple[Face, tuple[object, ...]]]:
    """The same rows for the page and, with own fields behind, for Excel. Who helps may be outside."""
    units = organisation().by_id
    own = values_of([face.id for face in faces], fields)
    rows = rows_of(sheet, faces, entries(chosen_cards, sheet), units, Rights(me()))
    shown = told_once(rows, fields, own)
    return [(face, (*cells, *more)) for (face, cells), more in zip(rows, shown, strict=True)]


def lines_of_cards(faces: Collection[Face], fields: Collection[Field] = ()) -> list[Markup]:
    """Each row as HTML."""
    path, today, language = here().code, clock.today(), str(get_locale())
    titles = {code: str(title) for code, title in category_titles(scope()).items()}
    values, units = values_of([face.id for face in faces], fields), organisation().by_id
    rows = []
    for face in faces:
        own = tuple((each.name, said(each.kind, values.get((face.id, each.id)))) for each in fields)
        unit, category, rule = units[face.unit_id].name, titles[face.category], rule_of(face.unit_id)
        rows.append((face, Row(path, unit, category, own, rule, today, language)))
    return kept_html().all(rows, lambda missing: [_line(*each) for each in missing])


def _just(faces: Iterable[Face]) -> Select[int]:
    return select(Card.id).where(Card.id.in_([face.id for face in faces]))


def _asked_for(filters: Filters) -> tuple[Scope, int]:
    """The units whose cards are listed, and how many cards there are."""
    units = scope().narrowed(filters.unit) if filters.unit else scope()
    units = replace(units, helping=bool(filters.helping))
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
    fields = fields_in_use(unit, scope())
    cells = [row for _face, row in _rows(sheet, faces, chosen(units, filters, me()), fields)]
    title = _("%(unit)s%(list)s", unit=unit.name, list=str(SHEET_TITLES[sheet]))
    columns = [*columns_of(sheet), *map(column_of, fields)]
    content = excel.write(title, columns, cells, _note(sheet, len(faces), len(cells)))
    start_writing()
    record_export(unit, by=me(), rows=len(cells), sheet=sheet)
    return download(content, f"{title}.xlsx")


def _note(sheet: Sheet, cards: int, rows: int) -> str:
    """A card has several rows in the list of tasks, or none."""
    if sheet is Sheet.TASKS:
        return str(_("截至 %(day)s，共 %(n)s 件，任务 %(rows)s 行", day=clock.today(), n=cards, rows=rows))
    return str(_("截至 %(day)s，共 %(n)s 件", day=clock.today(), n=cards))


def _line(face: Face, row: Row) -> Markup:
    template = current_app.jinja_env.get_template("rectification/_line.html")
    html = template.render(
        face=face,
        row=row,
        stage=TITLES[face.stage],
        light=light_of(face.stage, face.due_on, row.today, row.rule).value,
        light_words=words_of(face.stage, face.due_on, row.today),
        stayed=days_in_stage(face, row.today),
        tags=f"{row.category} · {SOURCE_TITLES[face.source_kind]} · {TERM_TITLES[face.term]}",
        marks=marks_of(face),
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes what people typed


@bp.get("/overview/")
@requires(SUPERVISE)
def overview() -> ResponseReturnValue:
    """督导表: units × stages × lights; every number opens its list."""
    units = scope()
    lines = counts_by_unit(units)
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
