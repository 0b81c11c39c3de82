"""What the board counts on the way of a campaign: each number is the length of its list."""

import re

import pytest

from intranet import clock
from plugins.rectification.stages import Stage
from plugins.rectification.steps import STEP_OF
from plugins.rectification.tests.stepping import post
from plugins.rectification.wording import Term

FIGURE = re.compile(r'<a href="([^"]*/rectification/[^"]*)"><b>(\d+)</b> ?([^<]*)')
ROW = re.compile(r'<td class="title"')
CHAIN = "/hospital/campaign/chain"


@pytest.mark.beside("campaign")
def test_what_was_looked_back_on_is_counted_as_it_is_listed(client_for, make_card, card):
    office = client_for("office")
    closed, _still = make_card(Stage.CLOSED), make_card(Stage.CLOSED)
    assert "回头看" not in office.get(CHAIN).text
    lasting = {"term": Term.LASTING, "check_months": 3, "due_on": clock.today()}
    make_card(Stage.IN_PROGRESS, **lasting)
    make_card(Stage.IN_PROGRESS, **lasting, checked_on=clock.today())
    relapse = STEP_OF[Stage.CLOSED, Stage.UNCLAIMED, ""]
    again = post(client_for("supervisor"), closed, relapse, card(closed).version, note="又出现两次")
    assert again.status_code == 303

    found = FIGURE.findall(office.get(CHAIN).text.partition("回头看")[2])

    assert [int(count) for _url, count, _label in found] == [2, 1, 1]
    for url, count, label in found:
        assert len(ROW.findall(office.get(url.replace("&amp;", "&")).text)) == int(count), label
