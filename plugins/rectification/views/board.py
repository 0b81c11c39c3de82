"""The board."""

from dataclasses import replace
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2_fragments.flask import render_blocks
from markupsafe import Markup

from intranet.htmx import VARY, render, wants_fragment
from intranet.permissions import for_members, me
from plugins.rectification.filters import Filters
from plugins.rectification.queries.counting import cards_of_closed
from plugins.rectification.queries.incoming import incoming_problems
from plugins.rectification.queries.listing import Cursor
from plugins.rectification.rights import Rights
from plugins.rectification.stages import OPEN, Stage
from plugins.rectification.views.blueprint import address, bp, here, scope
from plugins.rectification.views.drawing import Part, board_of, draw, drawn_board, rows_shown
from plugins.rectification.views.folding import Folds
from plugins.rectification.views.heading import drawn_heading
from plugins.rectification.views.lanes import draw_lanes, lanes_of
from plugins.rectification.views.stamps import stamp_of

BOARD = "rectification/board.html"


@bp.get("/")
@for_members
def board() -> ResponseReturnValue:
    """All cards under this unit, by stage: the first of each column, the rest window by window."""
    filters, folds = Filters.of(request.args).but(stage=()), Folds.of_request()
    part = _part()
    is_piece = wants_fragment() and not filters.lanes
    response = _piece(filters, folds, part) if part and is_piece else None
    response = response or _board(filters, folds, part)
    folds.keep(response)
    return response


def _board(filters: Filters, folds: Folds, part: Part | None) -> Response:
    if filters.lanes and wants_fragment() and "lane" in request.args:
        view = lanes_of(filters, folds, request.args["lane"])
        return _answer(render_template("rectification/_lane.html", view=view, filters=filters))
    figures, columns = _parts(filters, folds, part)
    parts: dict[str, Any] = {"figures": figures, "columns": columns, "filters": filters}
    parts["stamp"] = stamp_of(scope())
    if wants_fragment():
        return _filtered(parts, filters)
    parts |= drawn_heading(scope(), filters, me())
    return render(BOARD, "board", oob=False, closed=cards_of_closed(here(), me()), **parts)


def _parts(filters: Filters, folds: Folds, part: Part | None) -> tuple[Markup, ...]:
    """The board from its top is kept ready; rows, and one that begins further down, are drawn."""
    if filters.lanes:
        return draw_lanes(lanes_of(filters, folds), filters)
    if part is None or not part.after:
        return drawn_board(scope(), filters, me(), folds)
    whole = replace(part, stages=tuple(Stage))
    figures, *columns = draw(board_of(scope(), filters, me(), folds, whole), filters)
    return figures, Markup().join(columns)


def _part() -> Part | None:
    """The column that was asked for: from where on, or how many of its cards from the top."""
    name = request.args.get("column", "")
    stages = tuple(stage for stage in Stage if stage in {name, *request.args.getlist("unfold")})
    stages = stages or tuple(stage for stage in Stage if stage == request.args.get("fold"))
    if not stages:
        return None
    cursor = Cursor.of(request.args.get("after", ""))
    after = {stages[0]: cursor} if cursor else {}
    shown = request.args.get("shown", 0, type=int)
    return Part(stages[:1], after, shown=shown) if after else Part(stages[:1], rows=rows_shown(request.args))


def _piece(filters: Filters, folds: Folds, part: Part) -> Response:
    """One column, or the next window of one."""
    view = board_of(scope(), filters, me(), folds, part)
    name = "rectification/_window.html" if part.after else "rectification/_column_again.html"
    return _answer(render_template(name, column=view.columns[0], view=view, filters=filters))


def _filtered(parts: dict[str, Any], filters: Filters) -> Response:
    html = render_blocks(BOARD, ["figures", "stamp", "filters_on", "board"], oob=True, **parts)
    response = _answer(html)
    response.headers["HX-Push-Url"] = address("board", filters)
    return response


def _answer(html: str) -> Response:
    response = make_response(html)
    response.vary.update(VARY)
    return response


@bp.get("/incoming")
@for_members
def incoming() -> ResponseReturnValue:
    """How many problems wait to become cards: asked by the board once it stands."""
    found = len(incoming_problems(here())) if Rights(me()).may(OPEN, here()) else 0
    return _answer(str(found) if found else "")
