"""What stands above the board: its buttons and its filters."""

from collections.abc import Callable

from flask import render_template
from markupsafe import Markup

from intranet.gate import enabled_plugins
from intranet.models import User
from plugins.rectification.filters import Filters
from plugins.rectification.queries.scope import Scope
from plugins.rectification.rights import Rights
from plugins.rectification.stages import CATEGORIES, FIELDS, OPEN, SETTINGS, SUPERVISE, TEMPLATES, Stage
from plugins.rectification.views.blueprint import here
from plugins.rectification.views.choosing import LANE_TITLES, choices, own_choices
from plugins.rectification.views.kept import kept_html
from plugins.rectification.views.sight import Piece, Sight, sight_above

Drawing = Callable[[Scope, Filters, Rights], Markup]


def drawn_heading(scope: Scope, filters: Filters, user: User) -> dict[str, Markup]:
    """Both as HTML, under the names the page has for them."""

    def draw_these(missing: list[Sight]) -> list[Markup]:
        return [drawings[each.piece](scope, filters, Rights(user)) for each in missing]

    drawings: dict[Piece | Stage, Drawing] = {Piece.HEAD: _head, Piece.FILTERS: _filters}
    above = sight_above(Piece.HEAD, scope, filters, user)
    head, form = kept_html().all([above, above._replace(piece=Piece.FILTERS)], draw_these)
    return {"head": head, "filters_form": form}


def _head(_scope: Scope, filters: Filters, rights: Rights) -> Markup:
    html = render_template(
        "rectification/_head.html",
        filters=filters,
        may_add_fields=rights.may(FIELDS, here()),
        may_open=rights.may(OPEN, here()),
        may_sort=rights.may(CATEGORIES, here()) and here().parent_id is None,
        may_set=rights.may(SETTINGS, here()),
        may_keep=rights.may(TEMPLATES, here()),
        may_supervise=rights.may(SUPERVISE, here()),
        is_fed=len(enabled_plugins(here())) > 1,
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes what people typed


def _filters(scope: Scope, filters: Filters, rights: Rights) -> Markup:
    html = render_template(
        "rectification/_filters.html",
        filters=filters,
        choices=choices(filters, scope),
        lane_titles=LANE_TITLES,
        own_choices=own_choices(filters, scope, here()),
        may_keep=rights.may(TEMPLATES, here()),
    )
    return Markup(html)  # noqa: S704 - as above
