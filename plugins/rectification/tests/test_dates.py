"""A step ends with its measure at the latest, a measure with its card."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card, Measure
from plugins.rectification.services.measures import Wording, add_measure
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Term
from tests.fixtures import login, person

NK1, TOP = "/nk1/rectification/cards", "/hospital/rectification/cards"
BEYOND_CARD, BEYOND_MEASURE = "不能晚于卡片的完成期限", "步骤的期限不能晚于措施的期限"


def day(number):
    """So many days from today; cards of `make_card` are due in thirty."""
    return (clock.today() + timedelta(days=number)).isoformat()


def measure(app, text):
    with app.app_context():
        return db.session.scalars(select(Measure).where(Measure.text == text)).one()


@pytest.mark.one_engine
def test_no_measure_ends_after_its_card_and_no_step_after_its_measure(app, make_card):
    with app.app_context():
        days = {number: day(number) for number in (10, 20, 30, 31)}
    page, head = f"{NK1}/{make_card(Stage.IN_PROGRESS)}", login(app, "head")

    late = head.post(f"{page}/measures", data={"text": "装扶手", "due_on": days[31]})
    assert (late.status_code, BEYOND_CARD in late.text, "装扶手" in late.text) == (422, True, True)
    assert head.post(f"{page}/measures", data={"text": "装扶手", "due_on": days[20]}).status_code == 303

    steps = f"{page}/measures/{measure(app, '装扶手').id}"
    for wanted, sentence in ((30, BEYOND_MEASURE), (31, BEYOND_MEASURE)):
        answer = head.post(f"{steps}/steps", data={"text": "量尺寸", "due_on": days[wanted]})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert head.post(f"{steps}/steps", data={"text": "量尺寸", "due_on": days[20]}).status_code == 303

    change = {"text": "装扶手", "version": 1, "reason": "提早"}
    earlier, later = (head.post(steps, data=change | {"due_on": days[number]}) for number in (10, 31))
    assert (earlier.status_code, "请先改步骤：量尺寸" in earlier.text) == (422, True)
    assert (later.status_code, BEYOND_CARD in later.text) == (422, True)
    assert head.post(steps, data=change | {"due_on": days[30]}).status_code == 303


def test_a_day_that_is_missing_is_called_as_its_field(app, make_card):
    claimed, delayed = make_card(term=Term.LASTING, check_months=3), make_card(Stage.IN_PROGRESS)
    head = login(app, "head")

    claim = head.post(f"{NK1}/{claimed}/move", data={"stage": "plan_pending", "version": 1})
    asked = {"stage": "in_progress", "deed": "ask_extension", "version": 3, "note": "设备未到"}
    delay = head.post(f"{NK1}/{delayed}/move", data=asked)

    assert (claim.status_code, delay.status_code) == (422, 422)
    assert "请填首次检查日期。" in claim.text
    assert "请填完成期限" not in claim.text
    assert f"请填延期到哪一天，要晚于现在的期限 {day_of(app, 30)}。" in delay.text


def day_of(app, number):
    with app.app_context():
        return day(number)


def test_a_shorter_deadline_names_what_does_not_fit_and_marks_it(app, make_card):
    with app.app_context():
        days = {number: day(number) for number in (15, 20, 25)}
    card_id, head = make_card(Stage.IN_PROGRESS), login(app, "head")
    head.post(f"{NK1}/{card_id}/measures", data={"text": "装扶手", "due_on": days[25]})
    form = {"title": "走廊太滑", "source_kind": "masses", "category": "other", "term": "near"}
    form |= {"person": person_id(app), "due_on": days[20]}
    office = login(app, "office")

    saved = office.post(f"{TOP}/{card_id}/edit", data=form | {"version": 3}, follow_redirects=True)

    assert f"请责任部门调整：装扶手（{days[25]}）。" in saved.text
    assert "晚于卡片期限" in saved.text
    steps = f"{NK1}/{card_id}/measures/{measure(app, '装扶手').id}"
    kept = {"text": "装两处扶手", "version": 1, "reason": "多一处", "due_on": days[25]}
    assert head.post(steps, data=kept).status_code == 303  # its words may change, whatever its day
    mended = head.post(steps, data=kept | {"version": 2, "due_on": days[15]}, follow_redirects=True)
    assert "晚于卡片期限" not in mended.text


def person_id(app):
    with app.app_context():
        return person("head").id


@pytest.mark.one_engine
def test_the_claim_covers_the_days_already_written_and_what_lasts_binds_none(app, make_card):
    with app.app_context():
        days = {number: day(number) for number in (20, 25)}
    page, head = f"{NK1}/{make_card()}", login(app, "head")
    assert head.post(f"{page}/measures", data={"text": "装扶手", "due_on": days[25]}).status_code == 303
    claim = {"stage": "plan_pending", "version": 1, "person": person_id(app)}

    early = head.post(f"{page}/move", data=claim | {"due_on": days[20]})

    assert (early.status_code, f"有措施的期限更晚：装扶手（{days[25]}）" in early.text) == (422, True)
    assert head.post(f"{page}/move", data=claim | {"due_on": days[25]}).status_code == 303

    lasting = make_card(Stage.IN_PROGRESS, term=Term.LASTING, check_months=3)
    with app.app_context(), transaction():
        due_on = clock.today() + timedelta(days=90)
        add_measure(db.session.get_one(Card, lasting), Wording("年年查", due_on), by=person("head"))
