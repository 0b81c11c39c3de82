"""A refusal is no dead end: it leads back, or to the page above."""

import re

import pytest

from intranet.errors import Conflict, Forbidden, NotFound
from intranet.permissions import for_members
from tests.fixtures import check_html, login

pytestmark = pytest.mark.one_engine


@pytest.fixture
def refusing(hello_app):
    """A page and a form of the notice board that always refuse as asked, below a page that works."""

    @for_members
    def refuse(status):
        raise {403: Forbidden, 404: NotFound, 409: Conflict}[status]("请刷新后再试。")

    hello_app.add_url_rule("/<unit:unit>/hello/<int:status>/look", "hello.look", refuse)
    hello_app.add_url_rule("/<unit:unit>/hello/<int:status>/move", "hello.move", refuse, methods=["POST"])
    return hello_app


def ways(response):
    return re.findall(r'<a class="btn[^"]*" href="([^"]*)"', response.text)


def test_a_refusal_leads_back_to_the_page_one_came_from(refusing):
    headers = {"Referer": "http://localhost/nk1/hello/?page=2&q=%E6%97%A9"}

    response = login(refusing, "head").post("/nk1/hello/409/move", headers=headers)

    assert response.status_code == 409
    check_html(response)
    assert ways(response) == ["/nk1/hello/?page=2&amp;q=%E6%97%A9", "/"]
    assert "回到刚才的页面" in response.text


@pytest.mark.parametrize(
    "referrer",
    ["", "http://evil.example/nk1/", "http://[", "http://localhost//evil.example", "javascript:alert(1)"],
)
def test_without_a_page_of_ours_it_leads_to_the_page_above(refusing, referrer):
    response = login(refusing, "head").post("/nk1/hello/409/move", headers={"Referer": referrer})

    assert response.status_code == 409
    check_html(response)
    assert ways(response) == ["/nk1/hello", "/"]


def test_a_page_that_fails_does_not_lead_to_itself(refusing):
    page = "/nk1/hello/409/look"

    response = login(refusing, "head").get(page, headers={"Referer": f"http://localhost{page}"})

    assert ways(response) == ["/nk1/hello", "/"]


@pytest.mark.parametrize("status", [403, 404])
def test_who_may_not_is_led_to_the_unit_and_not_to_the_next_refusal(refusing, status):
    response = login(refusing, "head").get(f"/nk1/hello/{status}/look")

    assert ways(response) == ["/nk1/", "/"]


@pytest.mark.parametrize("path", ["/no/such/page", "/wk1/hello/409/look"])
def test_nobody_is_led_into_a_unit_that_is_not_there_for_them(refusing, path):
    assert ways(login(refusing, "head").get(path)) == ["/"]
