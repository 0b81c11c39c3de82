import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.rectification.models import Card, Event, Measure
from plugins.rectification.stages import Stage
from plugins.rectification.steps import STEPS_FROM
from plugins.rectification.wording import EventKind
from tests.fixtures import HTMX, check_html, person

HOSPITAL = "/hospital/rectification/"
NK1 = "/nk1/rectification/"


def board_headers(path: str = HOSPITAL) -> dict[str, str]:
    return {**HTMX, "HX-Current-URL": f"http://localhost{path}"}


def test_a_move_leaves_who_when_and_why_in_history_and_audit(app, make_card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)

    client_for("office").post(
        f"{HOSPITAL}cards/{card_id}/move", data={"stage": "unclaimed", "version": 2, "note": "措施太空"}
    )

    with app.app_context():
        event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (event.kind, event.from_stage, event.to_stage, event.note) == (
            EventKind.MOVED,
            Stage.PLAN_PENDING,
            Stage.UNCLAIMED,
            "措施太空",
        )
        assert event.user_id == person("office").id
        assert (entry.action, entry.subject) == ("rectification:move", f"card {card_id}")


def test_a_returned_plan_keeps_its_measures(app, make_card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)

    client_for("office").post(
        f"{HOSPITAL}cards/{card_id}/move", data={"stage": "unclaimed", "version": 2, "note": "再细一些"}
    )

    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Measure.card_id == card_id)) == 2


@pytest.mark.one_engine
@pytest.mark.parametrize("headers", [{}, board_headers(NK1)], ids=["plain", "htmx"])
def test_a_step_that_needs_more_shows_its_form_and_keeps_what_was_typed(headers, make_card, card, client_for):
    card_id = make_card()

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/move",
        data={"stage": "plan_pending", "version": 1, "measures": "合并窗口"},
        headers=headers,
    )

    assert answer.status_code == 422
    assert "合并窗口" in answer.text
    assert "请选责任人。" in answer.text
    assert "请填完成期限。" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ("<html" in answer.text) is (not headers)
    assert card(card_id).stage is Stage.UNCLAIMED


def test_a_deadline_in_the_past_is_refused(make_card, client_for):
    card_id = make_card()
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/move", data={"stage": "plan_pending", "version": 1, "due_on": yesterday}
    )

    assert answer.status_code == 422
    assert "期限不能早于今天" in answer.text
    assert yesterday in answer.text


def test_closing_is_not_asked_while_a_measure_is_open(make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/move",
        data={"stage": "closing_asked", "version": 3, "note": "都好了", "no_files": "无"},
    )

    assert answer.status_code == 422
    assert "还有 2 条措施没有完成" in answer.text
    assert "都好了" in answer.text


@pytest.mark.one_engine
@pytest.mark.parametrize("stage", Stage)
def test_an_illegal_step_names_the_legal_ones(stage, make_card, card, client_for):
    card_id = make_card(stage)
    ends = {step.end for step in STEPS_FROM[stage]}
    wrong = next(end for end in Stage if end not in ends)

    answer = client_for("office").post(
        f"{HOSPITAL}cards/{card_id}/move", data={"stage": wrong.value, "version": card(card_id).version}
    )

    assert answer.status_code == 422
    for step in STEPS_FROM[stage]:
        assert (str(step.verb) in answer.text) is step.is_there(card(card_id))
    assert card(card_id).stage is stage


@pytest.mark.one_engine
@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_move_without_a_version_is_refused(version, make_card, client_for):
    card_id = make_card()

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/move", data={"stage": "plan_pending", "version": version}
    )

    assert answer.status_code == 422


def test_a_stale_move_says_who_was_quicker_and_keeps_the_text(make_card, client_for):
    card_id = make_card(Stage.CLOSING_ASKED)
    data = {"stage": "in_progress", "version": 4, "note": "第二条没有落实"}
    client_for("supervisor").post(f"{HOSPITAL}cards/{card_id}/move", data={**data, "note": "先退回"})

    answer = client_for("leader").post(f"{HOSPITAL}cards/{card_id}/move", data=data)

    assert answer.status_code == 409
    assert re.search("沈若谷已于.+把此卡移到“整改中”", answer.text)
    assert "第二条没有落实" in answer.text


def test_a_stale_drag_is_told_in_the_notice_line(make_card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)

    answer = client_for("office").post(
        f"{HOSPITAL}cards/{card_id}/move",
        data={"stage": "in_progress", "version": 1},
        headers=board_headers(),
    )

    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "rectification:stale" in answer.headers["HX-Trigger"]
    assert "李牧原已于" in answer.text


def test_who_asked_for_closing_cannot_accept(app, make_card, card, client_for):
    with app.app_context():
        leader = person("leader").id
    card_id = make_card(Stage.CLOSING_ASKED, asked_by=leader)

    answer = client_for("leader").post(
        f"{HOSPITAL}cards/{card_id}/move", data={"stage": "accepted", "version": 4}
    )

    assert answer.status_code == 403
    assert "不能自己“验收通过”" in answer.text
    assert card(card_id).stage is Stage.CLOSING_ASKED


