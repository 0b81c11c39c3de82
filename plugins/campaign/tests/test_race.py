"""Two people at once: exactly one wins, always."""

from threading import Barrier, Thread

from sqlalchemy import func, select

from intranet.extensions import db
from plugins.campaign.models import Activity, Draft, Plan
from tests.fixtures import login

from .conftest import upload

UNITS = ("hospital", "nk1", "wk1", "hlb", "mzb", "jzk", "yxb", "jyk")
PEOPLE = ("office", "leader")


def at_once(*deeds):
    """Runs them in threads that start together."""
    threads = [Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_first_imports_into_a_unit_at_once_exactly_one_wins(app):
    clients = {name: login(app, name) for name in PEOPLE}
    reviews = {name: [upload(client, code=code) for code in UNITS] for name, client in clients.items()}
    answers, start = {name: [] for name in PEOPLE}, Barrier(len(PEOPLE))

    def confirm(name):
        token = clients[name].csrf_token()
        for review in reviews[name]:
            start.wait()
            data = {"version": 1, "plan": 0, "csrf_token": token}
            answers[name].append(clients[name].post(f"{review}/confirm", data=data, csrf=False))

    at_once(*(lambda name=name: confirm(name) for name in PEOPLE))

    pairs = list(zip(*answers.values(), strict=True))
    assert [sorted(answer.status_code for answer in pair) for pair in pairs] == [[303, 409]] * len(UNITS)
    for pair in pairs:
        loser = max(pair, key=lambda answer: answer.status_code)
        assert "导入了本单位的方案。请刷新核对页面" in loser.text
    with app.app_context():
        plans = dict(db.session.execute(select(Plan.unit_id, Plan.revision)).all())
        assert list(plans.values()) == [1] * len(UNITS)
        activities = select(func.count()).select_from(Activity).group_by(Activity.plan_id)
        assert set(db.session.scalars(activities)) == {5}
        still_open = select(func.count()).where(Draft.confirmed_at.is_(None))
        assert db.session.scalar(still_open) == len(UNITS)


def test_of_two_plans_started_by_hand_at_once_one_is_there(app):
    clients = {name: login(app, name) for name in PEOPLE}
    answers, start = [], Barrier(len(PEOPLE))

    def begin(name):
        token = clients[name].csrf_token()
        for code in UNITS:
            start.wait()
            data = {"title": "年度方案", "csrf_token": token}
            answers.append((code, clients[name].post(f"/{code}/campaign/new", data=data, csrf=False)))

    at_once(*(lambda name=name: begin(name) for name in PEOPLE))

    for code in UNITS:
        assert sorted(answer.status_code for there, answer in answers if there == code) == [303, 409]
