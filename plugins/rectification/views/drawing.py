"""The board as the templates draw it. A drawn card is kept until anything it shows changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from flask import current_app, render_template
from flask_babel import get_locale
from markupsafe import Markup

from intranet import clock
from intranet.models import User
from plugins.rectification.filters import Filters
from plugins.rectification.lights import light_of, words_of
from plugins.rectification.models import CATEGORY_TITLES, SOURCE_TITLES
from plugins.rectification.queries.counting import Counts, counts, kept
from plugins.rectification.queries.listing import WINDOW, Column, Cursor, Face, windows
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import TITLES, Stage
from plugins.rectification.views.blueprint import address, here

KEPT = 8192
"""Drawn cards kept in memory, about 1 KB each."""
KEPT_BOARDS = 64
"""Whole boards kept, up to 90 KB each."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a card's look depends on besides the card."""

    path: str
    unit: str
    targets: str
    today: date
    language: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column, ready to draw. `left`: how many cards come after the window."""

    stage: Stage
    title: str
    cards: int
    drawn: list[Markup]
    left: int
    more: str
    all: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """The numbers above and the columns below."""

    counts: Counts
    columns: list[ColumnView]


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a board: two that are equal see the same. The rest only serves to draw it."""

    path: str
    user_id: int
    filters: Filters
    state: tuple[object, ...]
    today: date
    language: str
    scope: Scope = field(compare=False)
    user: User = field(compare=False)


def drawn_board(scope: Scope, filters: Filters, user: User) -> tuple[Markup, Markup]:
    """The figures and the columns as HTML, drawn anew only when something they show has changed."""
    units = tuple(unit.name for unit in scope.units.values())
    state = (kept(scope, user).state, units, Rights(user).state(scope.units.values()))
    sight = Sight(
        here().code, user.id, filters, state, clock.today(), str(get_locale()), scope=scope, user=user
    )
    return _draw_board(sight)


@lru_cache(maxsize=KEPT_BOARDS)
def _draw_board(sight: Sight) -> tuple[Markup, Markup]:
    return draw(board_of(sight.scope, sight.filters, sight.user), sight.filters)


def draw(view: BoardView, filters: Filters) -> tuple[Markup, Markup]:
    """Figures and columns as HTML."""
    figures = render_template("rectification/_figures.html", view=view, filters=filters)
    columns = render_template("rectification/_columns.html", view=view)
    return Markup(figures), Markup(columns)  # noqa: S704 - templates of ours


def board_of(
    scope: Scope,
    filters: Filters,
    user: User,
    stages: Iterable[Stage] = Stage,
    after: Mapping[Stage, Cursor] | None = None,
) -> BoardView:
    """The board, or only some of its columns; `after` begins a column further down."""
    places = after or {}
    units = scope.narrowed(filters.unit) if filters.unit else scope
    numbers = counts(units, filters, user)
    wanted = [Column(stage, units, numbers.stages[stage], places.get(stage)) for stage in stages]
    found = windows(wanted, conditions=matches(filters.but(stage=()), user))
    rights = Rights(user)
    columns = [_column_view(column, found[column.stage], filters, rights) for column in wanted]
    return BoardView(numbers, columns)


def _column_view(column: Column, faces: list[Face], filters: Filters, rights: Rights) -> ColumnView:
    stage = column.stage
    # Behind a cursor nobody knows how many came before, so a full window offers the next one.
    left = column.cards - len(faces) if column.after is None else int(len(faces) == WINDOW)
    more = address("board", filters, column=stage.value, after=faces[-1].cursor) if faces else ""
    return ColumnView(
        stage,
        str(TITLES[stage]),
        column.cards,
        drawn(faces, column.scope, rights),
        left,
        more,
        address("cards", filters.but(stage=(stage,))),
    )


def drawn(faces: Iterable[Face], scope: Scope, rights: Rights) -> list[Markup]:
    """Each card as HTML."""
    path, today, language = here().code, clock.today(), str(get_locale())
    made = []
    for face in faces:
        unit = scope.units[face.unit_id]
        targets = " ".join(step.end.value for step in rights.steps(face, unit))
        made.append(_draw(face, Surroundings(path, unit.name, targets, today, language)))
    return made


@lru_cache(maxsize=KEPT)
def _draw(face: Face, around: Surroundings) -> Markup:
    template = current_app.jinja_env.get_template("rectification/_card.html")
    light = light_of(face.stage, face.due_on, around.today)
    return Markup(  # noqa: S704 - a template of ours, which escapes what people typed
        template.render(
            face=face,
            around=around,
            light=light.value,
            light_words=words_of(face.stage, face.due_on, around.today),
            stayed=(around.today - clock.local(face.stage_since).date()).days,
            tags=(CATEGORY_TITLES[face.category], SOURCE_TITLES[face.source_kind]),
        )
    )
