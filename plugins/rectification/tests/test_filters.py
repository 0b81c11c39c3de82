"""What stands in the address of a board, whatever somebody writes there."""

import pytest

from plugins.rectification.filters import NAMES, Filters, Past, Then
from tests.fixtures import HTMX, login

pytestmark = pytest.mark.one_engine
HOSPITAL, NK1 = "/hospital/rectification/", "/nk1/rectification/"


def test_an_unknown_unit_finds_nothing_rather_than_everything(demo_app):
    page = login(demo_app, "office").get(HOSPITAL + "cards?unit=nowhere").text

    assert "共 0 件" in page


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize("past", Past)
def test_a_day_no_report_has_is_no_filter(day, past):
    assert Then.of(f"{past}.{day}") is None
    assert Then.of(f"{past}.2026-11-16")


@pytest.mark.parametrize("name", sorted({*NAMES} - {"q", "lanes"}))
def test_each_filter_that_is_set_is_counted(name):
    assert Filters(**{name: ("1",)}).number == 1


def test_codes_no_unit_has_do_not_fill_the_addresses_of_a_page(demo_app):
    head = login(demo_app, "head")
    plain = len(head.get(NK1).data)

    for codes in ("x" * 100_000, "&unit=".join(f"u{number}" for number in range(10_000))):
        assert len(head.get(f"{NK1}?unit={codes}").data) < plain + 100_000


def test_filters_answer_only_the_board_and_a_clean_address(demo_app):
    answer = login(demo_app, "office").get(HOSPITAL + "?q=&category=formalism&source=", headers=HTMX)

    assert "<html" not in answer.text
    assert answer.headers["HX-Push-Url"] == HOSPITAL + "?category=formalism"
