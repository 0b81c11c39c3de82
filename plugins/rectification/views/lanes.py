"""The board in rows: the heads once, then a row for each unit, leader or category."""

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from intranet.permissions import me
from plugins.rectification.filters import Filters
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.lanes import Lane, lanes
from plugins.rectification.stages import Stage
from plugins.rectification.views.blueprint import address, scope
from plugins.rectification.views.drawing import BoardView, ColumnView, Part, board_of
from plugins.rectification.views.folding import Folds

DRAWN = 2
"""So many rows come with the page; the others are drawn when they are scrolled to."""
ROWS = 5
"""So many cards stand in a cell; the list behind its number has all."""


@dataclass(frozen=True, slots=True)
class LaneView:
    """`columns` is empty as long as nobody has scrolled to it."""

    lane: Lane
    columns: list[ColumnView]
    url: str
    alone: str
    """Its cards as a board of their own: for browsers without a script."""


@dataclass(frozen=True, slots=True)
class LanesView:
    """The heads with the numbers of the whole board, and the rows."""

    heads: BoardView
    lanes: list[LaneView]


def lanes_of(filters: Filters, folds: Folds, wanted: str | None = None) -> LanesView:
    """All rows, the first drawn; or only the one that is wanted, drawn."""
    heads = board_of(scope(), filters, me(), folds, Part(rows=0))
    found = lanes(scope(), filters, me(), category_titles(scope()))
    shown = [lane for lane in found if wanted in {None, lane.key}]
    # Every row folds what the whole board folds, so that cells stand under their heads.
    shut = frozenset(column.stage for column in heads.columns if column.folded)
    same = Folds(shut, frozenset(Stage) - shut)
    return LanesView(
        heads,
        [_lane_view(lane, filters, same if place < DRAWN else None) for place, lane in enumerate(shown)],
    )


def _lane_view(lane: Lane, filters: Filters, folds: Folds | None) -> LaneView:
    columns = board_of(scope(), lane.filters, me(), folds, Part(rows=ROWS)).columns if folds else []
    alone = address("board", lane.filters.but(lanes=None))
    return LaneView(lane, columns, address("board", filters, lane=lane.key), alone)


def draw_lanes(view: LanesView, filters: Filters) -> tuple[Markup, Markup]:
    """Figures and rows as HTML."""
    figures = render_template("rectification/_figures.html", view=view.heads, filters=filters)
    rows = render_template("rectification/_lanes.html", view=view)
    return Markup(figures), Markup(rows)  # noqa: S704 - templates of ours
