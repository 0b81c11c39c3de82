"""整改公示: what is published for the people of a unit, as they read it."""

from flask.typing import ResponseReturnValue

from intranet import clock
from intranet.htmx import render
from intranet.organisation import organisation
from intranet.permissions import for_members
from intranet.web import page_asked
from plugins.rectification.queries.publications import PAGE
from plugins.rectification.queries.publications import published as published_for
from plugins.rectification.views.blueprint import bp, here, scope


@bp.get("/published")
@for_members
def published() -> ResponseReturnValue:
    """For everybody of the unit, whether or not they may see the cards."""
    page = page_asked() - 1
    found = published_for(here(), scope(), page)
    return render(
        "rectification/published.html",
        "published",
        publications=found[:PAGE],
        names={unit.id: unit.name for unit in organisation().by_id.values()},
        this_day=clock.today(),
        page=page + 1,
        is_more=len(found) > PAGE,
    )
