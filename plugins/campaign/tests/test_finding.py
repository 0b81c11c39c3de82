"""Plans and activities are found where they hold: in the unit that issued them and those that follow them."""

from datetime import date

from intranet import search
from intranet.db import transaction
from plugins.campaign.queries.plans import activity_or_404, own_plan
from plugins.campaign.services import activities
from plugins.campaign.services.activities import Dates, NewActivity
from plugins.campaign.services.importing import start_plan
from tests.fixtures import login, person, unit


def found(app, asked, username):
    with app.test_request_context():
        hits, _total = search.find(person(username), search.words_of(asked), 1)
        return {url: row.title for row, _unit, url in hits}


def issue(app, code, title, activity):
    with app.app_context(), transaction():
        plan = start_plan(unit(code), title, 2026, by=person("office"))
        new = NewActivity(activity, Dates(date(2026, 3, 1), None), None, [unit("nk1")])
        return activities.add_activity(plan, new, by=person("office")).id


def test_a_plan_is_found_from_below_and_opens_in_ones_own_unit(app):
    key = issue(app, "hospital", "全院方案", "學習雷鋒活動")

    for username, code in (("office", "hospital"), ("member", "nk1"), ("stranger", "wk1")):
        url = f"/{code}/campaign/activities/{key}"
        assert found(app, "学习雷锋", username) == {url: "學習雷鋒活動"}
        assert found(app, "全院", username) == {f"/{code}/campaign/?plan=1": "全院方案"}
        assert login(app, username).get(url).status_code == 200


def test_a_unit_finds_its_own_plan_and_the_one_above(app):
    above = issue(app, "hospital", "全院方案", "学习雷锋")
    own = issue(app, "nk1", "内一科方案", "学习张思德")

    both = {f"/nk1/campaign/activities/{activity}" for activity in (own, above)}
    assert set(found(app, "学习", "member")) == both
    assert {login(app, "member").get(address).status_code for address in both} == {200}
    assert set(found(app, "学习", "stranger")) == {f"/wk1/campaign/activities/{above}"}
    assert len(found(app, "学习", "office")) == 2


def test_rebuilt_after_a_change_of_dates_it_is_as_it_was_pushed(app):
    key = issue(app, "hospital", "全院方案", "学习雷锋")
    with app.app_context(), transaction():
        found_one = activity_or_404(own_plan(unit("hospital")), key, date(2026, 3, 1)).activity
        activities.cancel(found_one, by=person("office"), reason="合并", version=found_one.version)

    def kept():
        with app.test_request_context():
            hits, _total = search.find(person("office"), ["学习"], 1)
            return [(row.key, row.unit_id, row.title, row.text, row.at) for row, _unit, _url in hits]

    pushed = kept()
    with app.app_context(), transaction():
        search.rebuild()

    assert kept() == pushed
    assert len(pushed) == 1


def test_a_concluded_plan_is_still_found_and_opens(app):
    key = issue(app, "hospital", "全院方案", "学习雷锋")
    version = {"version": "1"}
    assert login(app, "office").post("/hospital/campaign/conclude", data=version).status_code == 303

    for username, code in (("office", "hospital"), ("member", "nk1")):
        urls = {**found(app, "学习", username), **found(app, "全院", username)}
        assert set(urls) == {f"/{code}/campaign/activities/{key}", f"/{code}/campaign/?plan=1"}
        assert {login(app, username).get(url).status_code for url in urls} == {200}
