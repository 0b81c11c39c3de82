"""What waits: the list on the home page and the count in the menu say the same."""

import re

import pytest

from plugins.campaign.tests.test_duties import DONE, duty_of
from tests.fixtures import login

pytestmark = pytest.mark.one_engine

NOBODYS = "将对照检查材料送审"


def activity_of(app, title, code):
    return duty_of(app, title, code).activity_id


def listed(client, word):
    """Lines of the to-do list with this word."""
    return len(re.findall(rf"<tr[^>]*>(?:(?!</tr>).)*{word}", client.get("/").text, re.DOTALL))


def counted(client, code):
    page = client.get(f"/{code}/badges").text
    found = re.search(r'id="count-campaign-index" hx-swap-oob="true"[^>]*>(\d+)', page)
    return int(found[1]) if found else 0


def page_of_nobodys(office):
    return re.search(
        rf'href="(/hospital/campaign/activities/\d+)"[^>]*>记录完成：{NOBODYS}', office.get("/").text
    )


def record(office, address, end="2026-03-15", version="1"):
    return office.post(f"{address}/actual", data={"start": "", "end": end, "version": version})


def test_an_activity_of_people_without_a_unit_waits_for_the_office_until_its_end_is_recorded(app, plan):
    office = login(app, "office")
    before = counted(office, "hospital")
    address = page_of_nobodys(office)[1]

    assert record(office, address).status_code == 303

    assert page_of_nobodys(office) is None
    assert counted(office, "hospital") == before - 1


@pytest.mark.parametrize("username", ["head", "leader", "supervisor", "member"])
def test_it_waits_for_nobody_else(app, plan, username):
    assert NOBODYS not in login(app, username).get("/").text


def test_what_has_really_ended_waits_for_no_unit(app, plan):
    head, office = login(app, "head"), login(app, "office")
    assert listed(head, "各科室征求意见") == 1
    before = counted(head, "nk1")

    record(office, f"/hospital/campaign/activities/{activity_of(app, '各科室征求意见', 'nk1')}")

    assert listed(head, "各科室征求意见") == 0
    assert counted(head, "nk1") == before - 1


def test_the_menu_counts_what_the_list_shows(app, plan):
    head, office = login(app, "head"), login(app, "office")
    duty = duty_of(app, "各科室征求意见", "nk1")
    head.post(f"/nk1/campaign/duties/{duty.id}/report", data=DONE)

    lines = re.findall(r'<td class="title"><a href="/\w+/campaign/', office.get("/").text)

    assert counted(office, "hospital") == len(lines) > 1
