"""挂图: how far all of it is, for a screen in the lobby and for a sheet of A3."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from intranet import clock
from intranet.htmx import render, wants_fragment
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.sessions import look_only
from plugins.rectification.filters import Filters
from plugins.rectification.models import Drive
from plugins.rectification.progress import PARTS, Part, Progress, together
from plugins.rectification.queries.categories import category_titles
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.matching import matches
from plugins.rectification.queries.rules import rule_of
from plugins.rectification.queries.scope import Scope
from plugins.rectification.queries.wall import by_category, by_place, closed_since, longest_late
from plugins.rectification.views.blueprint import bp, here, scope
from plugins.rectification.views.drives import drive_or_404
from plugins.rectification.views.kept import kept_html
from plugins.rectification.weeks import monday

CLOSED_SHOWN, LATE_SHOWN = 10, 6
IN_ONE_COLUMN = 16
"""With more units the chart has two columns of them."""
LISTS = 8
"""What is closed and what is late take about the room of so many rows."""
FITS = {12: " wall-few", 16: "", 20: " wall-many"}
"""How closely its rows stand on a sheet of A3, by how many there are one under the other."""


@bp.get("/wall")
@bp.get("/drives/<int:drive_id>/wall")
@for_members
def wall(drive_id: int | None = None) -> ResponseReturnValue:
    """The chart, of all cards or of a special campaign; a screen that asks again hears only of changes."""
    is_screen, drive = "screen" in request.args, drive_or_404(drive_id) if drive_id else None
    sight = _sight(drive, is_screen=is_screen)
    state = hashlib.sha256(repr(sight).encode()).hexdigest()[:16]
    if "seen" in request.args:
        look_only()
    if wants_fragment() and request.args.get("seen") == state:
        return "", 204
    [chart] = kept_html().all([sight], lambda _missing: [_draw(state, drive, is_screen=is_screen)])
    return render(
        "rectification/wall.html",
        "wall",
        chart=chart,
        is_screen=is_screen,
        drive=drive,
        place=place_of(drive),
    )


def place_of(drive: Drive | None) -> dict[str, int]:
    """What names the chart beside the unit in its address."""
    return {"drive_id": drive.id} if drive else {}


def _sight(drive: Drive | None, *, is_screen: bool) -> tuple[object, ...]:
    """All that the chart shows: any change draws it anew."""
    numbers = sums(scope())
    return (
        "wall",
        here().code,
        tuple(numbers.changes.items()),
        numbers.words,
        tuple(scope().units),
        organisation().revision,
        clock.today(),
        str(get_locale()),
        (drive.id, drive.version) if drive else None,
        is_screen,
    )


def _draw(state: str, drive: Drive | None, *, is_screen: bool) -> Markup:
    units, today = scope(), clock.today()
    filters = Filters(drive=(drive.id,)) if drive else Filters()
    only = matches(filters, me())
    places = by_place(here(), units, *only)
    number, closed = closed_since(units, monday(today), CLOSED_SHOWN, *only)
    halves, categories = _halves(places), _categories(by_category(units, *only))
    html = render_template(
        "rectification/_wall.html",
        unit=here(),
        drive=drive,
        place=place_of(drive),
        state=state,
        is_screen=is_screen,
        total=together(progress for _place, progress in places),
        halves=halves,
        categories=categories,
        fit=_fit(max(len(rows) for rows in (*halves, [*categories, *range(LISTS)]))),
        amber=_amber(units),
        closed_number=number,
        closed=closed,
        late=longest_late(units, LATE_SHOWN, *only),
        units=units.units,
        parts=PARTS,
        Part=Part,
        filters=filters,
        opens=opens,
    )
    return Markup(html)  # noqa: S704 - a template of ours, which escapes what people typed


def _amber(units: Scope) -> str:
    """What an amber light means here, where all units mean the same."""
    days = {rule_of(unit_id).amber_days for unit_id in units.units}
    return str(_("黄灯 · %(n)s 天内", n=days.pop()) if len(days) == 1 else _("黄灯 · 临近期限"))


def _halves(rows: list[Any]) -> list[list[Any]]:
    """One column, or two of the same length."""
    half = -(-len(rows) // 2) if len(rows) > IN_ONE_COLUMN else len(rows)
    return [part for part in (rows[:half], rows[half:]) if part]


def _fit(rows: int) -> str:
    return next((name for most, name in FITS.items() if rows <= most), " wall-tight")


def _categories(found: Mapping[str, Progress]) -> list[Any]:
    """In the order of the site's table, those with cards."""
    return [(code, title, found[code]) for code, title in category_titles(scope()).items() if code in found]


def opens(code: str, filters: Filters, **words: object) -> str:
    """The list behind a number: of that unit and all below it."""
    asked = filters.but(**words).query_string()
    return url_for("rectification.cards", unit=code) + (f"?{asked}" if asked else "")
