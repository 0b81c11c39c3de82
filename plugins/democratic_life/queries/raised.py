"""Problems that went on to the board: on the page of the unit they went to, and what became of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import clock
from intranet.contracts import Problem
from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.organisation import organisation
from intranet.plugins import collect
from intranet.web import path_to
from plugins.democratic_life.models import Raised
from plugins.democratic_life.wording import Source


def raised_from(source: Source, source_ids: Collection[int]) -> list[Raised]:
    query = select(Raised).where(Raised.source == source, Raised.source_id.in_(source_ids))
    return list(db.session.scalars(query.order_by(Raised.id)))


def raised_or_404(unit: Unit, raised_id: int) -> Raised:
    """A problem that went to this very unit."""
    query = select(Raised).where(Raised.id == raised_id, Raised.target_id == unit.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(_("没有这个问题，或者它不对您开放。"))
    return found


def problems_of(unit: Unit, since: datetime) -> list[Problem]:
    """What went on to this unit: its own words, and nothing of where they come from."""
    query = select(Raised).where(Raised.target_id == unit.id, Raised.raised_at >= since)
    return [_problem(raised, unit) for raised in db.session.scalars(query.order_by(Raised.id))]


def _problem(raised: Raised, unit: Unit) -> Problem:
    return Problem(
        source="democratic_life",
        key=str(raised.id),
        title=raised.title,
        url=path_to("democratic_life.raised", unit=unit.code, raised_id=raised.id),
        found_on=clock.local(raised.raised_at).date(),
        measures=tuple(raised.measures),
    )


def outcomes_of(user: User, raised: Sequence[Raised]) -> dict[int, Problem]:
    """By id, what became of each, as this person may know."""
    keys = [str(each.id) for each in raised]
    found = cast("list[Problem]", collect("democratic_life_outcomes", user=user, keys=keys) if keys else [])
    return {int(each.key): each for each in found if each.key in keys}


def targets(unit: Unit) -> dict[int, str]:
    """The units a problem can go on to: this one, those above and those below."""
    known = organisation()
    near = {*unit.line, *(below.id for below in known.under(unit.path))}
    return {each.id: each.name for each in known.units if each.id in near and each.kind != "bureau"}
