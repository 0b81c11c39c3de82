"""The board as the templates draw it. Drawn columns and cards are kept until anything they show changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import NamedTuple

from flask import current_app, render_template
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from intranet import clock
from intranet.asking import side_by_side
from intranet.contracts import Text
from intranet.models import User
from plugins.rectification.filters import Filters
from plugins.rectification.lights import light_of, words_of
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.counting import Counts, counts, is_kept, sums
from plugins.rectification.queries.faces import Face
from plugins.rectification.queries.listing import WINDOW, Column, Cursor, windows
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.rules import Limit, Rule, rule_of, rules
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import PEOPLE, TITLES, Stage
from plugins.rectification.views.blueprint import address, here
from plugins.rectification.views.folding import Folds
from plugins.rectification.views.kept import kept_html
from plugins.rectification.views.marks import days_in_stage, marks_of
from plugins.rectification.views.sight import Piece, Sight, sights
from plugins.rectification.wording import SOURCE_TITLES, TERM_TITLES, Term

MOST_ROWS = 300
"""As many cards of a column as are drawn at once, when it is drawn again."""


class Surroundings(NamedTuple):
    """With the card itself all that a drawn card shows: any change draws it anew."""

    path: str
    unit: str
    category: str
    held: frozenset[str]
    """What this person may do in the unit, and by which columns the card is their own: so where it may go."""
    own: tuple[str, ...]
    rule: Rule
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
    unprinted: int
    """How many cards of the column do not stand on the page."""
    more: str
    all: str
    limit: Limit | None
    held: int
    """How many cards the limit counts: those the filters hide too."""
    folded: bool
    turn: str
    """Where it is folded or unfolded."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """The numbers above and the columns below."""

    counts: Counts
    columns: list[ColumnView]


@dataclass(frozen=True, slots=True)
class Part:
    """Which columns to draw, how many cards of each, and from where on: behind how many that are shown."""

    stages: tuple[Stage, ...] = tuple(Stage)
    after: Mapping[Stage, Cursor] = field(default_factory=dict)
    rows: int = WINDOW
    shown: int = 0


def rows_shown(asked: MultiDict[str, str]) -> int:
    """As many cards of a column as the page shows now, in whole windows: each number is another question."""
    windows = -(-asked.get("rows", WINDOW, type=int) // WINDOW)
    return min(max(windows, 1) * WINDOW, MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the columns of one board share."""

    filters: Filters
    rights: Rights
    titles: Mapping[str, Text]
    shut: frozenset[Stage]
    held: Mapping[Stage, int]
    shown: int
    """How many cards stand above the cursor of the column that has one."""


def drawn_board(scope: Scope, filters: Filters, user: User, folds: Folds) -> tuple[Markup, ...]:
    """The figures and the columns as HTML; after a move only the figures and two columns are drawn."""

    def draw_these(sights: list[Sight]) -> list[Markup]:
        stages = tuple(sight.piece for sight in sights if isinstance(sight.piece, Stage))
        view = board_of(scope, filters, user, folds, Part(stages))
        drawn = dict(zip([Piece.FIGURES, *stages], draw(view, filters), strict=True))
        return [drawn[sight.piece] for sight in sights]

    figures, *columns = kept_html().all(sights(scope, filters, user, folds), draw_these)
    return figures, Markup().join(columns)


def draw(view: BoardView, filters: Filters) -> tuple[Markup, ...]:
    """Figures and each column as HTML."""
    figures = render_template("rectification/_figures.html", view=view, filters=filters)
    column = current_app.jinja_env.get_template("rectification/_column.html")
    return Markup(figures), *(Markup(column.render(column=item)) for item in view.columns)  # noqa: S704 - ours