def test_the_responsible_person_asks_for_closing_without_a_role(app, make_card, card, client_for):
    with app.app_context():
        member = person("member").id
    card_id = make_card(Stage.IN_PROGRESS, user_id=member)
    client = client_for("member")
    page = client.get(f"{NK1}cards/{card_id}").text
    for measure_id in re.findall(r"measures/(\d+)/done", page)[::2]:
        path = f"{NK1}cards/{card_id}/measures/{measure_id}/done"
        assert client.post(path, data={"version": 1, "done": 1}).status_code == 303

    answer = client.post(
        f"{NK1}cards/{card_id}/move",
        data={"stage": "closing_asked", "version": 3, "note": "已办结", "no_files": "无"},
    )

    assert answer.status_code == 303
    assert card(card_id).stage is Stage.CLOSING_ASKED


def test_a_move_on_the_board_answers_only_the_two_columns_and_the_figures(make_card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)

    answer = client_for("office").post(
        f"{HOSPITAL}cards/{card_id}/move",
        data={"stage": "in_progress", "version": 2},
        headers=board_headers(),
    )

    assert answer.status_code == 200
    assert re.findall(r'id="column-(\w+)"', answer.text) == ["plan_pending", "in_progress"]
    assert answer.text.count("hx-swap-oob") == 5
    assert answer.headers["HX-Trigger"] == f'{{"rectification:moved": {{"card": {card_id}}}}}'


def test_a_strangers_card_is_not_there(make_card, client_for):
    card_id = make_card()
    stranger = client_for("stranger")

    for path in (NK1, "/wk1/rectification/", HOSPITAL):
        answer = stranger.post(f"{path}cards/{card_id}/move", data={"stage": "plan_pending", "version": 1})
        assert answer.status_code == 404


@pytest.mark.one_engine
def test_the_page_of_steps_offers_only_what_this_person_may_do(make_card, client_for):
    card_id = make_card(Stage.CLOSING_ASKED)

    seen = {
        name: client_for(name).get(f"{HOSPITAL}cards/{card_id}/move")
        for name in ("leader", "office", "supervisor")
    }

    assert "验收通过" in seen["leader"].text
    assert "验收通过" not in seen["supervisor"].text
    assert "验收通过" not in seen["office"].text
    assert "退回整改" in seen["office"].text
    assert "退回整改" in seen["supervisor"].text
    check_html(seen["leader"])


@pytest.mark.one_engine
@pytest.mark.parametrize("part", ["claimed_by", "user_id"])
def test_a_plan_is_not_approved_by_who_claimed_it_or_answers_for_it(part, app, make_card, card, client_for):
    with app.app_context():
        office = person("office").id
    card_id = make_card(Stage.PLAN_PENDING, **{part: office})
    data = {"stage": "in_progress", "version": 2}

    refused = client_for("office").post(f"{HOSPITAL}cards/{card_id}/move", data=data)
    offered = client_for("office").get(f"{HOSPITAL}cards/{card_id}/move")
    approved = client_for("leader").post(f"{HOSPITAL}cards/{card_id}/move", data=data)

    assert refused.status_code == 403
    assert "不能自己“批准方案”" in refused.text
    assert "批准方案" not in offered.text
    assert "退回方案" in offered.text
    assert approved.status_code == 303
    assert card(card_id).stage is Stage.IN_PROGRESS


def test_a_card_remembers_who_claimed_it(app, make_card, card):
    claimed = card(make_card(Stage.PLAN_PENDING))

    with app.app_context():
        assert claimed.claimed_by == person("head").id


@pytest.mark.one_engine
def test_a_step_that_lacks_something_comes_back_alone(make_card, client_for):
    path = f"/hospital/rectification/cards/{make_card(Stage.PLAN_PENDING)}/move"
    form = {"stage": "unclaimed", "version": 2, "note": ""}

    answer = client_for("office").post(path, data=form, headers=HTMX)

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#step-unclaimed"
    assert "退回方案" in answer.text
    assert "批准方案" not in answer.text


@pytest.mark.one_engine
def test_without_scripts_the_other_steps_stay_too(make_card, client_for):
    card_id = make_card(Stage.PLAN_PENDING)
    form = {"stage": "in_progress", "version": 2, "note": "字" * 4001}

    page = client_for("office").post(f"/hospital/rectification/cards/{card_id}/move", data=form).text

    assert page.count("字" * 4001) == 1
    assert "退回方案" in page
    assert "批准方案" in page


@pytest.mark.parametrize(("claimer", "expected"), [("head", True), ("office", False)])
def test_nobody_is_reminded_of_a_step_others_must_take(app, make_card, client_for, claimer, expected):
    card_id = make_card(Stage.PLAN_PENDING)
    with app.app_context(), transaction():
        card = db.session.get_one(Card, card_id)
        card.claimed_by, title = person(claimer).id, card.title

    assert (f"批准方案：{title}" in client_for("office").get("/").text) is expected
