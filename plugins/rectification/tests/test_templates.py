"""看板模板: a board kept, and a new round begun from it in another unit, once."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from intranet import clock, workdays
from intranet.contracts import Role
from intranet.db import transaction
from intranet.extensions import db
from intranet.units import grant
from plugins.rectification.filters import Filters, Lanes
from plugins.rectification.models import Beginning, Board, Card, Field, Measure, SavedFilter, Template, Value
from plugins.rectification.queries.details import measures_of
from plugins.rectification.queries.rules import Limit
from plugins.rectification.services.boards import Setting, set_board
from plugins.rectification.services.fields import add_field
from plugins.rectification.services.filters import save_filter
from plugins.rectification.services.measures import Wording, add_measure
from plugins.rectification.stages import Stage
from plugins.rectification.wording import FieldKind, Term
from tests.fixtures import HTMX, check_html, person, unit

NK1, WK1 = "/nk1/rectification/templates", "/wk1/rectification/templates"
NAME = "红包回扣整治"


@pytest.fixture
def office(app, client_for):
    """The office of the hospital, which may do all of it everywhere."""
    return client_for("office")


@pytest.fixture
def set_up(app, make_card):
    """A board of nk1 that is set in every way, and a card on it with a measure and a step."""
    today = clock.today()
    card_id = make_card(Stage.IN_PROGRESS, due_on=today + timedelta(days=40), goal="一次办完")
    with app.app_context(), transaction():
        head, here, card = person("head"), unit("nk1"), db.session.get_one(Card, card_id)
        setting = Setting(5, 21, {Stage.IN_PROGRESS: Limit(8, hard=True)})
        set_board(here, setting, version=0, by=head)
        field = add_field(here, "所在楼栋", FieldKind.CHOICE, ["甲楼", "乙楼"], by=head)
        db.session.add(Value(card_id=card_id, field_id=field.id, text="甲楼"))
        save_filter("按类别", Filters(lanes=Lanes.CATEGORY, unit=("nk1",)), here, shared=True, by=head)
        measure = measures_of(card)[0][0]
        step = Wording("商财务科", today + timedelta(days=10), head.id)
        add_measure(card, step, by=head, under=measure)
    return card_id


def keep(client, *, at=NK1, asked="", **changes):
    data = {"name": NAME, "starts_on": clock.today(), "with_cards": "y"} | changes
    return client.post(f"{at}/new{asked}", data={key: value for key, value in data.items() if value})


def kept_id(app, name=NAME):
    with app.app_context():
        return db.session.scalars(select(Template.id).where(Template.name == name)).one()


def begin(client, template_id, day, *, at=WK1):
    """As a person does: look, then confirm what was seen."""
    preview = client.get(f"{at}/{template_id}/begin?starts_on={day}")
    seen = re.search(r'name="seen" value="(\w+)"', preview.text)
    data = {"starts_on": day, "seen": seen[1] if seen else ""}
    return preview, client.post(f"{at}/{template_id}/begin", data=data)


def cards_of(app, code):
    with app.app_context():
        return list(db.session.scalars(select(Card).where(Card.unit_id == unit(code).id).order_by(Card.id)))


def test_settings_and_bones_come_to_another_unit_without_people(app, office, set_up):
    check_html(office.get(f"{NK1}/new"))
    assert keep(office, shared="y").status_code == 303
    template_id = kept_id(app)
    for page in (NK1, f"{NK1}/{template_id}", WK1, f"{WK1}/{template_id}"):
        check_html(office.get(page))
    start = clock.today() + timedelta(days=100)

    preview, done = begin(office, template_id, start)

    check_html(preview)
    assert "增加自设栏目：所在楼栋" in preview.text
    assert done.status_code == 303
    [card] = cards_of(app, "wk1")
    assert (card.title, card.goal, card.stage) == ("出院结算需往返两处窗口", "一次办完", Stage.UNCLAIMED)
    assert card.due_on == start + timedelta(days=40)
    assert (card.user_id, card.leader_id, card.claimed_by) == (None, None, None)
    with app.app_context():
        board = db.session.scalars(select(Board).where(Board.unit_id == unit("wk1").id)).one()
        assert (board.amber_days, board.stay_days, board.limits) == (5, 21, {"in_progress": [8, True]})
        tree = [(each.text, each.due_on, each.user_id) for each, _doer, _owner in measures_of(card)]
        assert tree[:2] == [("合并窗口", None, None), ("商财务科", start + timedelta(days=10), None)]
        field = db.session.scalars(select(Field).where(Field.unit_id == unit("wk1").id)).one()
        assert (field.name, field.kind, field.choices) == ("所在楼栋", FieldKind.CHOICE, ["甲楼", "乙楼"])
        shared = db.session.scalars(select(SavedFilter).where(SavedFilter.unit_id == unit("wk1").id)).one()
        assert (shared.name, shared.words) == ("按类别", "lanes=category")
        assert db.session.scalar(select(func.count()).select_from(Value)) == 1


def test_the_days_that_are_proposed_leave_no_deadline_behind(app, office, make_card):
    """A ledger brought in from Excel has deadlines older than its registration here."""
    today = clock.today()
    make_card(Stage.IN_PROGRESS, due_on=today - timedelta(days=30), term=Term.AT_ONCE)
    make_card(Stage.IN_PROGRESS, due_on=today + timedelta(days=60), title="长期问题")
    kept_from = re.search(r'name="starts_on"[^>]*value="([\d-]+)"', office.get(f"{NK1}/new").text)[1]
    assert kept_from == str(today - timedelta(days=31))
    assert keep(office, starts_on=kept_from).status_code == 303
    template_id = kept_id(app)

    page = office.get(f"{NK1}/{template_id}").text
    proposed = date.fromisoformat(re.search(r'name="starts_on"[^>]*value="([\d-]+)"', page)[1])
    preview, done = begin(office, template_id, proposed, at=NK1)

    assert proposed >= today
    with app.app_context():
        assert workdays.is_workday(proposed)
    assert ("立行立改" in preview.text, "已过" in preview.text) == (True, False)
    assert done.status_code == 303
    begun = [card.due_on for card in cards_of(app, "nk1")[2:]]
    assert begun == [proposed + timedelta(days=1), proposed + timedelta(days=91)]


def test_a_card_of_another_campaign_moves_no_first_day_and_is_named(app, office, make_card):
    make_card(Stage.IN_PROGRESS, due_on=clock.today() + timedelta(days=60))
    make_card(Stage.IN_PROGRESS, due_on=date(2014, 6, 30), title="陈年旧账")
    proposed = re.search(r'name="starts_on"[^>]*value="([\d-]+)"', office.get(f"{NK1}/new").text)[1]

    refused = keep(office, starts_on=proposed)

    assert (proposed, refused.status_code) == (str(clock.today()), 422)
    assert "有 1 张卡片的期限（措施、步骤的也算）在开始当天或以前就到了：“陈年旧账”。" in refused.text


def test_a_round_begins_once_and_what_was_not_seen_does_not_begin(app, office, set_up):
    keep(office, shared="y")
    template_id, start = kept_id(app), clock.today() + timedelta(days=1)
    preview, done = begin(office, template_id, start)
    seen = re.search(r'name="seen" value="(\w+)"', preview.text)[1]

    again = office.post(f"{WK1}/{template_id}/begin", data={"starts_on": start, "seen": seen})
    looked, _refused = begin(office, template_id, start)
    blind = office.post(f"{WK1}/{template_id}/begin", data={"starts_on": start + timedelta(days=1)})

    assert (done.status_code, again.status_code, blind.status_code) == (303, 409, 409)
    assert "不会再登记一次" in looked.text
    assert "请按最新的预览再确认一次" in blind.text
    assert len(cards_of(app, "wk1")) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Beginning)) == 1
    assert begin(office, template_id, start + timedelta(days=1))[1].status_code == 303
    assert len(cards_of(app, "wk1")) == 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Board)) == 2
        assert db.session.scalar(select(func.count()).select_from(Field)) == 2


def test_what_stands_in_the_way_is_said_and_nothing_begins(app, office, set_up):
    keep(office, shared="y")
    template_id = kept_id(app)
    with app.app_context(), transaction():
        add_field(unit("wk1"), "所在楼栋", FieldKind.TEXT, [], by=person("office"))

    preview, refused = begin(office, template_id, clock.today() - timedelta(days=30))

    assert "本单位已有叫“所在楼栋”的自设栏目" in preview.text
    assert "有 1 件的期限今天以前就到了" in preview.text
    assert f"请选 {clock.today() - timedelta(days=10)} 或以后的日子" in preview.text
    assert "已过" in preview.text.split('id="preview"')[1]
    assert "确认" not in preview.text.split('id="preview"')[1].split("</form>")[0]
    assert refused.status_code == 409
    assert cards_of(app, "wk1") == []
    assert office.get(f"{WK1}/{template_id}/begin?starts_on=").status_code == 422


def test_a_field_with_the_name_of_a_column_stands_in_the_way(app, office, set_up):
    with app.app_context(), transaction():
        db.session.scalars(select(Field)).one().name = "责任部门"
    keep(office, shared="y")

    preview, refused = begin(office, kept_id(app), clock.today() + timedelta(days=1))

    assert refused.status_code == 409
    assert "模板的自设栏目“责任部门”与台账的栏目同名，请改名后重新存模板。" in preview.text


def test_only_what_the_board_shows_is_kept_and_only_if_wished(app, office, set_up, make_card):
    make_card(title="另一个问题")

    keep(office, asked="?q=另一个")
    keep(office, name="只要设置", with_cards="")

    with app.app_context():
        kept = {each.name: each for each in db.session.scalars(select(Template))}
        assert [bone["title"] for bone in kept[NAME].bones] == ["另一个问题"]
        assert kept["只要设置"].bones == []
    assert begin(office, kept_id(app, "只要设置"), clock.today(), at=NK1)[1].status_code == 303
    assert len(cards_of(app, "nk1")) == 2


def test_a_template_keeps_the_cards_of_the_departments_that_are_chosen(app, office, set_up, make_card):
    make_card(unit_id=unit_id(app, "wk1"))

    for asked, kept in (("?unit=nk1&lanes=category", "nk1"), ("?unit=wk1&lanes=category", "wk1")):
        page = office.get(f"/hospital/rectification/templates/new{asked}").text
        assert "按看板上的筛选，共 1 件。" in page
        assert "现在的筛选" in page  # its rows too, under the name to come
        keep(office, at="/hospital/rectification/templates", asked=asked, name=kept)
        with app.app_context():
            bones = db.session.scalars(select(Template.bones).where(Template.name == kept)).one()
            assert [bone["unit_id"] for bone in bones] == [unit(kept).id]


def unit_id(app, code):
    with app.app_context():
        return unit(code).id


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_wrong_with_a_template_is_said_and_stays_typed(app, office, set_up, headers):
    keep(office)
    late = {"name": "太晚", "starts_on": clock.today() + timedelta(days=20), "with_cards": "y"}

    twice = office.post(f"{NK1}/new", data={"name": NAME, "starts_on": clock.today()}, headers=headers)
    after = office.post(f"{NK1}/new", data=late, headers=headers)

    assert (twice.status_code, after.status_code) == (422, 422)
    assert "已经有叫“红包回扣整治”的模板" in twice.text
    assert "开始日期请至少提早 11 天" in after.text
    assert 'value="太晚"' in after.text


def test_who_may_use_one_beside_below_and_who_may_not(app, client_for, office, set_up):
    keep(office)
    template_id = kept_id(app)
    head, member = client_for("head"), client_for("member")

    assert office.get(f"{WK1}/{template_id}").status_code == 404
    assert NAME not in office.get(WK1).text
    assert office.get(f"/hospital/rectification/templates/{template_id}").status_code == 404
    assert (head.get(NK1).status_code, member.get(NK1).status_code) == (403, 403)
    assert client_for("stranger").get(f"{NK1}/{template_id}").status_code == 404
    keep(office, at="/hospital/rectification/templates", name="全院模板", with_cards="")
    with app.app_context(), transaction():
        grant(person("stranger"), Role.OFFICE, unit("wk1"))
    below = client_for("stranger")
    assert "全院模板" in below.get(WK1).text
    assert begin(below, kept_id(app, "全院模板"), clock.today())[1].status_code == 303
    whole = kept_id(app, "全院模板")
    assert below.post(f"{WK1}/{whole}/remove").status_code == 404


def test_a_template_goes_and_what_was_begun_stays(app, office, set_up):
    keep(office)
    template_id = kept_id(app)
    begin(office, template_id, clock.today(), at=NK1)
    before = len(cards_of(app, "nk1"))

    assert office.post(f"{NK1}/{template_id}/remove").status_code == 303

    assert office.get(f"{NK1}/{template_id}").status_code == 404
    assert office.post(f"{NK1}/{template_id}/begin", data={"starts_on": clock.today()}).status_code == 404
    assert len(cards_of(app, "nk1")) == before == 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Measure)) == 6


def test_cards_of_units_below_go_home_and_a_category_out_of_use_is_replaced(app, office, set_up):
    keep(office, at="/hospital/rectification/templates")
    template_id = kept_id(app)
    renamed = {"name": "官僚主义", "position": 2, "retired": "y", "version": 1}
    assert office.post("/hospital/rectification/categories/bureaucracy", data=renamed).status_code == 303

    preview, done = begin(office, template_id, clock.today(), at="/hospital/rectification/templates")

    assert "类别“官僚主义”已停用" in preview.text
    assert done.status_code == 303
    assert [card.category for card in cards_of(app, "nk1")] == ["bureaucracy", "other"]
    assert cards_of(app, "hospital") == []
