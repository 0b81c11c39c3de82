"""Talks of a unit and those under it, counted."""

from datetime import datetime

from sqlalchemy import func, select

from intranet import clock
from intranet.extensions import db
from intranet.gate import open_units
from intranet.models import Unit, User
from plugins.talk_records.models import Cycle, Party, Talk
from plugins.talk_records.queries.needs import Need, needs
from plugins.talk_records.queries.talks import PLUGIN
from plugins.talk_records.wording import TOOK_PLACE, State


def happened(user: User, unit: Unit, start: datetime, end: datetime) -> tuple[int, int]:
    """How many talks took place between these moments, and on how many the last side agreed. One query."""
    here = Talk.unit_id.in_([each.id for each in open_units(PLUGIN, unit, user)])
    held = select(func.count()).where(here, Talk.state.in_(TOOK_PLACE))
    held = held.where(Talk.held_on >= start.date(), Talk.held_on < end.date())
    agreed = select(func.max(Party.confirmed_at)).where(Party.talk_id == Talk.id).scalar_subquery()
    confirmed = select(func.count()).where(here, Talk.state.in_((State.CONFIRMED, State.ARCHIVED)))
    confirmed = confirmed.where(agreed >= start, agreed < end)
    row = db.session.execute(select(held.scalar_subquery(), confirmed.scalar_subquery())).one()
    return row[0], row[1]


def running(user: User, unit: Unit) -> list[Need]:
    """The pairs of the rounds that have begun and are not closed."""
    units = [each.id for each in open_units(PLUGIN, unit, user)]
    return needs(Cycle.unit_id.in_(units), Cycle.closed_on.is_(None), Cycle.starts_on <= clock.today())
