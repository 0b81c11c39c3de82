"""Two people at once: exactly one wins, always."""

from datetime import timedelta
from threading import Barrier, Thread

from sqlalchemy import func, select

from intranet import clock
from intranet.extensions import db
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.stages import Stage
from tests.fixtures import login, person

ROUNDS, FEW = 60, 10


def test_of_two_people_who_move_a_card_at_once_exactly_one_wins(app, make_card):
    cards = [make_card(Stage.PLAN_PENDING) for _round in range(ROUNDS)]
    wishes = {"office": ("in_progress", ""), "leader": ("unclaimed", "再想想")}
    answers: dict[str, list[int]] = {name: [] for name in wishes}
    start = Barrier(len(wishes))

    def move(username: str) -> None:
        client, (stage, note) = login(app, username), wishes[username]
        token = client.csrf_token()
        for card_id in cards:
            start.wait()
            answer = client.post(
                f"/hospital/rectification/cards/{card_id}/move",
                data={"stage": stage, "version": 2, "note": note, "csrf_token": token},
                csrf=False,
            )
            answers[username].append(answer.status_code)

    threads = [Thread(target=move, args=[name]) for name in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    results = [sorted(pair) for pair in zip(*answers.values(), strict=True)]
    assert results == [[303, 409]] * ROUNDS
    with app.app_context():
        assert set(db.session.scalars(select(Card.version))) == {3}
        moves = db.session.scalar(select(func.count()).where(Event.from_stage == Stage.PLAN_PENDING))
        assert moves == ROUNDS
        left = db.session.scalar(select(Tally.cards).where(Tally.stage == Stage.PLAN_PENDING))
        assert left == 0


def test_of_two_deeds_that_leave_the_card_where_it_is_one_counts(app, make_card):
    """延期批准 and 不批准 at once: the stage is the same before and after, the version decides."""
    with app.app_context():
        wish = {"extension_on": clock.today() + timedelta(days=90), "extension_by": person("head").id}
    cards = [make_card(Stage.IN_PROGRESS, **wish) for _round in range(FEW)]
    wishes = {"office": ("extend", ""), "leader": ("refuse_extension", "按期完成")}
    answers: dict[str, list[int]] = {name: [] for name in wishes}
    start = Barrier(len(wishes))

    def decide(username: str) -> None:
        client, (deed, note) = login(app, username), wishes[username]
        words = {"stage": "in_progress", "deed": deed, "version": 3, "note": note}
        for card_id in cards:
            start.wait()
            answer = client.post(f"/hospital/rectification/cards/{card_id}/move", data=words)
            answers[username].append(answer.status_code)

    threads = [Thread(target=decide, args=[name]) for name in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [sorted(pair) for pair in zip(*answers.values(), strict=True)] == [[303, 409]] * FEW
    with app.app_context():
        deeds = db.session.scalar(select(func.count()).where(Event.deed.in_(["extend", "refuse_extension"])))
        granted = db.session.scalar(select(func.count()).where(Card.due_on == wish["extension_on"]))
        assert (deeds, granted) == (FEW, answers["office"].count(303))
        assert db.session.scalar(select(func.count()).where(Card.extension_on.is_not(None))) == 0
