"""Saved filters: one's own, and those of the unit by head and office."""

import re

from tests.fixtures import HTMX, check_html

HOSPITAL, FILTERS = "/hospital/rectification/", "/hospital/rectification/filters"


def save(client, name, query="?light=red&lanes=unit", **more):
    return client.post(f"{FILTERS}{query}", data={"name": name, **more})


def ids(client):
    return re.findall(r"filters/(\d+)", client.get(FILTERS).text)


def test_a_filter_is_saved_used_renamed_and_deleted(make_card, client_for):
    make_card()
    office = client_for("office")
    check_html(office.get(f"{FILTERS}?light=red"))

    assert save(office, "逾期").status_code == 303

    page = office.get(FILTERS).text
    assert f'href="{HOSPITAL}?light=red&amp;lanes=unit">逾期<' in page
    second = save(office, "逾期")
    assert (second.status_code, "已经有叫“逾期”的筛选" in second.text) == (422, True)
    [key] = ids(office)
    check_html(office.get(f"{FILTERS}/{key}"))
    assert office.post(f"{FILTERS}/{key}", data={"name": "红灯", "version": 1}).status_code == 303
    assert office.post(f"{FILTERS}/{key}", data={"name": "晚了", "version": 1}).status_code == 409
    assert office.post(f"{FILTERS}/{key}/remove", data={"version": 1}).status_code == 409
    assert office.post(f"{FILTERS}/{key}/remove", data={"version": 2}).status_code == 303
    assert ids(office) == []


def test_ones_own_is_nobody_elses_and_the_units_is_set_by_head_and_office(client_for):
    office, leader = client_for("office"), client_for("leader")
    save(office, "我的")
    save(office, "全院的", shared="y")
    keys = ids(office)

    seen = leader.get(FILTERS).text

    assert "全院的" in seen
    assert "我的<" not in seen
    assert [leader.get(f"{FILTERS}/{key}").status_code for key in sorted(keys)] == [404, 403]
    refused = save(leader, "也给大家", shared="y")
    assert (refused.status_code, "由负责人和活动办设置" in refused.text) == (403, True)
    assert save(leader, "自己看").status_code == 303
    assert "全院的" not in client_for("head").get("/nk1/rectification/filters").text


def test_the_board_opens_the_saved_ones_beside_itself(client_for):
    office = client_for("office")
    save(office, "逾期", shared="y")

    page = office.get(HOSPITAL).text
    piece = office.get(f"{FILTERS}?light=amber", headers=HTMX).text

    assert f'formaction="{FILTERS}"' in page
    assert "逾期" in piece
    assert 'action="/hospital/rectification/filters?light=amber"' in piece


def test_a_board_on_which_a_filter_leaves_nothing_says_so(make_card, client_for):
    make_card()
    office, sentence = client_for("office"), "没有卡片符合这些筛选条件"

    assert sentence in office.get(f"{HOSPITAL}?f-999=x").text
    assert sentence in office.get(f"{HOSPITAL}?light=red&lanes=unit", headers=HTMX).text
    assert sentence not in office.get(f"{HOSPITAL}?light=none").text + office.get("/wk1/rectification/").text
