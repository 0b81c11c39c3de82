"""What meetings and self-reviews count on the way of a campaign: each number is the length of its list."""

import re
from datetime import timedelta

from sqlalchemy import delete

from intranet import clock
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Membership
from plugins.democratic_life import chain
from plugins.democratic_life.models import Meeting, Review
from plugins.democratic_life.queries.progress import reviews_passed
from plugins.democratic_life.tests.reviewing import passed
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


def test_a_meeting_keeps_its_numbers_when_its_people_have_gone(app, make_meeting):
    meeting_id, review_id = make_meeting(State.RECORDED), passed(app)

    def told():
        with app.app_context():
            mine = db.session.get_one(Meeting, db.session.get_one(Review, review_id).meeting_id)
            numbers = reviews_passed(mine)
        pages = [f"meetings/{meeting_id}", f"meetings/{meeting_id}/attendance", f"reviews/{review_id}"]
        client = login(app, "office")
        return numbers, [drawn(client.get(f"/hospital/democratic_life/{page}")) for page in pages]

    before = told()
    with app.app_context(), transaction():
        for who in ("head", "member"):
            person(who).disabled = True
            db.session.execute(delete(Membership).where(Membership.user_id == person(who).id))
    assert told() == before
    assert before[0] == (1, 3)


def drawn(page):
    assert page.status_code == 200
    main = page.text.partition("<h1>")[2].partition("</main>")[0]
    return re.sub(r"<[^>]+>", "", main)
