"""进度: everybody against a target, by unit and by person, and the list behind every number."""

from dataclasses import dataclass

from flask import abort, request
from flask.typing import ResponseReturnValue

from intranet.htmx import render
from intranet.models import Unit
from intranet.organisation import organisation
from intranet.permissions import allowed, for_members, me
from intranet.web import page_asked
from plugins.study_logs.models import Target
from plugins.study_logs.queries import targets as queries
from plugins.study_logs.queries.roster import members_of, name_of
from plugins.study_logs.queries.targets import Standing
from plugins.study_logs.rights import Rights
from plugins.study_logs.steps import SEE, TARGETS
from plugins.study_logs.views.blueprint import bp, here
from plugins.study_logs.views.papers import quarters
from plugins.study_logs.views.sessions import units_here
from plugins.study_logs.wording import Measure, Pace

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: how many of its people the target is for, have reached it, are behind."""

    unit: Unit
    people: int
    reached: int
    behind: int


@bp.get("/progress/")
@for_members
def progress() -> ResponseReturnValue:
    """With the right to see: of all; otherwise of oneself."""
    found = queries.targets_for(here())
    target = _chosen(list(found))
    sees = allowed(me(), SEE, here())
    everybody = _standings(target, sees=sees)
    pace, code = _pace(), request.args.get("of", "")
    shown = [one for one in everybody if _is_asked(one, pace, code)]
    page = page_asked() - 1
    return render(
        "study_logs/progress.html",
        "progress",
        targets=found,
        target=target,
        lines=_lines(everybody) if sees else [],
        numbers={each: sum(one.pace is each for one in everybody) for each in Pace},
        people=shown[page * PAGE : (page + 1) * PAGE],
        total=len(everybody),
        names={unit.id: unit.name for unit in organisation().by_id.values()},
        pace=pace,
        code=code,
        page=page + 1,
        pages=max(1, -(-len(shown) // PAGE)),
        may_set=allowed(me(), TARGETS, here()),
        sees=sees,
        here=here(),
        days=queries.days_of(target) if target else (0, 1),
        quarters=quarters() if sees else [],
    )


def _chosen(found: list[Target]) -> Target | None:
    asked = request.args.get("target", type=int)
    return next((one for one in found if one.id == asked), found[0] if found else None)


def _pace() -> Pace | None:
    asked = request.args.get("pace", "")
    return Pace(asked) if asked in set(Pace) else None


def _standings(target: Target | None, *, sees: bool) -> list[Standing]:
    if target is None:
        return []
    return queries.standings(target, units_here(), None if sees else me().id)


def _is_asked(one: Standing, pace: Pace | None, code: str) -> bool:
    known = organisation().by_code.get(code)
    return (pace is None or one.pace is pace) and (
        not code or (known is not None and known.id in one.unit_ids)
    )


def _lines(everybody: list[Standing]) -> list[Line]:
    """Units that have people of their own; whoever works in two counts in both."""
    found = []
    for unit in units_here():
        own = [one.pace for one in everybody if unit.id in one.unit_ids]
        if own:
            found.append(Line(unit, len(own), own.count(Pace.REACHED), own.count(Pace.BEHIND)))
    return found


@bp.get("/people/<int:user_id>")
@for_members
def person(user_id: int) -> ResponseReturnValue:
    """What one person has studied: one's own, or of somebody whose attendance one may see."""
    units, page = units_here(), page_asked() - 1
    ids = [unit.id for unit in units]
    is_me = user_id == me().id
    if not is_me:
        ids = Rights(me()).units(SEE, units)
        if user_id not in members_of(ids) and not queries.studied(user_id, ids, None, range(1)):
            abort(404)
    asked = request.args.get("target", type=int)
    target = (queries.find_target(here(), asked) or abort(404)) if asked else None
    rows = queries.studied(user_id, ids, target, range(page * PAGE, (page + 1) * PAGE))
    is_notes = target is not None and target.measure is Measure.NOTES
    return render(
        "study_logs/person.html",
        "person",
        user_id=user_id,
        name=name_of(user_id),
        rows=[] if is_notes else rows,
        days=[day for _id, day in queries.notes_of(user_id, target)] if is_notes and target else [],
        is_notes=is_notes,
        is_me=is_me,
        target=target,
        codes={unit.id: unit.code for unit in units},
        page=page + 1,
        more=len(rows) == PAGE,
    )
