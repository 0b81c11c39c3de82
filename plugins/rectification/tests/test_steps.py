"""The table of steps, swept: who may, what is lacking, what cannot happen twice."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry, Notice
from plugins.rectification import lights
from plugins.rectification.models import Card, Event
from plugins.rectification.queries.rules import Rule
from plugins.rectification.services.cards import edit_card
from plugins.rectification.services.effects import months_later
from plugins.rectification.services.needs import Words
from plugins.rectification.stages import Stage
from plugins.rectification.steps import MAIN_STEP, STEP_OF, STEPS
from plugins.rectification.tests.conftest import take
from plugins.rectification.tests.stepping import CHOICES, NK1, ROLES, permitted, post, post_whole, sent_for
from plugins.rectification.wording import CheckResult, Term
from tests.fixtures import HTMX, login, person


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_each_step_by_each_role_with_and_without_its_needs_and_twice(step, app, ready, card, client_for):
    card_id = ready(step)
    version, sent = card(card_id).version, sent_for(step, app)
    clients = {name: client_for(name) for name in ROLES}
    taker = min(permitted(step) - ({"head"} if step.not_by else set()))

    for name in ROLES.keys() - permitted(step):
        refused = post_whole(clients[name], card_id, step, version, sent)
        assert refused.status_code == 403, name
        assert str(step.verb) in refused.text
    for lacking in sent.keys() - CHOICES:
        assert post(clients[taker], card_id, step, version, **sent | {lacking: ""}).status_code == 422, (
            lacking
        )
    assert card(card_id).version == version

    taken = post_whole(clients[taker], card_id, step, version, sent)
    again = post_whole(clients[taker], card_id, step, version, sent)

    assert (taken.status_code, again.status_code) == (303, 409), taken.text
    assert (card(card_id).stage, card(card_id).version) == (step.end, version + 1)
    assert_written_down(app, card_id, step, taker)


def assert_written_down(app, card_id, step, taker):
    with app.app_context():
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (event.card_id, event.from_stage, event.to_stage) == (card_id, step.start, step.end)
        assert (event.deed, event.user_id) == (step.deed, person(taker).id)
        assert event.words.startswith(str(step.verb))
        assert entry.action == f"rectification:{'decide' if step.stays else 'move'}"


@pytest.mark.one_engine
@pytest.mark.parametrize("step", [step for step in STEPS if step.not_by], ids=lambda step: step.name)
def test_nobody_judges_what_is_theirs(step, app, ready, card, client_for):
    who = min(permitted(step))
    for mine in {"user_id", *step.not_by}:
        card_id = ready(step)
        with app.app_context(), transaction():
            setattr(db.session.get_one(Card, card_id), mine, person(who).id)

        answer = post_whole(client_for(who), card_id, step, card(card_id).version, sent_for(step, app))

        assert answer.status_code == 403
        assert f"不能自己“{step.verb}”" in answer.text
        assert card(card_id).stage is step.start


@pytest.mark.one_engine
@pytest.mark.parametrize("step", [step for step in STEPS if step.only], ids=lambda step: step.name)
def test_a_step_that_is_not_there_is_refused_with_its_reason_and_not_offered(
    step, app, make_card, client_for
):
    wrong = {
        "ask_extension": {"term": Term.LASTING, "check_months": 3},
        "report_stage": {"staged_on": clock.today()},
    }
    card_id = make_card(step.start, done=True, **wrong.get(step.name, {}))
    who = min(permitted(step))
    client = client_for(who)

    answer = post(client, card_id, step, 3, **sent_for(step, app))

    assert answer.status_code == 422
    assert str(step.only.otherwise) in answer.text
    assert f'id="step-{step.key}"' not in client.get(f"{NK1}cards/{card_id}/move").text


@pytest.mark.one_engine
def test_the_table_is_whole_and_the_help_page_tells_it():
    help_page = (Path(__file__).parents[1] / "README.md").read_text("utf-8")

    assert len(STEP_OF) == len(STEPS) == len({step.name for step in STEPS})
    assert set(MAIN_STEP) == set(Stage) - {Stage.CLOSED}
    for step in STEPS:
        assert f"| {step.verb} |" in help_page, step.name
        assert str(step.sentence) in help_page, step.name


# Extension -----------------------------------------------------------------------------------------


def test_the_light_follows_an_extension_once_it_is_granted_and_both_sides_are_told(app, make_card, card):
    due, later = clock.today() - timedelta(days=2), clock.today() + timedelta(days=30)
    card_id = make_card(Stage.IN_PROGRESS, due_on=due)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        take(found, Stage.IN_PROGRESS, "recorder", Words(note="设备未到", due_on=later), "ask_extension")
    asked = card(card_id)
    assert (asked.due_on, asked.extension_on) == (due, later)
    assert lights.light_of(asked.stage, asked.due_on, clock.today(), Rule()) == "red"
    assert "批准延期" in login(app, "office").get("/").text

    with app.app_context(), transaction():
        take(db.session.get_one(Card, card_id), Stage.IN_PROGRESS, "leader", Words(), "extend")

    granted = card(card_id)
    assert (granted.due_on, granted.extension_on, granted.extension_by) == (later, None, None)
    assert lights.light_of(granted.stage, granted.due_on, clock.today(), Rule()) == "green"
    with app.app_context():
        heard = db.session.execute(select(Notice.user_id, Notice.kind).where(Notice.kind == "extended")).all()
        assert {user_id for user_id, _kind in heard} == {person("head").id, person("recorder").id}
    page = login(app, "head").get(f"{NK1}cards/{card_id}").text
    assert f"期限：“{due}”改为“{later}”" in page
    assert "设备未到" in page


def test_who_asks_to_close_no_longer_asks_for_more_time(app, make_card, card):
    with app.app_context():
        wish = {"extension_on": clock.today() + timedelta(days=60), "extension_by": person("head").id}
    card_id = make_card(Stage.IN_PROGRESS, done=True, **wish)

    with app.app_context(), transaction():
        take(
            db.session.get_one(Card, card_id),
            Stage.CLOSING_ASKED,
            "head",
            Words(note="已完成", no_files="无"),
        )

    assert card(card_id).extension_on is None
    assert "的申请不再办理" in login(app, "head").get(f"{NK1}cards/{card_id}").text


@pytest.mark.parametrize(("days", "waits"), [(40, False), (60, False), (20, True)])
def test_who_sets_a_later_deadline_has_decided_what_was_asked_for(app, make_card, card, days, waits):
    with app.app_context():
        wish = {"extension_on": clock.today() + timedelta(days=40), "extension_by": person("head").id}
    card_id, due = make_card(Stage.IN_PROGRESS, **wish), clock.today() + timedelta(days=days)

    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        edit_card(found, {"due_on": due}, version=found.version, by=person("office"))

    assert card(card_id).due_on == due
    assert (card(card_id).extension_on is not None, card(card_id).extension_by is not None) == (waits, waits)


def test_who_decides_reads_in_the_panel_what_was_asked_for_and_why(app, make_card, client_for):
    waits, asked = make_card(Stage.IN_PROGRESS), make_card(Stage.IN_PROGRESS, done=True)
    with app.app_context(), transaction():
        found, due = db.session.get_one(Card, waits), clock.today() + timedelta(days=90)
        take(found, Stage.IN_PROGRESS, "head", Words(note="等设备到货", due_on=due), "ask_extension")
        found = db.session.get_one(Card, asked)
        take(found, Stage.CLOSING_ASKED, "head", Words(note="窗口已合并", no_files="只改了流程"))
        name = person("head").name
    leader = client_for("leader")

    for card_id, told in (
        (waits, (str(due), "等设备到货", name)),
        (asked, ("窗口已合并", "只改了流程", name)),
    ):
        panel = leader.get(f"{NK1}cards/{card_id}/move", headers=HTMX).text
        assert [word for word in told if word not in panel] == []


# What lasts ----------------------------------------------------------------------------------------


def test_after_a_bad_check_comes_another_within_a_month_and_nothing_is_closed_before(
    app, make_card, card, client_for
):
    lasting = {"term": Term.LASTING, "check_months": 3, "due_on": clock.today()}
    card_id, head = make_card(Stage.IN_PROGRESS, done=True, **lasting), client_for("head")
    ask = STEP_OF[Stage.IN_PROGRESS, Stage.CLOSING_ASKED, ""]

    for version, result, months, status in ((3, CheckResult.WEAK, 1, 422), (4, CheckResult.HELD, 3, 303)):
        with app.app_context(), transaction():
            words = Words(note="抽查十例", result=result)
            take(db.session.get_one(Card, card_id), Stage.IN_PROGRESS, "supervisor", words, "check")
        assert card(card_id).due_on == months_later(clock.today(), months)
        answer = post(head, card_id, ask, version + 1, note="好了", no_files="无")
        assert answer.status_code == status
        assert ("最近一次检查没有“未到位”" in answer.text) is (status == 422)


def test_a_check_sets_the_next_one_and_before_the_first_nothing_is_closed(app, make_card, card, client_for):
    lasting = {"term": Term.LASTING, "check_months": 3, "due_on": clock.today()}
    card_id = make_card(Stage.IN_PROGRESS, done=True, **lasting)
    ask = STEP_OF[Stage.IN_PROGRESS, Stage.CLOSING_ASKED, ""]
    assert "至少检查过一次" in post(client_for("head"), card_id, ask, 3, note="好了").text
    assert "定期检查：" in client_for("supervisor").get("/").text

    with app.app_context(), transaction():
        words = Words(note="抽查十例", result=CheckResult.HELD)
        take(db.session.get_one(Card, card_id), Stage.IN_PROGRESS, "supervisor", words, "check")

    found = card(card_id)
    assert (found.checked_on, found.due_on) == (clock.today(), months_later(clock.today(), 3))
    assert "定期检查：" not in client_for("supervisor").get("/").text
    page = client_for("head").get(f"{NK1}cards/{card_id}").text
    assert "检查结果：巩固" in page
    assert "抽查十例" in page
    assert post(client_for("head"), card_id, ask, 4, note="好了", no_files="无").status_code == 303


@pytest.mark.one_engine
def test_a_month_that_is_too_short_ends_on_its_last_day():
    days = [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 12, "2027-12-31"),
    ]
    for day, months, expected in days:
        assert months_later(date.fromisoformat(day), months).isoformat() == expected


def test_a_deed_on_the_board_answers_its_one_column(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS, done=True)
    headers = HTMX | {"HX-Current-URL": f"http://localhost{NK1}"}
    sent = {"stage": "in_progress", "deed": "report_stage", "version": 3, "note": "见效"}

    answer = client_for("head").post(f"{NK1}cards/{card_id}/move", data=sent, headers=headers)

    assert re.findall(r'id="column-(\w+)"', answer.text) == ["in_progress"]
    assert "阶段性完成" in answer.text


def test_what_a_claim_asks_for_carries_its_mark(make_card, client_for):
    page = client_for("head").get(f"/nk1/rectification/cards/{make_card()}/move").text

    for name in ("整改措施", "责任人", "完成期限"):
        assert f'{name} <span class="must"' in page
    assert 'aria-required="true"' in page
