"""The demonstration's plan, on the day it was made: every state is there, and all counts agree."""

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.extensions import db
from plugins.campaign.models import Activity, Duty, DutyState
from plugins.campaign.queries.plans import plan_for, schedule
from plugins.campaign.states import State, has_late_duty, is_over
from tests.fixtures import unit


@pytest.fixture(autouse=True)
def _today() -> None:
    """The real day: the demonstration is spread around it."""


def test_lists_and_counts_agree_on_what_is_over_and_what_is_late(demo_app):
    with demo_app.app_context():
        today = clock.today()
        rows = schedule(plan_for(unit("hospital")), today)

        over = set(db.session.scalars(select(Activity.id).where(is_over())))
        late = set(db.session.scalars(select(Duty.id).join(Duty.activity).where(has_late_duty(today))))

        not_cancelled = {row.activity.id for row in rows if row.state is not State.CANCELLED}
        assert over & not_cancelled == {row.activity.id for row in rows if row.state is State.DONE}
        assert late == {share.duty_id for row in rows for share in row.late(today)}


def test_the_demo_shows_every_state(demo_app):
    with demo_app.app_context():
        rows = schedule(plan_for(unit("hospital")), clock.today())

        assert {row.state for row in rows} == set(State)
        assert {share.state for row in rows for share in row.shares} == set(DutyState)
        assert any(row.is_adjusted for row in rows)
