"""The real plan and the real speeches, against the labels that people made by hand."""

import json
import os
import time
from pathlib import Path

import pytest

from plugins.campaign.reader import read_file

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("INTRANET_SHARED_DATA", ROOT.parent / "shared" / "data"))


def shared(name):
    path = SHARED / name
    if path.exists():
        return path
    reason = f"{path} is not here"
    if "shared" in os.environ.get("INTRANET_TEST_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


def labels(name):
    return json.loads(shared(name).read_text(encoding="utf-8"))


@pytest.fixture
def plan():
    path = shared("plan-hospital-2014.txt")
    (document,) = read_file(path.name, path.read_bytes()).as_json()["documents"]
    return document


@pytest.fixture
def speeches():
    path = shared("closing-speeches-2014.txt")
    return read_file(path.name, path.read_bytes()).as_json()["documents"]


def test_every_row_of_the_plan_has_its_time_and_units(plan):
    keys = ("time_text", "start", "end", "units", "row")
    expected = [
        {key: label.get(key) for key in keys}
        for label in labels("plan-hospital-2014.labels.json")
        if label["kind"] == "activity"
    ]

    found = [{key: activity[key] for key in keys} for activity in plan["activities"]]

    order = ("row", "time_text")
    assert sorted(found, key=lambda one: [str(one[k]) for k in order]) == sorted(
        expected, key=lambda one: [str(one[k]) for k in order]
    )


def test_the_second_time_of_row_10_is_an_activity_of_its_own(plan):
    tenth = [activity for activity in plan["activities"] if activity["row"] == 10]

    assert [activity["time_text"] for activity in tenth] == ["5月上旬", "5月-12月"]
    assert tenth[1]["title"].endswith("“做合格的职业化医护人员”系列教育活动")
    assert any("一行两个时间" in warning for warning in plan["warnings"])


def test_the_plan_has_three_phases_and_its_whole_run(plan):
    expected = [
        (label["title"], label["time_text"], label["start"], label["end"])
        for label in labels("plan-hospital-2014.labels.json")
        if label["kind"] == "phase"
    ]

    found = [(p["title"], p["time_text"], p["start"], p["end"]) for p in plan["phases"]]

    assert [one[1:] for one in found] == [one[1:] for one in expected]
    assert [one[0] for one in found[1:]] == [one[0] for one in expected[1:]]


def test_the_year_of_the_plan_says_where_it_was_taken_from(plan):
    assert plan["year"] == 2014
    assert plan["year_basis"] == "文号〔2014〕8号与落款2014年2月25日"


def test_the_deadline_in_the_prose_belongs_to_the_hospital(plan):
    (deadline,) = [a for a in plan["activities"] if a["row"] is None]

    assert deadline["time_text"] == "2月底前完成"
    assert (deadline["start"], deadline["end"]) == (None, "2014-02-28")
    assert deadline["units"] == ["医院"]
    assert deadline["title"].startswith("召开专题会议")


def test_two_speeches_are_two_documents_of_2014(speeches):
    assert [document["year"] for document in speeches] == [2014, 2014]
    assert any("2024年" in warning for warning in speeches[0]["warnings"])


def test_the_first_speech_tells_the_labelled_acts_and_nothing_else(speeches):
    expected = {
        (label["time_text"], label["start"], label["end"])
        for label in labels("closing-speeches-2014.labels.json")
        if label["kind"] == "activity"
    }

    found = {(a["time_text"], a["start"], a["end"]) for a in speeches[0]["activities"]}

    assert found == expected
    assert speeches[1]["activities"] == []


def test_clearing_offices_is_a_rectification(speeches):
    (cleared,) = speeches[0]["rectifications"]

    assert cleared["time_text"] == "今年4月份"
    assert (cleared["start"], cleared["end"]) == ("2014-04-01", "2014-04-30")
    assert "办公用房" in cleared["title"]


def test_the_phases_of_the_speeches_are_their_headings(speeches):
    assert [phase["title"] for phase in speeches[0]["phases"]] == [
        "前期准备环节",
        "学习教育、听取意见环节",
        "查摆问题、开展批评环节",
        "整改落实、建章立制环节",
    ]
    (run,) = speeches[1]["phases"]
    assert (run["time_text"], run["start"], run["end"]) == ("自去年7月以来", "2013-07-01", None)


def test_the_text_is_kept_as_it_stands():
    path = shared("closing-speeches-2014.txt")

    reading = read_file(path.name, path.read_bytes())

    assert reading.text == "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").split("\n"))


def test_the_plan_is_read_without_a_wait():
    path = shared("plan-hospital-2014.txt")
    content = path.read_bytes()
    read_file(path.name, content)

    begun = time.process_time()
    read_file(path.name, content)

    assert time.process_time() - begun < 3
