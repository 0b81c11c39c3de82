"""First passwords for many people at once: choose them, print the slips."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from intranet import passwords
from intranet.contracts import Role, Text
from intranet.db import reads_first, start_writing
from intranet.forms import version_seen
from intranet.gate import password_first
from intranet.htmx import render
from intranet.permissions import me, requires_role
from plugins.people.queries import slips as queries
from plugins.people.queries.people import Filters, id_of
from plugins.people.queries.units import open_units
from plugins.people.services.people import give_passwords
from plugins.people.views import bp


@bp.get("/slips")
@requires_role(Role.SYSTEM)
def choose_slips() -> ResponseReturnValue:
    """Who gets one: at first those who have no password. `who`: those ticked before the login, or named."""
    ticked = _ids(request.args)
    return _page(200, ticked=ticked or None)


def _ids(words: MultiDict[str, str]) -> list[int]:
    return [number for text in words.getlist("who") if (number := id_of(text))]


def _page(status: int, refusal: Text | None = None, ticked: list[int] | None = None) -> ResponseReturnValue:
    filters = Filters.of(request.args)
    rows, lacking = queries.candidates(filters, ticked or [])
    if ticked is None:
        ticked = [row.user.id for row in rows if row.needs_one]
    shown = {"filters": filters, "rows": rows, "lacking": lacking, "ticked": ticked, "most": queries.MOST}
    words = {"refusal": refusal, "latest": queries.latest()}
    return render("people/choose_slips.html", "choice", status, units=open_units(), **words, **shown)


@bp.post("/slips")
@requires_role(Role.SYSTEM)
@reads_first
def slips() -> ResponseReturnValue:
    """Shown once. The slow hashes are made before the writing begins, so that nobody waits for them."""
    ids = _ids(request.form)
    back = Filters.of(request.args).query_string(who=ids[: queries.MOST])
    if first := password_first(next=f"{request.path}?{back}"):
        return first
    if not 1 <= len(ids) <= queries.MOST:
        refusal = _("请选择 1 到 %(most)s 人；人多时分几次发。", most=queries.MOST)
        return _page(422, refusal, ids)
    since = version_seen()
    drawn = [passwords.draw() for _person in ids]
    start_writing()
    users = queries.chosen(ids)
    given = give_passwords(users, drawn[: len(users)], since=since, by=me())
    made = list(zip(users, given, queries.places_on(users), strict=True))
    return render("people/slips.html", "slips", slips=made)
