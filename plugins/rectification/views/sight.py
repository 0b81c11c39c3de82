"""What a person sees of a board, in pieces: each is drawn again when anything it shows has changed."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from flask_babel import get_locale

from intranet import clock
from intranet.models import User
from intranet.organisation import organisation
from plugins.rectification.filters import Filters
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Stage
from plugins.rectification.views.blueprint import here
from plugins.rectification.views.folding import Folds


class Piece(StrEnum):
    """What stands above the columns."""

    HEAD = "head"
    FILTERS = "filters"
    FIGURES = "figures"


class Sight(NamedTuple):
    """All that a drawn piece shows: any change draws it anew."""

    piece: Piece | Stage
    path: str
    user_id: int
    filters: Filters
    changes: int | tuple[tuple[Stage, int], ...]
    """Grow with every card opened, moved or edited and every measure written, ticked or removed."""
    words: int
    folds: Folds | None
    picture: str
    """The revision of the units with all that is kept beside them: names and what is set for boards."""
    rights: tuple[tuple[int, frozenset[str]], ...]
    """In each of the units whose cards are shown: people come and go without a new picture."""
    today: date
    language: str


def sight_above(piece: Piece, scope: Scope, filters: Filters, user: User) -> Sight:
    """Of what shows no card."""
    return Sight(
        piece,
        path=here().code,
        user_id=user.id,
        filters=filters,
        changes=0,
        words=sums(scope).words,
        folds=None,
        picture=organisation().revision,
        rights=Rights(user).state(scope.units.values()),
        today=clock.today(),
        language=str(get_locale()),
    )


def sights(scope: Scope, filters: Filters, user: User, folds: Folds) -> list[Sight]:
    """Of the figures and of every column."""
    changes = sums(scope).changes
    above = sight_above(Piece.FIGURES, scope, filters, user)
    figures = above._replace(changes=tuple(changes.items()), folds=folds)
    return [figures, *(figures._replace(piece=stage, changes=changes[stage]) for stage in Stage)]
