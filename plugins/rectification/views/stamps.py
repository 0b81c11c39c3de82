"""Whether the board has changed since a page was drawn: every open board asks every few seconds."""

from hashlib import blake2b

from flask import Response, request
from flask.typing import ResponseReturnValue

from intranet import clock
from intranet.organisation import organisation
from intranet.permissions import for_members
from intranet.sessions import look_only
from plugins.rectification.queries.counting import sums
from plugins.rectification.queries.scope import Scope
from plugins.rectification.stages import Stage
from plugins.rectification.views.blueprint import bp, scope
from plugins.rectification.views.quiet import nothing


def stamp_of(scope: Scope) -> str:
    """A word for what all columns share, then one a column; the count every page makes tells them."""
    numbers = sums(scope)
    shared = (str(clock.today()), organisation().revision, tuple(scope.units), numbers.words)
    return ".".join(map(_word, (shared, *(numbers.changes[stage] for stage in Stage))))


def _word(rows: object) -> str:
    """Short, and the same in every process."""
    return blake2b(repr(rows).encode(), digest_size=4).hexdigest()


@bp.get("/changes")
@for_members
def changes() -> ResponseReturnValue:
    """Nothing, or the stamp of the board as it is now: whose word differs, that column has changed."""
    look_only()
    now = stamp_of(scope())
    if request.args.get("stamp") == now:
        return nothing()
    return Response(now, mimetype="text/plain")
