"""Names in a plan and the hospital's units."""

import time

import pytest

from intranet.organisation import organisation
from plugins.campaign.matching import EVERY_KIND, match_all
from tests.fixtures import unit

pytestmark = pytest.mark.one_engine


@pytest.fixture
def match(app):
    def run(name, remembered=None):
        with app.app_context():
            tree = organisation().under(unit("hospital").path)
            found = match_all([name], tree, remembered or {})[name]
            return found.known, [one.code for one in found.units]

    return run


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("护理部", ["hlb"]),
        ("医院活动办", ["hdb"]),
        ("活动办公室", ["hdb"]),
        ("各党支部", ["zb1", "zb2", "zb3"]),
        ("各支部", ["zb1", "zb2", "zb3"]),
        ("医院", ["hospital"]),
    ],
)
def test_a_name_finds_its_units(match, name, codes):
    assert match(name) == (True, codes)


@pytest.mark.parametrize("name", ["各科室", "各部门", "各职能科室", "各科室（班组）"])
def test_all_departments_are_meant(match, name):
    known, codes = match(name)

    assert known
    assert {"nk1", "wk1", "hlb", "bwk"} <= set(codes)
    assert not {"zb1", "hdb", "hospital"} & set(codes)


@pytest.mark.parametrize("name", ["院领导", "领导班子成员", "医院各领导班子成员", "全体党员"])
def test_a_group_of_people_is_no_doubt_and_no_unit(match, name):
    assert match(name) == (True, [])


@pytest.mark.parametrize("name", ["感染管理处", "局活动办", "科"])
def test_what_nobody_knows_stays_a_doubt(match, name):
    assert match(name) == (False, [])


def test_what_people_said_wins(match, app):
    with app.app_context():
        target = unit("ywb").id

    assert match("护理部", {"护理部": (target,)}) == (True, ["ywb"])
    assert match("感染管理处", {"感染管理处": ()}) == (True, [])


def test_a_long_name_of_a_unit_is_matched_in_linear_time():
    name = "各" + "临床医技" * 60 + "x"
    started = time.process_time()
    for pattern, _kind in EVERY_KIND:
        assert not pattern.fullmatch(name)

    assert time.process_time() - started < 1
