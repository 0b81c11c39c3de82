"""Drawn boards are kept: of one app on one database, in so many bytes, until what they show changes."""

import re
from datetime import timedelta

import pytest
import time_machine
from markupsafe import Markup
from sqlalchemy import select

from intranet import clock, gate
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, Membership, RolePermission
from plugins.rectification.models import CategoryRow
from plugins.rectification.queries import listing
from plugins.rectification.queries.faces import Face
from plugins.rectification.services.cards import Facts, open_card
from plugins.rectification.stages import CLAIM, OPEN, PEOPLE, Stage
from plugins.rectification.steps import STEPS
from plugins.rectification.views import drawing
from plugins.rectification.views.kept import KEY, Kept, kept_html
from plugins.rectification.wording import Category, SourceKind
from tests.fixtures import login, person, unit

BOARD = "/hospital/rectification/"


def piece(letters):
    return Markup("x") * letters


def test_no_more_bytes_are_kept_than_allowed_and_the_longest_unasked_goes_first():
    kept, drawn = Kept(most_bytes=2 * (40 + KEY)), []

    def draw(names):
        drawn.extend(names)
        return [piece(20 if len(name) == 1 else 60) for name in names]

    for names in ("a", "b", "a", "c", "ab"):
        assert kept.all(list(names), draw) == [piece(20)] * len(names)
    assert drawn == ["a", "b", "c", "b"]
    assert kept.bytes == 2 * (2 * 20 + KEY)

    kept.all(["larger than all"], lambda _names: [piece(2 * KEY)])
    assert kept.bytes == 0


def test_of_two_who_draw_the_same_at_once_one_is_counted():
    kept = Kept(most_bytes=2 * KEY)

    kept.all(["a"], lambda names: kept.all(names, lambda _names: [piece(20)]))

    assert kept.bytes == 2 * 20 + KEY


def test_two_databases_share_no_drawing(make_app):
    kept = []
    for app in (make_app("cast"), make_app("cast")):
        with app.app_context():
            assert kept_html() is kept_html()
            kept.append(kept_html())

    assert kept[0] is not kept[1]


@pytest.fixture
def drawings(monkeypatch):
    """The columns drawn, of each drawing."""
    made, draw = [], drawing.draw

    def drawn(view, filters):
        made.append([column.stage for column in view.columns])
        return draw(view, filters)

    monkeypatch.setattr(drawing, "draw", drawn)
    return made


WHOLE = list(Stage)


def test_the_question_of_a_board_is_kept_by_its_shape_and_never_what_somebody_looked_for(
    make_card, client_for
):
    make_card()
    office, kept = client_for("office"), listing._kept_question
    kept.cache_clear()

    office.get(BOARD)
    assert kept.cache_info().currsize == 1
    office.get(f"{BOARD}?q=窗口")
    office.get(f"{BOARD}?category=style")
    assert kept.cache_info().currsize == 1  # no filter
    for who in ("head", "office", "leader"):
        assert "card-item" in client_for(who).get("/nk1/rectification/").text
    assert kept.cache_info().currsize == 2  # one unit is another shape, whoever asks


def test_a_board_is_drawn_once_as_long_as_nothing_changes(make_card, client_for, drawings):
    make_card()
    office = client_for("office")

    first, again = office.get(BOARD).text, office.get(BOARD).text

    assert drawings == [WHOLE]
    shown = re.compile(r"<article.*?</article>|id=.column-\w+|<b>\d+</b>", re.DOTALL)
    assert shown.findall(again) == shown.findall(first) != []


def test_another_name_of_a_unit_another_right_and_a_plugin_off_draw_it_anew(
    app, make_card, client_for, drawings
):
    make_card()
    office = client_for("office")
    office.get(BOARD)

    with app.app_context(), transaction():
        unit("nk1").name = "内科一病区"
    assert "内科一病区" in office.get(BOARD).text
    assert drawings.pop() == WHOLE

    with app.app_context(), transaction():
        db.session.add(RolePermission(permission=CLAIM, role="office", allowed=True))
    assert 'data-to="plan_pending"' in office.get(BOARD).text
    assert drawings.pop() == WHOLE

    with app.app_context(), transaction():
        gate.turn("rectification", unit("nk1"), gate.Word.OFF, by=person("head"))
    assert "card-item" not in office.get(BOARD).text
    assert len(drawings) == 2


