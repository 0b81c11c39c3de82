"""Two people at once: exactly one wins, always."""

from threading import Barrier, Thread

from sqlalchemy import func, select

from intranet.extensions import db
from plugins.rectification.models import Card, Event, Tally
from plugins.rectification.stages import Stage
from tests.fixtures import login

ROUNDS = 200


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
