"""What a row of a ledger says, read without harm: measures, states, deadlines."""

import pytest

from plugins.rectification.forms import lines_of
from plugins.rectification.ledger_in import tree_of

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
