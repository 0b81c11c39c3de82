"""What meetings and self-reviews count on the way of a campaign: each number is the length of its list."""

import re
from datetime import timedelta

from intranet import clock
from plugins.democratic_life import chain
from plugins.democratic_life.wording import State
from tests.fixtures import login, person, unit

FIGURE = re.compile(r'<a href="(/[^"]*/democratic_life/[^"]*)"><b>(\d+)</b>')
ROW = re.compile(r'<td class="title"><a href="/\w+/democratic_life/(?:meetings|reviews)/\d+"')
PLACES = ("office", "hospital"), ("leader", "hospital"), ("head", "nk1"), ("member", "nk1"), ("leader", "nk1")


def test_each_number_is_the_length_of_its_list(demo_app):
    seen = {}
    for who, code in PLACES:
        browser = login(demo_app, who)
        found = FIGURE.findall(browser.get(f"/{code}/campaign/chain").text)
        for url, count in found:
            assert len(ROW.findall(browser.get(url).text)) == int(count), (who, url)
        seen[who, code] = [int(count) for _url, count in found]
    assert len(seen["office", "hospital"]) == 4
    assert all(seen["office", "hospital"])
    assert seen["leader", "nk1"] == seen["head", "nk1"]


def test_the_week_tells_numbers_alone(app, make_meeting):
    make_meeting(State.HELD, "不能外传的话")
    today = clock.today()
    with app.test_request_context():
        told = chain.week(person("office"), unit("hospital"), today, today + timedelta(days=7))
        before = chain.week(person("office"), unit("hospital"), today - timedelta(days=7), today)
    assert told == ["会议：召开民主生活会、组织生活会 1 次。"]
    assert before == []
