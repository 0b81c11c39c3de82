"""The numbers of all plugins on the way of the campaign open for everybody who sees them."""

import re

import pytest

from tests.fixtures import login

FIGURE = re.compile(r'<a href="([^"]+)"><b>(\d+)</b>')


@pytest.mark.parametrize("who", ["office", "member", "supervisor", "leader"])
def test_every_number_opens_and_its_page_says_it(demo_app, who):
    client, unit = login(demo_app, who), "nk1" if who == "member" else "hospital"

    figures = FIGURE.findall(client.get(f"/{unit}/campaign/chain").text)

    assert figures
    for url, count in figures:
        page = client.get(url.replace("&amp;", "&"))
        assert page.status_code == 200, url
        rows = page.text.count("<tr") - page.text.count("<thead")
        assert rows == int(count) or re.search(rf"(?<!\d){count}(?!\d)", page.text), url