def board_of(
    scope: Scope,
    filters: Filters,
    user: User,
    folds: Folds,
    part: Part | None = None,
) -> BoardView:
    """The board, or only some of its columns. Of a folded column no card is read."""
    part = part or Part()
    units = scope.narrowed(filters.unit) if filters.unit else scope
    counted = None if is_kept(units, filters) else counts(units, filters, user)
    stages = counted.stages if counted else sums(units).cards
    wanted = [Column(stage, units, stages[stage], part.after.get(stage)) for stage in part.stages]
    shut = folds.shut(stages)
    shown = [each for each in wanted if part.rows and (each.stage not in shut or each.after)]
    found, numbers = side_by_side(
        partial(windows, shown, part.rows, matches(filters.but(stage=()), user)),
        lambda: counted or counts(units, filters, user),
        only_read=True,
    )
    whole = Whole(filters, Rights(user), category_titles(scope), shut, sums(scope).cards, part.shown)
    return BoardView(numbers, [_column_view(column, found.get(column.stage, []), whole) for column in wanted])


def _column_view(column: Column, faces: list[Face], whole: Whole) -> ColumnView:
    stage, filters = column.stage, whole.filters
    # Behind a cursor nobody knows how many came before, so a full window offers the next one.
    left = column.cards - len(faces) if column.after is None else int(len(faces) == WINDOW)
    shown = len(faces) + (whole.shown if column.after else 0)
    more = address("board", filters, column=stage.value, after=faces[-1].cursor, shown=shown) if faces else ""
    folded = stage in whole.shut
    return ColumnView(
        stage=stage,
        title=str(TITLES[stage]),
        cards=column.cards,
        drawn=drawn(faces, column.scope, whole.rights, whole.titles),
        left=0 if folded else left,
        unprinted=max(column.cards - shown, 0),
        more=more,
        all=address("cards", filters.but(stage=(stage,))),
        limit=rules().limits.get(here().id, {}).get(stage),
        held=whole.held[stage],
        folded=folded,
        turn=address("board", filters, **{"unfold" if folded else "fold": stage.value}),
    )


def drawn(faces: Collection[Face], scope: Scope, rights: Rights, titles: Mapping[str, Text]) -> list[Markup]:
    """Each card as HTML."""
    path, today, language, me = here().code, clock.today(), str(get_locale()), rights.user.id
    names = {code: str(title) for code, title in titles.items()}
    units = {unit_id: scope.units[unit_id] for unit_id in {face.unit_id for face in faces}}
    known = {unit_id: (unit.name, rights.in_unit(unit), rule_of(unit_id)) for unit_id, unit in units.items()}
    shown: list[tuple[Face, Surroundings]] = []
    for face in faces:
        unit_name, held, rule = known[face.unit_id]
        own = tuple(name for name in PEOPLE if getattr(face, name) == me)
        around = Surroundings(path, unit_name, names[face.category], held, own, rule, today, language)
        shown.append((face, around))
    return kept_html().all(shown, lambda missing: [_draw(*each, rights, scope) for each in missing])


def _term(face: Face) -> list[Text]:
    """Only what must be done at once or never ends: the date tells the rest."""
    return [TERM_TITLES[face.term]] if face.term in {Term.AT_ONCE, Term.LASTING} else []


def _draw(face: Face, around: Surroundings, rights: Rights, scope: Scope) -> Markup:
    steps = rights.steps(face, scope.units[face.unit_id])
    template = current_app.jinja_env.get_template("rectification/_card.html")
    light = light_of(face.stage, face.due_on, around.today, around.rule)
    stayed = days_in_stage(face, around.today)
    html = template.render(
        face=face,
        around=around,
        targets=" ".join(dict.fromkeys(step.end.value for step in steps)),
        light=light.value,
        light_words=words_of(face.stage, face.due_on, around.today),
        stayed=stayed,
        aged=min(2, (stayed or 0) // around.rule.stay_days),
        tags=(around.category, SOURCE_TITLES[face.source_kind], *_term(face)),
        marks=marks_of(face),
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes what people typed
