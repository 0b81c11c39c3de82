"""An activity's state follows from what is stored, the duties and the dates."""

from datetime import date

import pytest

from plugins.campaign.models import Activity, DutyState
from plugins.campaign.states import State, is_late, state_of

TODAY = date(2026, 3, 16)
BEFORE, LATER = date(2026, 3, 1), date(2026, 4, 1)
ASSIGNED, REPORTED, CONFIRMED, RETURNED = DutyState


@pytest.mark.parametrize(
    ("stored", "duties", "state"),
    [
        ({}, [], State.PENDING),
        ({"start_on": LATER}, [], State.PLANNED),
        ({"end_on": LATER}, [ASSIGNED], State.PLANNED),
        ({"start_on": BEFORE, "end_on": LATER}, [ASSIGNED], State.RUNNING),
        ({"start_on": BEFORE}, [], State.RUNNING),
        ({"start_on": TODAY, "end_on": TODAY}, [], State.RUNNING),
        ({"start_on": LATER}, [REPORTED, ASSIGNED], State.RUNNING),
        ({"actual_start_on": BEFORE}, [], State.RUNNING),
        ({"end_on": BEFORE}, [], State.OVERDUE),
        ({"end_on": BEFORE}, [CONFIRMED, REPORTED], State.OVERDUE),
        ({"end_on": BEFORE}, [CONFIRMED, RETURNED], State.OVERDUE),
        ({"end_on": BEFORE}, [CONFIRMED, CONFIRMED], State.DONE),
        ({"end_on": BEFORE, "actual_end_on": BEFORE}, [ASSIGNED], State.DONE),
        ({"end_on": BEFORE, "cancelled_reason": "合并"}, [CONFIRMED], State.CANCELLED),
    ],
)
def test_the_state_of_an_activity(stored, duties, state):
    assert state_of(Activity(**stored), duties, TODAY) is state


def test_a_duty_is_late_only_while_the_unit_has_to_act():
    past = Activity(end_on=BEFORE)

    assert is_late(ASSIGNED, past, TODAY)
    assert is_late(RETURNED, past, TODAY)
    assert not is_late(REPORTED, past, TODAY)
    assert not is_late(ASSIGNED, Activity(end_on=TODAY), TODAY)
    assert not is_late(ASSIGNED, Activity(end_on=BEFORE, cancelled_reason="合并"), TODAY)
    assert not is_late(ASSIGNED, Activity(end_on=BEFORE, actual_end_on=BEFORE), TODAY)
