"""What supervisors watch: who is stuck, what a week brought, how the cards flow."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from intranet import clock
from intranet.htmx import render
from intranet.permissions import me, requires
from intranet.web import path_to
from plugins.rectification.filters import Filters
from plugins.rectification.flow import BASIS, HEIGHT, WEEKS, WIDTH, areas, forecast, stays_of, weeks_of
from plugins.rectification.lights import Light
from plugins.rectification.progress import PARTS, Part
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.flow import Happened, days_in_stages, moves, two_weeks, urged_last
from plugins.rectification.queries.listing import Face, Sort
from plugins.rectification.queries.listing import cards as cards_on
from plugins.rectification.queries.rules import rule_of
from plugins.rectification.stages import OPEN_STAGES, SUPERVISE, TITLES, Stage
from plugins.rectification.views.blueprint import bp, here, scope

SHOWN = 50


@bp.get("/stuck")
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


@bp.get("/weekly")
@requires(SUPERVISE)
def weekly() -> ResponseReturnValue:
    """一周进度: what this week brought, beside the last."""
    found = two_weeks(scope())
    lines = [(scope().units[key], this, last) for key, (this, last) in found.items()]
    sums = [Happened(*map(sum, zip(*each, strict=True))) for each in zip(*found.values(), strict=True)]
    return render(
        "rectification/weekly.html",
        "weekly",
        lines=lines,
        total=sums,
        filters=Filters(),
        idle=len(scope().units) - len(lines),
    )


@bp.get("/flow")
@requires(SUPERVISE)
def flow() -> ResponseReturnValue:
    """整改走势: cumulative flow, time in each stage, and when it may be done."""
    today, now = clock.today(), dict.fromkeys(Stage, 0)
    for line in kept(scope(), me()).all.values():
        for stage, number in line.items():
            now[stage] += number
    weeks = weeks_of(now, moves(scope()), today)
    stays = stays_of(days_in_stages(scope()))
    return render(
        "rectification/flow.html",
        "flow",
        weeks=weeks,
        areas=areas(weeks),
        size=(WIDTH, HEIGHT),
        parts=PARTS,
        closed=Part.CLOSED,
        stays=[(TITLES[stay.stage], stay) for stay in stays],
        longest=max((stay.most for stay in stays), default=0) or 1,
        forecast=forecast(weeks, today),
        numbers={"weeks": WEEKS, "basis": BASIS},
    )
