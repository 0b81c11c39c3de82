"""What a row of a ledger says, read without harm: measures, states, deadlines."""

from datetime import UTC, date, datetime

import pytest

from intranet import clock
from plugins.rectification.forms import lines_of
from plugins.rectification.ledger_in import tree_of
from plugins.rectification.ledger_words import day_due
from plugins.rectification.tests.ledgers import FIRST, reviewed, table

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("line", "measure"),
    [
        ("1.5米线外铺防滑垫", "1.5米线外铺防滑垫"),
        ("1．5米线外铺防滑垫", "1．5米线外铺防滑垫"),
        ("2.1.5米线外铺防滑垫", "2.1.5米线外铺防滑垫"),
        ("1. 1.5米线外铺防滑垫", "1.5米线外铺防滑垫"),
        ("-18℃冰箱每日测温", "-18℃冰箱每日测温"),
        ("1.增开窗口", "增开窗口"),
        ("（3）公布时限", "公布时限"),
        ("- 调配人员", "调配人员"),
        ("2、加装扶手（2026-12-31前完成）", "加装扶手（2026-12-31前完成）"),
        ("加装扶手(2026-12-31)", "加装扶手(2026-12-31)"),
        ("加装扶手（2026-12-31 完成一半）", "加装扶手（2026-12-31 完成一半）"),
        ("2、加装扶手（2026-03-01 完成）", "加装扶手"),
    ],
)
def test_only_the_number_of_a_measure_and_our_own_tick_are_left_out(line, measure):
    assert tree_of(line) == ((measure, ()),)


def test_a_measure_typed_into_a_form_keeps_its_figures_too():
    assert lines_of("1. 增开窗口\n1.5米线外铺防滑垫") == ("增开窗口", "1.5米线外铺防滑垫")


@pytest.fixture
def february(monkeypatch):
    """The clock stands on 2026-02-03."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年12月5日前", date(2026, 12, 5)),
        ("2027年12月5日之前完成", date(2027, 12, 5)),
        ("2026-12-05前", date(2026, 12, 5)),
        ("12月底前", date(2026, 12, 31)),
        ("8 月底前完成", date(2026, 8, 31)),
        ("2月底", date(2026, 2, 28)),
        ("2028年2月底以前", date(2028, 2, 29)),
        ("2027年底", date(2027, 12, 31)),
        ("年底前", date(2026, 12, 31)),
        ("１２月５日", date(2026, 12, 5)),
        ("1月5日", date(2026, 1, 5)),
        ("2026-12-05 00:00:00", date(2026, 12, 5)),
        ("2026/12/5 0:00", date(2026, 12, 5)),
        ("20261205", date(2026, 12, 5)),
    ],
)
def test_a_deadline_is_read_as_ledgers_write_it(february, words, day):
    assert day_due(words) == day


@pytest.mark.parametrize(
    "words",
    [
        "12月",
        "12月前",
        "2026年12月",
        "2026年",
        "底",
        "年",
        "月底",
        "本月底",
        "下月底前",
        "年底前后",
        "年12月底",
        "13月底",
        "0月底",
        "12月0日",
        "2月30日",
        "12.5",
        "11月—12月",
        "12月上旬",
        "会后15日内",
        "前",
        "完成",
        "0000年底",
    ],
)
def test_what_is_no_certain_day_is_none(february, words):
    assert day_due(words) is None


def test_the_review_shows_the_day_that_was_read(february, client_for):
    page, _path, _sent = reviewed(client_for("office"), table((*FIRST[:8], "2027年8月底前", "")))

    assert "2027年8月31日" in page.text
