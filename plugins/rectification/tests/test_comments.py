"""Comments: who may be named and is told, whose words may be changed, and that nothing of it is published."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intranet import clock, units
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.gate import Word, turn
from intranet.models import Grant, Membership, Notice, User
from plugins.rectification.addresses import addresses
from plugins.rectification.models import Card, Comment, Event, Helper, Watch
from plugins.rectification.services.cards import edit_card
from plugins.rectification.services.comments import add_comment, named_in
from plugins.rectification.stages import Stage
from plugins.rectification.tests.conftest import take, words_to_publish
from plugins.rectification.wording import EventKind
from tests.fixtures import check_html, login, person, unit

NK1 = "/nk1/rectification/cards"
SECRET = "这句评论谁也不能在公示里看到"


def told(app):
    """Who was told what, where it opens."""
    with app.app_context():
        query = select(User.username, Notice.kind, Notice.url).join(User, User.id == Notice.user_id)
        return sorted(tuple(row) for row in db.session.execute(query))


def forget(app):
    with app.app_context(), transaction():
        db.session.execute(delete(Notice))


def write(app, card_id, text, who="office"):
    with app.app_context(), transaction():
        return add_comment(db.session.get_one(Card, card_id), text, by=person(who))


def test_who_is_named_is_told_and_led_to_the_comment(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    forget(app)
    page = login(app, "office").post(
        f"/hospital/rectification/cards/{card_id}/comments", data={"words": "@recorder 和 @白知远 请看"}
    )

    assert page.status_code == 303
    assert told(app) == [
        ("head", "commented", f"{NK1}/{card_id}#comment-1"),
        ("recorder", "mentioned", f"{NK1}/{card_id}#comment-1"),
    ]
    notice = login(app, "recorder").get("/notices").text
    assert "的评论里提到您" in notice


@pytest.mark.one_engine
def test_the_longest_name_is_meant_and_of_one_name_all(app, make_card):
    card_id = make_card()
    with app.app_context(), transaction():
        for number, (username, name) in enumerate(
            (("w1", "王芳"), ("w2", "王芳"), ("w3", "王芳芳"), ("w10", "赵十"), ("far", "王芳"))
        ):
            made = units.add_person(username, name, "correct horse battery")
            units.join(made, unit("wk1" if username == "far" else "nk1"), f"职工{number}")
    with app.app_context():
        card = db.session.get_one(Card, card_id)

        def names(text):
            return sorted(username for _id, _name, username in named_in(card, text))

        assert names("@王芳芳请看") == ["w3"]
        assert names("@王芳请看") == ["w1", "w2"]
        assert names("请@w1，@w10") == ["w1", "w10"]
        assert names("写信到 a@w1 或 a.b@w1") == []
        assert names("@w1x @far @没有此人") == []


def test_somebody_who_may_no_longer_see_the_card_hears_nothing(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    with app.app_context(), transaction():
        recorder = person("recorder")
        for user in (recorder, person("stranger")):
            db.session.add(Watch(card_id=card_id, user_id=user.id))
        db.session.execute(delete(Membership).where(Membership.user_id == person("member").id))
        db.session.add(Watch(card_id=card_id, user_id=person("member").id))
    forget(app)

    assert write(app, card_id, "@member @stranger 请看") == []
    assert [row[:2] for row in told(app)] == [("head", "commented"), ("recorder", "commented")]


def test_watchers_owner_and_leader_hear_of_moves_and_dates_but_not_of_their_own(app, make_card, card):
    card_id = make_card(Stage.IN_PROGRESS, leader_id=1)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        found.leader_id = person("leader").id
    login(app, "recorder").post(f"{NK1}/{card_id}/watch", data={"on": "1"})
    forget(app)
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        later = found.due_on.replace(year=found.due_on.year + 1)
        edit_card(found, {"due_on": later}, version=found.version, by=person("leader"))

    assert [row[:2] for row in told(app)] == [("head", "redated"), ("recorder", "redated")]
    forget(app)
    login(app, "recorder").post(f"{NK1}/{card_id}/watch", data={"on": "0"})
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        edit_card(found, {"title": "换个说法"}, version=found.version, by=person("office"))
    assert told(app) == []


def test_ones_own_words_are_changed_and_taken_back_and_the_history_says_so(app, make_card):
    card_id = make_card()
    write(app, card_id, "写错了的话", "head")
    head, office = login(app, "head"), login(app, "office")
    here = f"{NK1}/{card_id}/comments/1"

    assert office.post(f"/hospital{here[4:]}", data={"words": "改别人的", "version": 1}).status_code == 403
    assert head.post(here, data={"words": "改好的话", "version": 1}).status_code == 303
    stale = head.post(here, data={"words": "又一次", "version": 1})
    assert stale.status_code == 409
    assert "改好的话" in stale.text
    assert "又一次" in stale.text
    assert head.post(here, data={"words": "改得更好的话", "version": 2}).status_code == 303
    assert "“写错了的话”改为“改好的话”" in office.get(f"/hospital/rectification/cards/{card_id}").text
    assert office.post(f"/hospital{here[4:]}/remove", data={"version": 3}).status_code == 403
    assert head.post(f"{here}/remove", data={"version": 3}).status_code == 303
    page = head.get(f"{NK1}/{card_id}")
    check_html(page)
    assert "评论已收回" in page.text
    for words in ("写错了的话", "改好的话", "改得更好的话"):
        assert words not in page.text
    assert page.text.count("修改了一条后来收回的评论") == 2
    assert head.get(here).status_code == 404


@pytest.mark.one_engine
def test_what_was_said_on_a_closed_card_stays(app, make_card):
    card_id = make_card(Stage.CLOSED)
    write(app, card_id, "回头看时再查一次", "head")

    answer = login(app, "head").post(f"{NK1}/{card_id}/comments/1/remove", data={"version": 1})

    assert answer.status_code == 422
    assert "已销号" in answer.text
    assert not answer.text.count("评论已收回")


def test_comments_are_never_published(app, make_card):
    card_id = make_card(Stage.REVIEWED)
    write(app, card_id, SECRET, "office")
    with app.app_context(), transaction():
        found = db.session.get_one(Card, card_id)
        take(found, Stage.PUBLISHED, "office", words_to_publish(found))

    pages = [login(app, who).get("/nk1/rectification/published").text for who in ("member", "office")]

    assert all("窗口已合并" in page for page in pages)
    assert all(SECRET not in page for page in pages)


@pytest.mark.one_engine
def test_only_addresses_become_links(app, make_card):
    card_id = make_card()
    write(app, card_id, "见 https://a.example/x?y=1。不是 javascript:alert(1) <b>", "head")

    page = login(app, "head").get(f"{NK1}/{card_id}").text

    assert '<a href="https://a.example/x?y=1" rel="noopener noreferrer nofollow"' in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;" in page
    assert list(addresses("(http://a.b/c).")) == [("(", ""), ("http://a.b/c", "http://a.b/c"), (").", "")]


@pytest.mark.one_engine
def test_too_long_or_empty_is_refused_and_kept(app, make_card):
    card_id = make_card()
    head = login(app, "head")

    long = head.post(f"{NK1}/{card_id}/comments", data={"words": "长" * 2001})

    assert long.status_code == 422
    assert "长" * 2001 in long.text
    assert head.post(f"{NK1}/{card_id}/comments", data={"words": "  "}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Comment)).all() == []


# Who helps -----------------------------------------------------------------------------------------


def helping(app, card_id, code):
    with app.app_context(), transaction():
        db.session.add(Helper(card_id=card_id, unit_id=unit(code).id))


def test_a_unit_that_helps_reads_and_comments_and_nothing_else(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    other = make_card(title="与外一科无关的问题")
    stranger, here = login(app, "stranger"), f"/wk1/rectification/cards/{card_id}"
    assert stranger.get(here).status_code == 404
    helping(app, card_id, "wk1")

    page = stranger.get(here)

    check_html(page)
    assert page.status_code == 200
    for deed in ("edit", "move", "split", "notes", "measures", "links", "files"):
        assert f'action="{here}/{deed}"' not in page.text, deed
    assert stranger.post(f"{here}/comments", data={"words": "外一科可以配合"}).status_code == 303
    listed = stranger.get("/wk1/rectification/cards?helping=1").text
    assert f"{card_id:03d}" in listed
    assert "共 1 件" in listed
    assert "配合其他部门" in stranger.get("/").text
    assert f"cards/{card_id}" not in stranger.get("/wk1/rectification/cards").text
    assert stranger.get(f"/wk1/rectification/cards/{other}").status_code == 404
    assert stranger.get(f"/nk1/rectification/cards/{card_id}").status_code == 404


@pytest.mark.parametrize(
    ("deed", "data"),
    [
        ("notes", {"note": "我记一笔"}),
        ("measures", {"text": "多一条措施"}),
        ("links", {"tie": "related", "other": "1"}),
        ("addresses", {"title": "网页", "url": "https://a.example"}),
        ("move", {"stage": "closing_asked", "version": 3, "note": "好", "no_files": "无"}),
        ("edit", {"title": "换题", "version": 3}),
        ("split", {"title": "拆一张"}),
        ("urge", {}),
        ("measures/1/done", {"done": "1", "version": 1}),
    ],
)
@pytest.mark.one_engine
def test_who_helps_changes_nothing_of_the_card(app, make_card, deed, data):
    card_id = make_card(Stage.IN_PROGRESS)
    helping(app, card_id, "wk1")

    answer = login(app, "stranger").post(f"/wk1/rectification/cards/{card_id}/{deed}", data=data)

    assert answer.status_code in {403, 404, 422}, answer.status_code
    with app.app_context():
        found = db.session.get_one(Card, card_id)
        assert (found.stage, found.version, found.title) == (Stage.IN_PROGRESS, 3, "出院结算需往返两处窗口")
        kinds = set(db.session.scalars(select(Event.kind).where(Event.card_id == card_id)))
        assert not kinds & {EventKind.LINK, EventKind.PROGRESS}


@pytest.mark.one_engine
def test_who_oversees_the_unit_that_helps_urges_nobody(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS, due_on=clock.today() - timedelta(days=3))
    helping(app, card_id, "wk1")
    with app.app_context(), transaction():
        grant = {"unit_id": unit("wk1").id, "role": Role.SUPERVISOR}
        db.session.add(Grant(user_id=person("stranger").id, **grant))
    forget(app)

    answer = login(app, "stranger").post(f"/wk1/rectification/cards/{card_id}/urge")

    assert (answer.status_code, told(app)) == (403, [])


def test_who_helps_is_told_where_it_opens_for_them(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    helping(app, card_id, "wk1")
    forget(app)

    assert write(app, card_id, "@stranger 请派人配合") == [name_of(app, "stranger")]

    where = {row[0]: row[2] for row in told(app)}
    assert where["stranger"] == f"/wk1/rectification/cards/{card_id}#comment-1"
    assert login(app, "stranger").get(where["stranger"]).status_code == 200


def name_of(app, username):
    with app.app_context():
        return person(username).name


def test_where_the_board_is_off_in_the_cards_unit_who_helps_sees_nothing(app, make_card):
    card_id = make_card(Stage.IN_PROGRESS)
    helping(app, card_id, "wk1")
    with app.app_context(), transaction():
        turn("rectification", unit("nk1"), Word.OFF, by=person("head"))
    stranger = login(app, "stranger")

    assert stranger.get(f"/wk1/rectification/cards/{card_id}").status_code == 404
    assert "共 0 件" in stranger.get("/wk1/rectification/cards?helping=1").text
