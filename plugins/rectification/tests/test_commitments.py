"""公开承诺: previewed, published to the whole hospital, kept, late or taken back; once each."""

import re

import pytest
from sqlalchemy import func, select

from intranet.db import transaction
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from plugins.rectification.models import Card, Commitment, Measure
from plugins.rectification.services import committing
from plugins.rectification.services.measures import set_done
from plugins.rectification.stages import Stage
from tests.fixtures import check_html, login, person

ALL = "/wk1/rectification/commitments"


def ids_of(app, card_id):
    with app.app_context():
        return list(
            db.session.scalars(select(Measure.id).where(Measure.card_id == card_id).order_by(Measure.id))
        )


def promise(client, path, measures):
    """Through the preview, as a person would."""
    seen = client.post(path, data={"measures": measures})
    digest = re.search(r'name="seen" value="(\w+)"', seen.text)
    return seen, client.post(path, data={"measures": measures, "seen": digest[1] if digest else ""})


def test_a_head_promises_measures_and_the_whole_hospital_reads_it(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    head, path = client_for("head"), f"/nk1/rectification/cards/{card_id}/commit"
    first, second = ids_of(app, card_id)
    check_html(head.get(path))

    seen, answer = promise(head, path, [first])

    check_html(seen)
    assert "合并窗口" in seen.text
    assert "公布时限" not in seen.text
    assert answer.status_code == 303
    page = client_for("stranger").get(ALL)
    check_html(page)
    assert "合并窗口" in page.text
    assert person_of(app) not in page.text
    assert "<b>1</b>项承诺" in page.text
    assert "公开承诺：合并窗口" in head.get(f"/nk1/rectification/cards/{card_id}").text
    assert head.post(path, data={"measures": [first]}).status_code == 422
    assert promise(head, path, [second])[1].status_code == 303


def person_of(app):
    with app.app_context():
        return person("head").name


def test_a_promise_is_kept_with_its_measure_or_taken_back_with_a_reason(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    office, path = client_for("office"), f"/hospital/rectification/cards/{card_id}/commit"
    first, second = ids_of(app, card_id)
    promise(office, path, [first, second])
    with app.app_context(), transaction():
        card, measure = db.session.get_one(Card, card_id), db.session.get_one(Measure, first)
        set_done(card, measure, done=True, version=measure.version, by=person("head"))
        made = db.session.scalars(select(Commitment.id).where(Commitment.measure_id == second)).one()

    kept = office.get("/hospital/rectification/commitments").text
    assert "<b>1</b>已兑现" in kept
    back = f"{path}/{made}/withdraw"
    assert office.post(back, data={"reason": ""}).status_code == 422
    assert office.post(back, data={"reason": "写错了日期"}).status_code == 303
    assert office.post(back, data={"reason": "再撤一次"}).status_code == 409
    assert "公布时限" not in office.get("/hospital/rectification/commitments").text
    assert "写错了日期" in office.get(f"/hospital/rectification/cards/{card_id}").text


def test_words_nobody_has_seen_are_not_published_nor_a_second_time(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    first, _second = ids_of(app, card_id)
    with app.app_context(), transaction():
        card, office = db.session.get_one(Card, card_id), person("office")
        seen = committing.digest(committing.articles(card, [first], by=office))
        with pytest.raises(Invalid, match="请先预览"):
            committing.commit(card, [first], "other words", by=office)
        committing.commit(card, [first], seen, by=office)
        db.session.flush()
        with pytest.raises(Conflict, match="已经承诺"):
            committing.commit(card, [first], seen, by=office)
        assert db.session.scalar(select(func.count()).select_from(Commitment)) == 1


def test_who_may_not_and_what_is_not_approved_promises_nothing(app, make_card, client_for):
    waiting, working = make_card(Stage.PLAN_PENDING), make_card(Stage.IN_PROGRESS)

    assert "没有可以承诺的措施" in client_for("head").get(f"/nk1/rectification/cards/{waiting}/commit").text
    path = f"/nk1/rectification/cards/{working}/commit"
    assert client_for("recorder").get(path).status_code == 403
    assert client_for("stranger").get(path).status_code == 404
    assert client_for("member").get("/nk1/rectification/commitments").status_code == 200


def test_the_demo_shows_promises_on_one_place_with_what_was_published(demo_app):
    member = login(demo_app, "member")

    page, published = (member.get(f"/nk1/rectification/{name}").text for name in ("commitments", "published"))

    assert "项承诺" in page
    assert "逾期" in page
    for each in (page, published):
        assert 'href="/nk1/rectification/commitments"' in each
        assert 'href="/nk1/rectification/published"' in each


def test_numbers_and_rows_lead_on_for_those_who_may_go_there(app, make_card, client_for):
    card_id = make_card(Stage.IN_PROGRESS)
    head, path = client_for("head"), f"/nk1/rectification/cards/{card_id}"
    first, second = ids_of(app, card_id)
    promise(head, f"{path}/commit", [first, second])
    with app.app_context(), transaction():
        kept = db.session.get_one(Measure, first)
        set_done(db.session.get_one(Card, card_id), kept, done=True, version=kept.version, by=person("head"))

    page = head.get("/nk1/rectification/commitments?only=kept")

    check_html(page)
    assert ("合并窗口" in page.text, "公布时限" in page.text) == (True, False)
    assert f'href="{path}"' in page.text
    assert "公布时限" not in head.get("/nk1/rectification/commitments?only=late").text
    assert path not in client_for("stranger").get(ALL).text
