"""A move is taken back by who made it, within minutes, and not when anything has happened since."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, RolePermission, User
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.services.effects import after
from plugins.rectification.services.needs import Words
from plugins.rectification.services.undoing import LASTING, READ
from plugins.rectification.stages import APPROVE, Stage
from plugins.rectification.steps import STEPS
from plugins.rectification.tests.conftest import take, words_to_publish
from plugins.rectification.wording import EventKind, Term
from tests.fixtures import HTMX, person

HOSPITAL = "/hospital/rectification/"


def go(client, card_id, stage, version, **words):
    headers = {**HTMX, "HX-Current-URL": f"http://localhost{HOSPITAL}"}
    data = {"stage": stage, "version": version, **words}
    return client.post(f"{HOSPITAL}cards/{card_id}/move", data=data, headers=headers)


def undo(client, card_id, version):
    return client.post(f"{HOSPITAL}cards/{card_id}/undo", data={"version": version})


COLUMNS = ("stage", "stage_since", "user_id", "due_on", "claimed_by", "started_on", "asked_by", "accepted_by")


@pytest.mark.parametrize(
    "way",
    [
        (Stage.PLAN_PENDING, "office", Stage.IN_PROGRESS, ""),
        (Stage.PLAN_PENDING, "office", Stage.UNCLAIMED, "太空"),
        (Stage.IN_PROGRESS, "head", Stage.CLOSING_ASKED, "已办结"),
        (Stage.CLOSING_ASKED, "leader", Stage.ACCEPTED, ""),
        (Stage.REVIEWED, "office", Stage.CLOSED, "不宜公示"),
    ],
)
def test_a_card_is_as_it_was_and_the_history_tells(way, app, make_card, card, client_for):
    start, who, end, note = way
    card_id = make_card(start, done=start is Stage.IN_PROGRESS)
    before, client = card(card_id), client_for(who)
    if who == "head":
        path = f"/nk1/rectification/cards/{card_id}"
        moved = client.post(
            f"{path}/move", data={"stage": end, "version": before.version, "note": note, "no_files": "无"}
        )
        undone = client.post(f"{path}/undo", data={"version": before.version + 1})
    else:
        moved = go(client, card_id, end.value, before.version, note=note)
        assert f"cards/{card_id}/undo" in moved.text
        undone = undo(client, card_id, before.version + 1)

    assert undone.status_code == 303
    after = card(card_id)
    assert {name: getattr(after, name) for name in COLUMNS} == {
        name: getattr(before, name) for name in COLUMNS
    }
    assert after.version == before.version + 2
    with app.app_context():
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (event.kind, event.from_stage, event.to_stage) == (EventKind.UNDONE, end, start)
        assert event.words.startswith("撤销“")
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.subject) == ("rectification:undo", f"card {card_id}")
        tallies = dict(db.session.execute(select(Tally.stage, Tally.cards)).all())
        assert (tallies[start], tallies[end]) == (1, 0)


def test_nobody_elses_move_and_none_of_long_ago_or_before_a_change(app, make_card, card, client_for):
    office, leader = client_for("office"), client_for("leader")
    others, late, noted, publishes = (make_card(Stage.PLAN_PENDING) for _each in range(4))
    for card_id in (others, late, noted):
        go(office, card_id, "in_progress", 2)

    foreign = undo(leader, others, 3)
    stale = undo(office, others, 2)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        too_late = undo(office, late, 3)
    client_for("head").post(f"/nk1/rectification/cards/{noted}/notes", data={"note": "已开工"})
    changed = undo(office, noted, 3)
    with app.app_context(), transaction():
        event = db.session.scalars(select(Event).where(Event.card_id == publishes)).all()[-1]
        assert event.before is not None
        event.before = None
    path = f"/nk1/rectification/cards/{publishes}/undo"
    final = client_for("head").post(path, data={"version": 2})

    assert (foreign.status_code, "只能撤销自己" in foreign.text) == (422, True)
    assert stale.status_code == 409
    assert (too_late.status_code, "10 分钟" in too_late.text) == (422, True)
    assert (changed.status_code, "没有别的改动" in changed.text) == (422, True)
    assert (final.status_code, "这一步不能撤销" in final.text) == (422, True)
    assert {card(card_id).stage for card_id in (others, late, noted)} == {Stage.IN_PROGRESS}


def test_what_many_have_read_is_not_taken_back(app, make_card, card, client_for):
    card_id = make_card(Stage.REVIEWED)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        take(found, Stage.PUBLISHED, "office", words_to_publish(found))

    answer = undo(client_for("office"), card_id, card(card_id).version)

    assert (answer.status_code, "这一步不能撤销" in answer.text) == (422, True)
    assert card(card_id).stage is Stage.PUBLISHED


def test_who_has_lost_the_right_meanwhile_takes_nothing_back(app, make_card, card, client_for):
    card_id, office = make_card(Stage.PLAN_PENDING), client_for("office")
    go(office, card_id, "in_progress", 2)
    with app.app_context(), transaction():
        db.session.add(RolePermission(permission=APPROVE, role="office", allowed=False))

    assert undo(office, card_id, 3).status_code == 422
    assert card(card_id).stage is Stage.IN_PROGRESS


def test_it_is_offered_without_a_script_too_and_not_twice(make_card, client_for):
    card_id, office = make_card(Stage.PLAN_PENDING), client_for("office")
    go(office, card_id, "in_progress", 2)
    page = f"{HOSPITAL}cards/{card_id}/move"

    assert f"cards/{card_id}/undo" in office.get(page).text
    assert undo(office, card_id, 3).status_code == 303
    assert f"cards/{card_id}/undo" not in office.get(page).text
    assert undo(office, card_id, 4).status_code == 422


def test_what_was_written_with_the_plan_stays_when_the_claim_is_undone(app, make_card, card, client_for):
    card_id, head = make_card(), client_for("head")
    with app.app_context():
        words = {"stage": "plan_pending", "version": 1, "measures": "合并窗口", "person": person("member").id}
    words["due_on"] = (clock.today() + timedelta(days=9)).isoformat()
    path = f"/nk1/rectification/cards/{card_id}"
    assert head.post(f"{path}/move", data=words).status_code == 303

    assert head.post(f"{path}/undo", data={"version": 2}).status_code == 303

    after = card(card_id)
    assert (after.stage, after.user_id, after.due_on, after.claimed_by) == (Stage.UNCLAIMED, None, None, None)
    assert "合并窗口" in head.get(path).text


@pytest.mark.one_engine
def test_every_column_a_step_changes_can_be_put_back():
    """A new column of a step must be named beside how it is read again."""
    card = Card(round=1, due_on=clock.today(), check_months=1, title="", term=Term.NEAR)
    ways = (step for step in STEPS if not step.stays and step.name not in LASTING)
    changed = {name for step in ways for name in after(card, step, Words(), User(id=1))}

    assert changed == READ.keys()
