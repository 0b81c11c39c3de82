"""The way from plan to look-back: numbers of whoever has some, each with its list."""

import re
from pathlib import Path
from types import ModuleType

from intranet.contracts import Figure
from intranet.hookspecs import hookimpl
from intranet.plugins import Plugin
from plugins.campaign.views import schedule
from tests.fixtures import login

FIGURE = re.compile(r'<a href="([^"]+)"><b>(\d+)</b>')


class Listening:
    """Counts opinions, and something nobody has a place for."""

    @hookimpl(optionalhook=True)
    def campaign_chain(self, unit):
        wanted = [("look_back", "个回头看", 2), ("nowhere", "没有位置", 9), ("opinions", "条意见", 7)]
        return [Figure(place, label, count, f"/{unit.code}/") for place, label, count in wanted]


def test_numbers_stand_in_the_order_of_the_work_and_strange_places_are_left_out(app, monkeypatch):
    state = app.extensions["intranet.plugins"]
    state.manager.register(Listening(), name="standin")
    state.working["standin"] = Plugin("standin", ModuleType("standin"), "意见", "", Path())

    monkeypatch.setattr(schedule, "enabled_plugins", lambda _unit: ["standin"])

    page = login(app, "member").get("/nk1/campaign/chain").text

    assert page.index("条意见") < page.index("个回头看")
    assert "没有位置" not in page
    assert ("/nk1/", "7") in FIGURE.findall(page)


def test_each_number_of_the_plan_is_the_length_of_its_list(demo_app):
    office = login(demo_app, "office")

    figures = FIGURE.findall(office.get("/hospital/campaign/chain").text)

    own = [(url, int(count)) for url, count in figures if url.startswith("/hospital/campaign/")]
    assert len(own) > 1
    for url, count in own:
        assert office.get(url).text.count('<td class="title"') == count, url
