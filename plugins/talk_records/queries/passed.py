"""Problems that went on from talks: on the talk, on the page of the unit they went to, and on the board."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.plugins import collect
from intranet.web import path_to
from plugins.talk_records.models import Agreement, Passed, Talk


def passed_of(talk: Talk) -> list[Passed]:
    query = select(Passed).where(Passed.talk_id == talk.id)
    return list(db.session.scalars(query.order_by(Passed.id)))


def agreed_people(passed: Sequence[Passed]) -> dict[int, set[int]]:
    """By id of the problem, who has agreed that it goes on."""
    query = select(Agreement.passed_id, Agreement.user_id)
    found: dict[int, set[int]] = {}
    for passed_id, user_id in db.session.execute(
        query.where(Agreement.passed_id.in_([p.id for p in passed]))
    ):
        found.setdefault(passed_id, set()).add(user_id)
    return found


def passed_or_404(unit: Unit, passed_id: int) -> Passed:
    """A problem all at the table agreed to pass on to this very unit."""
    agreed = Passed.agreed_at.is_not(None)
    query = select(Passed).where(Passed.id == passed_id, Passed.target_id == unit.id, agreed)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("没有这个问题，或者它不对您开放。"))
    return found


def problems_of(unit: Unit, since: datetime) -> list[Problem]:
    """What was passed on to this unit: the words all agreed to, and nothing of the talk."""
    query = select(Passed).where(Passed.target_id == unit.id, Passed.agreed_at >= since)
    return [_problem(passed, unit) for passed in db.session.scalars(query.order_by(Passed.id))]


def _problem(passed: Passed, unit: Unit) -> Problem:
    return Problem(
        source="talk_records",
        key=str(passed.id),
        title=passed.title or "",
        url=path_to("talk_records.passed", unit=unit.code, passed_id=passed.id),
        found_on=clock.local(passed.agreed_at or passed.proposed_at).date(),
        measures=tuple(passed.measures or ()),
    )


def outcomes_of(user: User, passed: Sequence[Passed]) -> dict[int, Problem]:
    """By id, what became of each, as this person may know."""
    keys = [str(each.id) for each in passed if each.agreed_at]
    found = cast("list[Problem]", collect("talk_records_outcomes", user=user, keys=keys) if keys else [])
    return {int(each.key): each for each in found if each.key in keys}
