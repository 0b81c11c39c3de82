"""The feed as a calendar program reads it."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import update

from intranet import clock
from intranet.models import User
from plugins.calendar import feed as ical
from plugins.calendar.tests.feeds import PAGE, change, events, made, titles
from tests.fixtures import login

pytestmark = pytest.mark.one_engine

TITLE = "出院结算需往返两处窗口，" * 8 + "患者与家属多次反映，须在月底前改成一处办结"


# What stands in it -----------------------------------------------------------------------------------


@pytest.fixture
def whole(app, put):
    """What the head of nk1 answers for, and more that others do: a calendar and its events by title."""
    task = put(TITLE, 26, owner="head")
    put("早该办的", 24, owner="head")
    put("办好的", 27, owner="head", done=True)
    put("没有人的", 26)
    put("外科的", 26, code="wk1", owner="stranger")
    answer = app.test_client().get(made(app), base_url="https://oa.example.cn:8443")
    calendar = Calendar.from_ical(answer.data)
    return task, answer, calendar, {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_a_calendar_reads_what_its_person_answers_for(whole):
    task, _answer, _calendar, found = whole
    assert set(found) == {TITLE, "逾期：早该办的", "已办理：办好的", "没有人的"}
    event = found[TITLE]
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 11, 26), date(2026, 11, 27))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["URL"] == f"https://oa.example.cn:8443/nk1/tasks/{task.number}"
    assert event["DESCRIPTION"] == "内一科 · 任务"
    assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")


def test_the_file_is_as_the_standard_wants_it(whole):
    _task, answer, calendar, found = whole
    assert answer.mimetype == "text/calendar"
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "李牧原的期限")
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=1)
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert len({each["UID"] for each in found.values()}) == 4
    for event in found.values():
        assert event["UID"].endswith("@oa.example.cn:8443")
        assert event.decoded("DTSTAMP").tzinfo is not None
        assert not event.errors
    assert not calendar.errors
    assert max(map(len, answer.data.split(b"\r\n"))) <= 75


def test_a_moved_deadline_keeps_its_name_and_days_far_away_are_left_out(app, put):
    task = put("会挪动的", 26, owner="head")
    path = made(app)
    [before] = events(app, path)
    today = clock.today()
    for day, shown in ((today - timedelta(days=90), 1), (today - timedelta(days=91), 0)):
        task.due_on = day
        assert len(events(app, path)) == shown
    task.due_on = today + timedelta(days=399)
    [after] = events(app, path)

    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == today + timedelta(days=399)


def test_numbers_alone_tell_no_word_of_what_is_due(app, put):
    put("机密的甲", 26, owner="head")
    put("机密的乙", 26, owner="head")
    put("机密的丙", 27, owner="head", done=True)
    path = made(app, titles="0")

    [event] = events(app, path)
    assert event["SUMMARY"] == "有 2 项到期"
    assert event["URL"] == "http://localhost/account/calendar/list?day=2026-11-26"
    assert "机密" not in app.test_client().get(path).text
    assert "内一科" not in app.test_client().get(path).text

    assert login(app, "head").post(f"{PAGE}/content", data={"titles": "1"}).status_code == 303
    assert titles(app, path) == ["已办理：机密的丙", "机密的乙", "机密的甲"]


def test_of_too_much_the_nearest_is_sent(app, put, monkeypatch):
    for day in (5, 24, 26, 30):
        put(f"{day}日", day, owner="head")
    monkeypatch.setattr(ical, "MOST", 2)

    assert titles(app, made(app)) == ["26日", "逾期：24日"]


def test_it_speaks_its_persons_language_whoever_reads_it(app, put):
    put("早该办的", 24, owner="head")
    path = made(app)
    change(app, update(User).where(User.username == "head").values(language="en"))

    assert titles(app, path) == ["Overdue: 早该办的"]


def test_what_waits_for_a_step_of_ones_own_is_in_it_with_the_step(app, put):
    put("请您定", 26, owner="member", asked=True)

    [judged] = titles(app, made(app, "leader"))
    assert judged.endswith("：请您定")
    assert not judged.startswith("已办理")
    assert titles(app, made(app, "member")) == ["已办理：请您定"]