def test_what_stands_above_the_columns_follows_rights_fields_and_filters(app, client_for):
    office = client_for("office")
    assert "登记问题" in office.get(BOARD).text
    assert 'value="窗口"' in office.get(f"{BOARD}?q=窗口").text
    assert 'value="窗口"' not in office.get(BOARD).text
    assert "登记问题" not in login(app, "supervisor").get(BOARD).text

    office.post(f"{BOARD}fields", data={"name": "病区电话", "kind": "text", "choices": ""})
    assert "病区电话" in office.get(BOARD).text

    with app.app_context(), transaction():
        db.session.add(RolePermission(permission=OPEN, role="office", allowed=False))
    assert "登记问题" not in office.get(BOARD).text


def test_all_that_makes_a_card_own_work_is_among_what_it_is_kept_by():
    asked = {name for step in STEPS for name in step.not_by}

    assert asked <= set(PEOPLE)
    assert set(PEOPLE) <= set(Face._fields)


def test_a_move_draws_two_columns_anew(make_card, client_for, drawings):
    card_id = make_card(Stage.PLAN_PENDING)
    office = client_for("office")
    office.get(BOARD)

    office.post(f"{BOARD}cards/{card_id}/move", data={"stage": "in_progress", "version": 2})
    page = office.get(BOARD).text

    assert drawings == [WHOLE, [Stage.PLAN_PENDING, Stage.IN_PROGRESS]]
    assert (
        page.index('id="column-in_progress"') < page.index("card-item") < page.index('id="column-accepted"')
    )


def test_another_category_another_person_another_language_and_another_day_draw_it_anew(
    app, make_card, client_for, drawings
):
    make_card(Stage.PLAN_PENDING)
    office = client_for("office")
    office.get(BOARD)

    with app.app_context(), transaction():
        row = db.session.scalars(select(CategoryRow).where(CategoryRow.code == "formalism")).one()
        row.name, row.version = "走过场", row.version + 1
    assert "走过场" in office.get(BOARD).text
    assert len(drawings) == 2

    login(app, "leader").get(BOARD)
    assert len(drawings) == 3

    office.post("/language", data={"language": "en", "next": "/"})
    office.get(BOARD)
    assert len(drawings) == 4

    with time_machine.travel(clock.now() + timedelta(days=1)):
        login(app, "leader").get(BOARD)
    assert drawings == [WHOLE] * 5


def test_a_new_role_shows_its_buttons_at_once(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)
    member = client_for("member")
    assert 'data-to="in_progress' not in member.get("/nk1/rectification/").text

    with app.app_context(), transaction():
        db.session.add(Grant(user_id=person("member").id, unit_id=unit("nk1").id, role=Role.LEADER))

    assert 'data-to="in_progress' in member.get("/nk1/rectification/").text


def test_who_has_moved_to_another_department_sees_its_cards_and_none_of_the_old(app, make_card, client_for):
    """As many changes in the one unit as in the other, and the same rights: only the units differ."""
    make_card(title="内一科的问题")
    with app.app_context(), transaction():
        facts = Facts("外一科的问题", Category.BUREAUCRACY, SourceKind.MASSES)
        open_card(unit("wk1"), facts, by=person("office"))
        db.session.add(Membership(user_id=person("member").id, unit_id=unit("hospital").id))
    member = client_for("member")
    assert "内一科的问题" in member.get(BOARD).text

    with app.app_context(), transaction():
        place = select(Membership).filter_by(user_id=person("member").id, unit_id=unit("nk1").id)
        db.session.scalars(place).one().unit_id = unit("wk1").id

    shown = member.get(BOARD).text
    assert "外一科的问题" in shown
    assert "内一科的问题" not in shown


def test_a_corrected_name_shows_on_the_board_and_is_found_there(app, make_card, client_for):
    make_card(Stage.IN_PROGRESS)
    office, system = client_for("office"), client_for("system")
    with app.app_context():
        head = person("head")
        url, data = f"/admin/people/{head.id}", {"name": "李慕远", "pinyin": "", "version": head.version}
        old = head.name
    assert all(word in office.get(BOARD).text for word in (old, "card-item"))
    assert "card-item" in office.get(f"{BOARD}?q={old}").text

    assert system.post(url, data=data).status_code == 303

    assert "李慕远" in office.get(BOARD).text
    assert "card-item" not in office.get(f"{BOARD}?q={old}").text
