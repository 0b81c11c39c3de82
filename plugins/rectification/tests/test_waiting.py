"""What waits for a person: on the home page and as the number in the menu."""

import re

import pytest

from intranet import clock
from plugins.rectification.hooks import waiting_here
from plugins.rectification.queries.waiting import SHOWN
from plugins.rectification.rights import Rights
from plugins.rectification.stages import Stage
from tests.fixtures import HTMX, person, unit


def test_the_badge_counts_what_waits_for_this_person(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)
    make_card(Stage.PLAN_PENDING)
    make_card(Stage.ACCEPTED)
    make_card(Stage.IN_PROGRESS)

    badges = {}
    for name, code in (
        ("office", "hospital"),
        ("leader", "hospital"),
        ("supervisor", "hospital"),
        ("head", "nk1"),
    ):
        page = client_for(name).get(f"/{code}/badges", headers=HTMX).text
        found = re.search(r'id="count-rectification-board" hx-swap-oob="true"[^>]*>(\d+)<', page)
        badges[name] = int(found[1]) if found else 0

    assert badges == {"office": 3, "leader": 2, "supervisor": 1, "head": 1}


@pytest.mark.parametrize("name", ["user_id", "asked_by"])
def test_what_one_may_not_judge_neither_hides_what_waits_nor_is_counted(name, app, make_card, client_for):
    """More of one's own, and all of them more urgent, than a home page has room for."""
    with app.app_context():
        leader = person("leader")
        own = {name: leader.id, "due_on": clock.today()}
    for number in range(SHOWN):
        make_card(Stage.CLOSING_ASKED, title=f"自己的第{number}件", **own)
    make_card(Stage.CLOSING_ASKED, title="别人的一件")

    shown = client_for("leader").get("/").text

    assert "验收通过：别人的一件" in shown
    assert "验收通过：自己的" not in shown
    with app.app_context():
        assert waiting_here(unit("nk1"), Rights(person("leader"))) == 1


def test_the_home_page_lists_the_cards_that_wait(app, make_card, client_for):
    make_card(Stage.PLAN_PENDING)

    assert "批准方案：出院结算需往返两处窗口" in client_for("office").get("/").text
    assert "批准方案：" not in client_for("head").get("/").text
