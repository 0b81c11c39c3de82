"""What supervisors watch: who is stuck, what a week brought, how the cards flow."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from intranet import clock
from intranet.contracts import Text
from intranet.htmx import render
from intranet.permissions import me, requires
from intranet.web import path_to
from plugins.rectification.filters import Filters, Past, Then
from plugins.rectification.flow import (
    BASIS,
    HEIGHT,
    WEEKS,
    WIDTH,
    Week,
    areas,
    days_below,
    forecast,
    stays_of,
    weeks_of,
)
from plugins.rectification.lights import Light
from plugins.rectification.progress import PARTS, Part
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.faces import Face
from plugins.rectification.queries.flow import (
    Happened,
    by_week,
    days_in_stages,
    first_monday,
    left_by_stage,
    moves,
    two_weeks,
    urged_last,
)
from plugins.rectification.queries.listing import Sort
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.past import LEFT, STOOD
from plugins.rectification.queries.rules import rule_of
from plugins.rectification.stages import OPEN_STAGES, SUPERVISE, TITLES, Stage
from plugins.rectification.views.blueprint import address, bp, here, scope
from plugins.rectification.weeks import monday

SHOWN = 50


@bp.get("/overview/stuck")
@requires(SUPERVISE)
def stuck() -> ResponseReturnValue:
    """滞留与逾期: the longest late, and the longest in one stage, with when they were last urged.

    So long without a step is long as the board's settings say, unless the reader says another number.
    """
    days = min(max(request.args.get("days", rule_of(here().id).stay_days, type=int), 1), 365)
    late = cards_on(scope(), Filters(light=(Light.RED,)), me(), Sort.DUE, range(SHOWN))
    longest = cards_on(scope(), Filters(stage=OPEN_STAGES), me(), Sort.STAY, range(SHOWN))
    staying = [face for face in longest if _days(face) >= days]
    urged = urged_last([_url(face) for face in {*late, *staying}])
    return render(
        "rectification/stuck.html",
        "stuck",
        groups=[("late", _lines(late, urged)), ("stuck", _lines(staying, urged))],
        days=days,
        shown=SHOWN,
        filters=Filters(),
        open_stages=OPEN_STAGES,
    )


def _lines(faces: list[Face], urged: dict[str, Any]) -> list[Any]:
    units = scope().units
    return [
        (face, units[face.unit_id].name, TITLES[face.stage], _days(face), urged.get(_url(face)))
        for face in faces
    ]


def _days(face: Face) -> int:
    return (clock.today() - clock.local(face.stage_since).date()).days


def _url(face: Face) -> str:
    return path_to("rectification.card", unit=scope().units[face.unit_id].code, card_id=face.id)


@bp.get("/overview/weekly")
@requires(SUPERVISE)
def weekly() -> ResponseReturnValue:
    """一周进度: what this week brought, beside the last."""
    found, everything = two_weeks(scope()), Filters()
    units = [scope().units[key] for key in found]
    sums = [Happened(*map(sum, zip(*each, strict=True))) for each in zip(*found.values(), strict=True)]
    return render(
        "rectification/weekly.html",
        "weekly",
        lines=[(unit, _with_lists(everything.but(unit=(unit.code,)), *found[unit.id])) for unit in units],
        total=_with_lists(everything, *sums) if sums else [],
        filters=everything,
        idle=len(scope().units) - len(units),
    )


def _with_lists(filters: Filters, this: Happened, last: Happened) -> list[tuple[Past, int, str]]:
    """Of each thing that may have happened this week's number and the last's, with the list behind it."""
    weeks = (monday(clock.today()), monday(clock.today()) - timedelta(weeks=1))
    return [
        (Past(name), numbers[place], address("cards", filters.but(then=Then(Past(name), first))))
        for place, name in enumerate(Happened._fields)
        for numbers, first in zip((this, last), weeks, strict=True)
    ]


@bp.get("/overview/flow")
@requires(SUPERVISE)
def flow() -> ResponseReturnValue:
    """整改走势: cumulative flow, time in each stage, and when it may be done."""
    today, now = clock.today(), sums(scope()).cards
    did = by_week(scope(), first_monday(today), WEEKS)
    closed = [0] * WEEKS
    for (_unit, place), happened in did.items():
        closed[place] += happened[Past.CLOSED]
    weeks = weeks_of(now, moves(scope()), today, closed)
    stays, left = stays_of(days_in_stages(scope())), left_by_stage(scope())
    return render(
        "rectification/flow.html",
        "flow",
        weeks=weeks,
        areas=areas(weeks),
        most=max(week.total for week in weeks),
        days=days_below(weeks),
        size=(WIDTH, HEIGHT),
        parts=PARTS,
        lists=_lists(weeks),
        still_open=address("cards", Filters(stage=OPEN_STAGES)),
        closed=Part.CLOSED,
        stays=[(TITLES[stay.stage], stay, *_left(stay.stage, left)) for stay in stays],
        longest=max((stay.most for stay in stays), default=0) or 1,
        forecast=forecast(weeks, today),
        numbers={"weeks": WEEKS, "basis": BASIS},
    )


def _left(stage: Stage, numbers: Mapping[Stage, int]) -> tuple[int, str]:
    """How many cards have left it, with their list."""
    then = Then(LEFT[stage], first_monday(clock.today()))
    return numbers.get(stage, 0), address("cards", Filters(then=then))


def _lists(weeks: list[Week]) -> list[tuple[Text, list[tuple[int, str]]]]:
    """A line of the table each, with the list behind every number."""
    stood = {part: past for past, part in STOOD.items()}
    rows: list[tuple[Text, list[tuple[int, str]]]] = [
        (told[0], _open_to(stood[part], ((week.parts[part], week.end) for week in weeks)))
        for part, told in PARTS.items()
    ]
    opened = _open_to(Past.OPENED, ((week.opened, week.monday) for week in weeks))
    closed = _open_to(Past.CLOSED, ((week.closed, week.monday) for week in weeks))
    return [*rows, (_("当周新登记"), opened), (_("当周销号"), closed)]


def _open_to(past: Past, numbers: Iterable[tuple[int, date]]) -> list[tuple[int, str]]:
    return [(number, address("cards", Filters(then=Then(past, day)))) for number, day in numbers]
