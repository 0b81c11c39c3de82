"""What stands in the form before anybody types, and what a plan states in figures."""

import re
from datetime import date

import pytest

from intranet.contracts import Reference
from plugins.study_logs import stated
from plugins.study_logs.queries.likely import likely
from plugins.study_logs.wording import Form, Measure, People
from tests.fixtures import login, unit

NEW = "/nk1/study_logs/sessions/new"


def chosen(page, name):
    return re.search(rf'name="{name}".*?<option selected value="(\w+)"', page, re.DOTALL)[1]


@pytest.mark.one_engine
def test_a_first_session_is_as_units_of_its_kind_hold_it(app):
    with app.app_context():
        kinds = {code: likely(unit(code)).form for code in ("nk1", "zb1", "hospital")}
        assert kinds == {"nk1": Form.WEEKLY, "zb1": Form.BRANCH, "hospital": Form.CENTRAL}
        assert likely(unit("nk1"), "参观廉政教育基地").form is Form.VISIT
        central = likely(unit("hospital"))
        assert (central.with_leaders, central.invited) == (True, [])


@pytest.mark.one_engine
def test_the_next_one_is_as_the_last_was(app, make_session, client_for):
    """Form, hours, times, place and whom it invites; who fills it in is the recorder."""
    make_session()

    page = client_for("recorder").get(NEW).text

    assert chosen(page, "form") == "branch"
    for name, value in (("hours", "2"), ("place", "示教室"), ("clerk", "程以宁")):
        assert re.search(rf'name="{name}"[^>]*value="{value}"', page), name
    with app.app_context():
        nk1 = unit("nk1").id
    assert re.search(rf'name="units" value="{nk1}" checked', page)


SAID = (
    ("党员集中学习不少于12学时，领导班子中心组学习不少于3次", [
        (Measure.HOURS, 12, None, People.PARTY), (Measure.SESSIONS, 3, Form.CENTRAL, People.LEADERS)]),
    ("每个党员集中学习时间不少于40小时", [(Measure.HOURS, 40, None, People.PARTY)]),
    ("读书笔记不少于十篇，心得体会至少2篇", [
        (Measure.NOTES, 10, None, People.ALL), (Measure.NOTES, 2, None, People.ALL)]),
    ("领导干部讲党课不少于二次", [(Measure.SESSIONS, 2, Form.PARTY_CLASS, People.LEADERS)]),
    ("学习时间不少于三十五个学时", [(Measure.HOURS, 35, None, People.ALL)]),
    ("黨員集中學習時間不少於 1.5 小時", [(Measure.HOURS, 1.5, None, People.PARTY)]),
    ("中心组每月学习不少于2次", []),
    ("集中教育时间不少于3个月，读书笔记不作数量上的硬性规定", []),
)  # fmt: skip


@pytest.mark.one_engine
@pytest.mark.parametrize(("sentence", "asks"), SAID)
def test_what_a_plan_asks_for_is_read_and_nothing_is_guessed(sentence, asks):
    found = stated.read([Reference("campaign", "1", sentence, "/")])

    assert [(one.measure, one.amount, one.form, one.people) for one in found] == asks


@pytest.mark.one_engine
def test_a_target_is_taken_from_the_sentence_of_the_plan(shared_demo):
    """`study_logs_stated`: the form is filled in, with the days of the plan; saving stays a person's deed."""
    office = login(shared_demo, "office")
    path = "/hospital/study_logs/targets/new"

    page = office.get(path).text
    assert "中心组学习不少于3次" in page
    first = office.get(f"{path}?stated=2").text

    assert chosen(first, "measure") == "sessions"
    assert chosen(first, "form") == "central"
    assert re.search(r'name="amount"[^>]*value="3', first)
    day = re.search(r'name="starts_on"[^>]*value="([\d-]+)"', first)[1]
    assert date.fromisoformat(day)
    assert "方案里写明的" not in login(shared_demo, "head").get("/wk1/study_logs/").text
