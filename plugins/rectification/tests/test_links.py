"""Links between cards, seen from both ends, and what a reader who may not open the other end learns."""

import pytest
from sqlalchemy import select

from intranet.db import transaction
from intranet.extensions import db
from plugins.rectification.models import Card, Link
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.stages import Stage
from plugins.rectification.wording import Category, SourceKind
from tests.fixtures import check_html, login, person, unit

HERE = "/hospital/rectification/cards"
FAR = "外一科自己的难处"


@pytest.fixture
def far_card(app):
    """A card of another department."""
    with app.app_context(), transaction():
        facts = Facts(FAR, Category.OTHER, SourceKind.SELF)
        return open_card(unit("wk1"), facts, by=person("office")).id


def link(app, who, card_id, tie, other, at=HERE):  # noqa: PLR0917 - a link, said by somebody somewhere
    return login(app, who).post(f"{at}/{card_id}/links", data={"tie": tie, "other": other})


def links(app):
    with app.app_context():
        query = select(Link.card_id, Link.tie, Link.other_id, Link.url)
        return [tuple(row) for row in db.session.execute(query)]


def test_a_link_is_shown_both_ways_and_leaks_no_title(app, make_card, far_card):
    card_id = make_card()

    assert link(app, "office", card_id, "blocks", f"{far_card:03d}").status_code == 303

    office, head, stranger = (login(app, who) for who in ("office", "head", "stranger"))
    here, there = office.get(f"{HERE}/{card_id}"), office.get(f"{HERE}/{far_card}").text
    check_html(here)
    assert FAR in here.text
    assert "阻塞" in here.text
    assert "被阻塞" in there
    mine, theirs = head.get(f"/nk1/rectification/cards/{card_id}").text, f"cards/{far_card}"
    assert "您不能查看的卡片" in mine
    assert FAR not in mine
    assert theirs not in mine
    assert "出院结算" not in stranger.get(f"/wk1/rectification/cards/{far_card}").text


@pytest.mark.one_engine
def test_only_cards_one_may_open_are_offered_or_taken(app, make_card, far_card):
    card_id = make_card()
    head, nk1 = login(app, "head"), "/nk1/rectification/cards"

    assert FAR not in head.get(f"{nk1}/{card_id}/others?other=难处").text
    for word in (str(far_card), FAR, "难处"):
        answer = link(app, "head", card_id, "related", word, nk1)
        assert answer.status_code == 422, word
        assert "没有找到您能看到的这张卡片" in answer.text
    assert FAR in login(app, "office").get(f"{HERE}/{card_id}/others?other=难处").text
    assert links(app) == []


def test_twice_oneself_and_several_are_refused_and_either_end_takes_it_away(app, make_card):
    first, second = make_card(title="甲处排队久"), make_card(title="乙处排队久")

    assert link(app, "office", first, "blocks-back", str(second)).status_code == 303
    assert links(app) == [(second, "blocks", first, None)]
    assert link(app, "office", second, "blocks", str(first)).status_code == 422
    assert link(app, "office", first, "related", "排队久").status_code == 303, "one is left beside itself"
    assert link(app, "office", second, "related", str(first)).status_code == 422
    assert link(app, "office", first, "related", str(first)).status_code == 422
    make_card(title="丙处排队久")
    assert "写编号" in link(app, "office", first, "duplicates", "排队久").text

    with app.app_context():
        ids = list(db.session.scalars(select(Link.id).order_by(Link.id)))
    for link_id, end in zip(ids, (first, second), strict=True):
        assert (
            login(app, "head").post(f"/nk1/rectification/cards/{end}/links/{link_id}/remove").status_code
            == 303
        )
    assert links(app) == []


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//a.example", "ftp://a.example/x", "a.example", "http://"],
)
def test_only_http_addresses_are_taken(app, make_card, url):
    card_id = make_card()

    answer = login(app, "office").post(f"{HERE}/{card_id}/addresses", data={"title": "网页", "url": url})

    assert answer.status_code == 422
    assert links(app) == []


@pytest.mark.one_engine
def test_an_address_is_a_link_with_its_words_until_the_card_is_closed(app, make_card):
    card_id, closed = make_card(), make_card(Stage.CLOSED)
    office, data = login(app, "office"), {"title": "规范<b>", "url": "http://10.0.0.8/x"}

    assert office.post(f"{HERE}/{card_id}/addresses", data=data).status_code == 303
    page = office.get(f"{HERE}/{card_id}").text
    assert (
        '<a href="http://10.0.0.8/x" rel="noopener noreferrer nofollow" target="_blank">规范&lt;b&gt;</a>'
        in page
    )
    assert office.post(f"{HERE}/{closed}/addresses", data=data).status_code == 403
    member = login(app, "member").post(f"/nk1/rectification/cards/{card_id}/addresses", data=data)
    assert member.status_code == 403


def test_a_card_is_taken_apart_and_what_it_says_goes_along(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS, goal="少跑一趟")
    office = login(app, "office")
    form = office.get(f"{HERE}/{card_id}/split")
    check_html(form)
    assert "少跑一趟" in form.text

    data = {"title": "只管出院带药的窗口", "unit": "nk1", "category": "bureaucracy", "source_kind": "masses"}
    answer = office.post(f"{HERE}/{card_id}/split", data={**data, "term": "near", "goal": "少跑一趟"})

    assert answer.status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Card).order_by(Card.id.desc())).first()
        assert (made.title, made.goal, made.stage) == ("只管出院带药的窗口", "少跑一趟", Stage.UNCLAIMED)
        assert links(app) == [(card_id, "split", made.id, None)]
    assert "拆分出" in office.get(f"{HERE}/{card_id}").text
    assert login(app, "recorder").get(f"/nk1/rectification/cards/{card_id}/split").status_code == 403
