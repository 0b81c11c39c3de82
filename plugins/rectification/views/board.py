"""The board."""

from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2_fragments.flask import render_blocks
from markupsafe import Markup

from intranet.gate import enabled_plugins
from intranet.htmx import VARY, render, wants_fragment
from intranet.permissions import for_members, me
from plugins.rectification.filters import Filters
from plugins.rectification.queries.incoming import incoming_problems
from plugins.rectification.queries.listing import Cursor
from plugins.rectification.rights import Rights
from plugins.rectification.stages import CATEGORIES, FIELDS, OPEN, SUPERVISE, Stage
from plugins.rectification.views.blueprint import address, bp, here, scope
from plugins.rectification.views.choosing import choices, own_choices
from plugins.rectification.views.drawing import board_of, draw, drawn_board

BOARD = "rectification/board.html"


@bp.get("/")
@for_members
def board() -> ResponseReturnValue:
    """All cards under this unit, by stage: the first of each column, the rest window by window."""
    filters = Filters.of(request.args).but(stage=())
    place = _place()
    if wants_fragment() and place:
        view = board_of(scope(), filters, me(), list(place), place)
        return _answer(render_template("rectification/_window.html", column=view.columns[0]))
    figures, columns = _parts(filters, place)
    parts: dict[str, Any] = {"figures": figures, "columns": columns, "filters": filters}
    if wants_fragment():
        return _filtered(parts, filters)
    return render(BOARD, "board", oob=False, **parts, **_around(filters))


def _parts(filters: Filters, place: dict[Stage, Cursor]) -> tuple[Markup, ...]:
    """The board from its top is kept ready; one that begins further down is drawn."""
    if not place:
        return drawn_board(scope(), filters, me())
    return draw(board_of(scope(), filters, me(), after=place), filters)


def _place() -> dict[Stage, Cursor]:
    """The column that was asked to go on, and from where."""
    stage, cursor = request.args.get("column", ""), Cursor.of(request.args.get("after", ""))
    return {Stage(stage): cursor} if cursor and stage in set(Stage) else {}


def _filtered(parts: dict[str, Any], filters: Filters) -> Response:
    html = render_blocks(BOARD, ["figures", "board"], oob=True, **parts)
    response = _answer(html)
    response.headers["HX-Push-Url"] = address("board", filters)
    return response


def _answer(html: str) -> Response:
    response = make_response(html)
    response.vary.update(VARY)
    return response


def _around(filters: Filters) -> dict[str, Any]:
    rights = Rights(me())
    return {
        "choices": choices(filters, scope()),
        "own_choices": own_choices(filters, scope(), here()),
        "may_add_fields": rights.may(FIELDS, here()),
        "may_open": rights.may(OPEN, here()),
        "may_sort": rights.may(CATEGORIES, here()) and here().parent_id is None,
        "may_supervise": rights.may(SUPERVISE, here()),
        "is_fed": len(enabled_plugins(here())) > 1,
    }


@bp.get("/incoming")
@for_members
def incoming() -> ResponseReturnValue:
    """How many problems wait to become cards: asked by the board once it stands."""
    found = len(incoming_problems(here())) if Rights(me()).may(OPEN, here()) else 0
    return _answer(str(found) if found else "")
