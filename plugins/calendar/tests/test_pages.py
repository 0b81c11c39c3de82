"""The month and the list: whose deadlines, how they look, and that nobody sees more than they may open."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from intranet import clock, dashboard, deadlines
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, UnitPlugin, User
from intranet.permissions import entered_units, forget_places, own_units
from plugins.calendar import queries
from tests.crawler import Frugal
from tests.fixtures import HTMX, check_html, login, person, unit

MONTH, LIST = "/account/calendar/", "/account/calendar/list"
TITLES = ("甲自己的", "乙没有人的", "丙别人的", "丁外科的", "戊分管的", "己打不开的")


@pytest.fixture
def cards(put):
    put("甲自己的", 20, owner="head")
    put("乙没有人的", 26)
    put("丙别人的", 26, owner="member", leader="leader")
    put("丁外科的", 26, code="wk1", owner="stranger")
    put("戊分管的", 30, code="wk1", leader="leader")
    put("己打不开的", 27, code="wk1", owner="head", leader="member")


def seen(app, username, path):
    page = login(app, username).get(path)
    assert page.status_code == 200, path
    return {title for title in TITLES if title in page.text}


def cell(page, day):
    """What stands on one day of a month."""
    found = [each for each in re.findall(r"<td.*?</td>", page, re.DOTALL) if f"<b>{day}</b>" in each]
    return next(each for each in found if "outside" not in each.partition(">")[0])


# Whose ---------------------------------------------------------------------------------------------

MINE = {
    "head": {"甲自己的", "乙没有人的", "丙别人的"},  # the last: as its head one may go on with it
    "recorder": {"甲自己的", "乙没有人的", "丙别人的"},
    "member": {"丙别人的"},
    "leader": {"丙别人的", "戊分管的"},
    "stranger": {"丁外科的", "戊分管的", "己打不开的"},
    "office": set(),
    "system": set(),
}
OF_UNITS = {
    "head": {"甲自己的", "乙没有人的", "丙别人的"},
    "member": {"甲自己的", "乙没有人的", "丙别人的"},
    "stranger": {"丁外科的", "戊分管的", "己打不开的"},
    "office": set(TITLES),
    "supervisor": set(TITLES),
    "audit": set(),
}


def test_everybody_sees_their_own_and_their_units_and_no_more(app, cards):
    for path in (MONTH, LIST):
        assert {name: seen(app, name, path) for name in MINE} == MINE
        assert {name: seen(app, name, f"{path}?show=units") for name in OF_UNITS} == OF_UNITS
        assert seen(app, "office", f"{path}?show=units&unit=nk1") == OF_UNITS["head"]
        assert seen(app, "leader", f"{path}?unit=wk1") == {"戊分管的"}


def test_a_unit_one_may_not_enter_is_not_there_nor_told_from_one_that_is_not(app, cards):
    for path in (MONTH, LIST):
        for code in ("wk1", "hospital", "nowhere", "长" * 300):
            assert login(app, "head").get(path, query_string={"unit": code}).status_code == 404, code


def test_a_right_that_ended_and_a_plugin_turned_off_are_seen_at_once(app, cards):
    with app.app_context(), transaction():
        ended = update(Grant).where(Grant.user_id == person("stranger").id)
        db.session.execute(ended.values(starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 24)))
    assert seen(app, "stranger", MONTH) == {"丁外科的"}

    with app.app_context(), transaction():
        row = {"plugin": "tasks", "unit_id": unit("nk1").id, "enabled": False}
        db.session.add(UnitPlugin(**row, changed_at=clock.now()))
    assert seen(app, "head", f"{MONTH}?show=units") == set()
    assert seen(app, "office", f"{MONTH}?show=units") == OF_UNITS["stranger"]


def test_being_in_charge_is_the_rule_reminders_go_by(demo_app):
    """For everybody and every deadline of the demo; and asking for less is only a saving."""
    covered, days = 0, timedelta(days=400)
    with demo_app.app_context():
        for user in db.session.scalars(select(User)).all():
            forget_places()
            units = entered_units(user)
            charge = deadlines.charge_of(user, units)
            everything = deadlines.deadlines(units, clock.today() - days, clock.today() + days)
            mine = [(name, due) for name, due in everything if user.id in concerned(due)]

            assert [pair for pair in everything if charge.covers(pair[1])] == mine, user.username
            assert deadlines.deadlines(units, clock.today() - days, clock.today() + days, charge) == mine
            covered += len(mine)
        units = entered_units(person("office"))
        first = deadlines.deadlines(units, clock.today() - days, clock.today() + days, most=5)
    assert covered > 20
    assert max(Counter(name for name, _each in first).values()) == 5


def concerned(due):
    """Reminders pass over an owner who would never read them; the deadline stays theirs."""
    return {due.leader_id, *([due.owner_id] if due.owner_id else deadlines.in_charge(due))}


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["head", "office", "supervisor", "leader"])
def test_every_deadline_shown_opens(demo_app, username):
    client, opened = Frugal(demo_app, username), 0
    names = "|".join(demo_app.extensions["intranet.plugins"].for_units)
    for path in (f"{LIST}?show=units", f"{MONTH}?show=units", LIST):
        for url in set(re.findall(rf'href="(/\w+/(?:{names})/[^"]+/[^"]+)"', client.get(path).text)):
            assert client.client.get(url).status_code == 200, url
            opened += 1
    assert opened


# How -----------------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_a_month_begins_on_monday_and_says_today_rest_and_state_in_words(app, put):
    put("逾期未办", 24, owner="head")
    put("已经办好", 24, owner="head", done=True)
    page = login(app, "head").get(MONTH)

    check_html(page)
    assert re.findall(r"<th scope=\"col\">(.*?)</th>", page.text)[0] == "星期一"
    assert 'aria-current="date"' in cell(page.text, 25)
    assert 'aria-current="date"' not in cell(page.text, 24)
    assert "今天" in cell(page.text, 25)
    assert "休" in cell(page.text, 28)
    assert "休" not in cell(page.text, 27)
    assert cell(page.text, 24).index("逾期未办") < cell(page.text, 24).index("已经办好")
    assert re.search(r'class="light red">逾期<.*class="light done">已办理<', cell(page.text, 24), re.DOTALL)
    october = login(app, "head").get(f"{MONTH}?month=2026-10").text
    assert "休" in cell(october, 1)  # a Thursday
    assert "班" in cell(october, 10)  # a Saturday


@pytest.mark.one_engine
def test_a_full_day_shows_some_and_leads_to_the_list_of_the_day(app, put):
    for number in range(5):
        put(f"第{number}件", 26, owner="head")
    put("各科同办", 26)
    put("各科同办", 26, code="wk1")

    mine = cell(login(app, "head").get(MONTH).text, 26)
    units = cell(login(app, "office").get(f"{MONTH}?show=units&state=open").text, 26)

    assert "还有 3 项" in mine
    assert len(re.findall("<li", mine)) == 3
    assert "2 个单位" in units
    address = re.search(r'class="more" href="([^"]+)"', units)[1].replace("&amp;", "&")
    assert address == "/account/calendar/list?day=2026-11-26&show=units&state=open"
    page = login(app, "office").get(address)
    check_html(page)
    assert page.text.count('class="title"') == 7


@pytest.mark.one_engine
def test_months_filters_and_pages_stand_in_the_address(app, put, monkeypatch):
    for day in (2, 24, 26, 29):
        put(f"十一月{day}日", day, owner="head", done=day == 29)
    monkeypatch.setattr("plugins.calendar.views.PAGE", 2)
    client = login(app, "head")

    def titles(path):
        return re.findall(r"十一月(\d+)日<", client.get(path).text)

    assert titles(f"{LIST}?page=1") == ["2", "24"]
    assert titles(f"{LIST}?page=2") == ["26", "29"]
    assert titles(f"{LIST}?state=overdue") == ["2", "24"]
    assert titles(f"{LIST}?state=done") == ["29"]
    assert titles(f"{MONTH}?state=open&source=tasks") == ["26"]
    assert titles(f"{MONTH}?source=none") == []
    assert titles(f"{MONTH}?month=2026-12&show=units") == []
    assert (
        'href="/account/calendar/?month=2027-01&amp;show=units"'
        in client.get(f"{MONTH}?month=2026-12&show=units").text
    )
    fragment = client.get(MONTH, headers=HTMX).text
    assert fragment.lstrip().startswith('<div id="calendar"')


@pytest.mark.one_engine
def test_a_month_that_is_none_is_said(app):
    client = login(app, "head")

    assert "没有“2026-13”这个日子或月份" in client.get(f"{MONTH}?month=2026-13").text
    assert "没有“2026-02-30”" in client.get(f"{LIST}?day=2026-02-30").text
    for good in ("", "?month=", "?month=2026-12", "?day=2026-12-01"):
        assert "这个日子或月份" not in client.get(MONTH + good).text


@pytest.mark.one_engine
def test_no_address_is_a_failure(app):
    client = login(app, "head")
    odd = ("", "2026-13", "0001-01", "2100-12", "9" * 400, "²", "<b>", "2026-11-31")
    for name in ("month", "day", "show", "state", "source", "page"):
        for path in (MONTH, LIST):
            for value in odd:
                page = client.get(path, query_string={name: value})
                assert page.status_code == 200, (name, value)
                assert len(page.data) < 50_000
    assert "上月" not in client.get(f"{MONTH}?month=2000-01").text
    assert "下月" not in client.get(f"{MONTH}?month=2100-12").text


def test_too_much_for_a_page_is_cut_and_the_page_says_from_where(app, put, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)
    for day in (10, 11, 12, 13):
        put(f"十一月{day}日", day, owner="head")

    page = login(app, "head").get(f"{LIST}?show=units")

    assert re.findall(r"十一月(\d+)日<", page.text) == ["10", "11", "12"]
    assert "从2026年11月12日 星期四起不全" in page.text
    monkeypatch.setattr(queries, "MOST", 5)
    assert "起不全" not in login(app, "head").get(LIST).text


@pytest.mark.one_engine
def test_the_menu_leads_there_and_in_a_unit_to_the_units(app):
    head = login(app, "head")

    assert 'href="/account/calendar/"' in head.get("/").text
    assert 'href="/account/calendar/?show=units&amp;unit=nk1"' in head.get("/nk1/").text
    assert "/account/calendar/" not in login(app, "system").get("/").text


@pytest.mark.one_engine
def test_who_is_not_logged_in_goes_to_the_login(app):
    for path in (MONTH, LIST, "/account/calendar/subscription"):
        assert login(app, None).get(path).headers["Location"].startswith("/login")


# The home page's duties ------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_duties_stand_by_urgency(app, put):
    put("上周的", 20, owner="head")
    put("星期日的", 29, owner="head")
    put("下星期一的", 30, owner="head")

    page = login(app, "head").get("/").text
    groups = re.split(r'<th class="group"[^>]*>', page)[1:]

    assert [group.split()[0] for group in groups] == ["已逾期", "本周", "以后"]
    for group, title in zip(groups, ("上周的", "星期日的", "下星期一的"), strict=True):
        assert title in group
    assert "本周 1 件，逾期 1 件" in page


def test_whatever_waits_at_home_with_a_day_stands_in_the_calendar_once(demo_app):
    """For everybody of the demo: also what is up to a judge, and is struck out for those who wait for him."""
    looked = judged = 0
    with demo_app.app_context():
        usernames = db.session.scalars(select(User.username).where(User.disabled.is_(False))).all()
    for username in usernames:
        with demo_app.test_request_context():
            user = person(username)
            panels = dashboard.panels(user, own_units(user))
            duties = {(each.url, each.due_on) for panel in panels for each in panel.duties if each.due_on}
            days = clock.today() - timedelta(days=4000), clock.today() + timedelta(days=4000)
            found = queries.due_in(user, entered_units(user), *days, mine=True).entries
            shown = [(each.deadline.url, each.deadline.day) for each in found]
            is_open = {place for place, each in zip(shown, found, strict=True) if each.state != "done"}
            units = queries.due_in(user, entered_units(user), *days, mine=False).entries
            done = {each.deadline.url for each in units if each.state == "done"}
        assert duties <= is_open, username
        assert len(shown) == len(set(shown)), username
        looked += len(duties)
        judged += len(done & {url for url, _day in duties})
    assert looked > 20
    assert judged


def test_what_waits_for_a_step_is_struck_out_only_for_those_who_have_done_theirs(app, put):
    put("请您定", 26, owner="head", asked=True)
    judge, asked = login(app, "leader"), login(app, "head")

    for path in (MONTH, LIST):
        assert "请您定" in judge.get(path).text, path
        assert 'class="light done"' not in judge.get(path).text, path
        assert 'class="light done"' in asked.get(path).text, path
