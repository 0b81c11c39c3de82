"""整改任务书 of a unit or of a leader, as a Word file. A POST, for it is audited."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from intranet import clock
from intranet.db import reads_first, start_writing
from intranet.documents import download, word
from intranet.htmx import render
from intranet.organisation import organisation
from intranet.permissions import for_members, me
from intranet.web import in_language
from intranet.wording import spelt
from plugins.rectification.filters import Filters
from plugins.rectification.queries.counting import kept
from plugins.rectification.queries.scope import Scope
from plugins.rectification.queries.taskbook import begun_again, names_of, open_by_leader, open_cards
from plugins.rectification.services.exports import record_export
from plugins.rectification.stages import OPEN_STAGES
from plugins.rectification.taskbook import MOST, as_words
from plugins.rectification.views.blueprint import bp, here, scope


@bp.get("/taskbooks")
@for_members
def taskbooks() -> ResponseReturnValue:
    """Whose there are: this unit and those under it, and the leaders, with how many problems each."""
    numbers = kept(scope()).all
    units = [
        (unit, sum(numbers.get(key, {}).get(stage, 0) for stage in OPEN_STAGES))
        for key, unit in scope().units.items()
    ]
    return render(
        "rectification/taskbooks.html",
        "taskbooks",
        units=[(unit, number) for unit, number in units if number],
        total=sum(number for _unit, number in units),
        leaders=open_by_leader(scope()),
        stages=OPEN_STAGES,
        all_cards=Filters(),
        most=MOST,
    )


@bp.post("/taskbook.docx")
@for_members
@reads_first
def taskbook() -> ResponseReturnValue:
    """Of one unit, of one leader, or of all this page is about."""
    units, leader, whose = _whose()
    found = open_cards(units, leader, MOST)
    with in_language("zh"):
        problems = as_words(found, names_of(found), organisation().by_id, begun_again(found))
    day = spelt(clock.today())
    title = whose if not leader else f"{here().name}{whose}"
    content = word.fill(
        "rectification", "taskbook", {"title": title, "whose": whose, "day": day, "problems": problems}
    )
    start_writing()
    record_export(here(), by=me(), rows=len(problems), sheet="book")
    return download(content, f"{title}整改任务书.docx")


def _whose() -> tuple[Scope, int | None, str]:
    """The units and the leader the address names, and how the book calls them."""
    code, leader = request.args.get("unit", ""), request.args.get("leader", 0, type=int)
    if code:
        units = scope().narrowed([code])
        return units, None, next((unit.name for unit in units.units.values()), "") or abort(404)
    if not leader:
        return scope(), None, here().name
    names = {user_id: name for user_id, name, _number in open_by_leader(scope())}
    return scope(), leader, f"{names[leader]}同志牵头" if leader in names else abort(404)
