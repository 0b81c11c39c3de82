from datetime import date

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import AuditEntry
from plugins.rectification.models import Card, Measure
from plugins.rectification.queries.details import measures_of
from plugins.rectification.services.measures import Wording, edit_measure
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, check_html, person

NK1 = "/nk1/rectification/"


@pytest.fixture
def measures(app):
    def read(card_id):
        with app.app_context():
            found = list(
                db.session.scalars(select(Measure).where(Measure.card_id == card_id).order_by(Measure.id))
            )
            db.session.expunge_all()
            return found

    return read


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_measure_is_added(headers, make_card, measures, client_for):
    card_id = make_card()

    answer = client_for("recorder").post(
        f"{NK1}cards/{card_id}/measures", data={"text": "合并窗口"}, headers=headers
    )

    assert answer.status_code == (200 if headers else 303)
    assert [measure.text for measure in measures(card_id)] == ["合并窗口"]
    assert ("合并窗口" in answer.text) is bool(headers)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_measure_too_long_is_refused_and_kept(headers, make_card, measures, client_for):
    card_id = make_card()

    answer = client_for("head").post(
        f"{NK1}cards/{card_id}/measures", data={"text": "长" * 501}, headers=headers
    )

    assert answer.status_code == 422
    assert "长" * 501 in answer.text
    assert measures(card_id) == []


def test_a_measure_is_ticked_off_and_the_tick_taken_back(make_card, measures, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    first = measures(card_id)[0]
    path = f"{NK1}cards/{card_id}/measures/{first.id}/done"
    head = client_for("head")

    head.post(path, data={"version": 1, "done": "1"})
    assert measures(card_id)[0].done_on is not None
    head.post(path, data={"version": 2, "done": "0"})
    assert measures(card_id)[0].done_on is None


def test_the_history_tells_each_change_in_the_language_of_who_looks(make_card, measures, client_for):
    card_id = make_card()
    head, page = client_for("head"), f"{NK1}cards/{card_id}"
    head.post(f"{page}/measures", data={"text": "合并窗口"})
    path = f"{page}/measures/{measures(card_id)[0].id}"
    head.post(path, data={"text": "合并两处窗口", "version": 1})
    head.post(f"{path}/remove", data={"version": 2})

    chinese = head.get(page).text
    head.post("/language", data={"language": "en"})
    english = head.get(page).text

    assert "增加措施：合并窗口" in chinese
    assert "修改措施：“合并窗口”改为“合并两处窗口”" in chinese
    assert "删除措施：合并两处窗口" in chinese
    assert "Measure added: 合并窗口" in english
    assert "Measure changed from &#34;合并窗口&#34; to &#34;合并两处窗口&#34;" in english
    assert "Measure removed: 合并两处窗口" in english


def test_two_who_change_a_measure_at_once_lose_nothing(make_card, measures, client_for):
    card_id = make_card()
    client_for("head").post(f"{NK1}cards/{card_id}/measures", data={"text": "合并窗口"})
    path = f"{NK1}cards/{card_id}/measures/{measures(card_id)[0].id}"
    check_html(client_for("head").get(path))
    client_for("head").post(path, data={"text": "合并两处窗口", "version": 1})

    answer = client_for("recorder").post(path, data={"text": "窗口设到病区", "version": 1})

    assert answer.status_code == 409
    assert "合并两处窗口" in answer.text
    assert "窗口设到病区" in answer.text
    assert measures(card_id)[0].text == "合并两处窗口"


def test_measures_of_an_approved_plan_are_not_removed(make_card, measures, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    first = measures(card_id)[0]

    answer = client_for("head").post(f"{NK1}cards/{card_id}/measures/{first.id}/remove", data={"version": 1})

    assert answer.status_code == 422
    assert len(measures(card_id)) == 2


def test_a_measure_of_an_approved_plan_is_adjusted_only_with_a_reason(make_card, measures, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    head, path = client_for("head"), f"{NK1}cards/{card_id}/measures/{measures(card_id)[0].id}"
    fields = {"text": "窗口设到病区", "due_on": "2030-01-31", "version": 1}
    check_html(head.get(path))

    refused = head.post(path, data={**fields, "reason": " "})

    assert refused.status_code == 422
    assert "方案已批准，请写明为什么调整。" in refused.text
    assert "窗口设到病区" in refused.text
    assert measures(card_id)[0].text == "合并窗口"


def test_an_adjustment_stands_in_the_history_with_its_reason_and_in_the_audit_without_words(
    app, make_card, measures, client_for
):
    card_id = make_card(Stage.IN_PROGRESS, due_on=date(2030, 2, 1))
    head, path = client_for("head"), f"{NK1}cards/{card_id}/measures/{measures(card_id)[0].id}"

    head.post(path, data={"text": "窗口设到病区", "due_on": "2030-01-31", "version": 1, "reason": "场地改建"})

    assert measures(card_id)[0].text == "窗口设到病区"
    page = head.get(f"{NK1}cards/{card_id}").text
    assert "调整措施" in page
    assert "“合并窗口”改为“窗口设到病区（2030-01-31）”" in page
    assert "场地改建" in page
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.subject, entry.detail) == ("rectification:adjust", f"card {card_id}", {})


def test_the_rule_of_the_reason_holds_without_the_form(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)

    with app.app_context(), transaction():
        card = db.session.get_one(Card, card_id)
        measure = measures_of(card)[0][0]
        with pytest.raises(Invalid, match="为什么调整"):
            edit_measure(card, measure, Wording("别的话"), version=1, by=person("head"))


def test_a_plan_under_approval_is_frozen(make_card, measures, client_for):
    card_id = make_card(Stage.PLAN_PENDING)

    answer = client_for("head").post(f"{NK1}cards/{card_id}/measures", data={"text": "再加一条"})

    assert answer.status_code == 422
    assert len(measures(card_id)) == 2


@pytest.mark.parametrize(("username", "status"), [("member", 403), ("office", 403), ("stranger", 404)])
def test_others_do_not_touch_measures(username, status, make_card, measures, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    first = measures(card_id)[0]
    path = "/hospital/rectification/" if username == "office" else NK1

    answer = client_for(username).post(
        f"{path}cards/{card_id}/measures/{first.id}/done", data={"version": 1, "done": 1}
    )

    assert answer.status_code == status


def test_a_measure_of_another_card_is_not_found(make_card, measures, client_for):
    mine, other = make_card(Stage.IN_PROGRESS), make_card(Stage.IN_PROGRESS)

    answer = client_for("head").post(
        f"{NK1}cards/{mine}/measures/{measures(other)[0].id}/done", data={"version": 1, "done": 1}
    )

    assert answer.status_code == 404
