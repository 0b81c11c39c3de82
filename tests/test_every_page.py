"""Every page somebody is led to opens, is valid HTML, asks little of the database and is small.

Its fragment, and the page in English: tests/test_in_english.py, which asks for both.
"""

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.crawler import Frugal, crawl
from tests.fixtures import check_html

PagesOf = Callable[[str], dict[str, TestResponse]]


@pytest.fixture(scope="module")
def pages_of(shared_demo: Flask) -> PagesOf:
    """`pages_of("head")`: all pages this person's links lead to, walked to once."""
    return cache(lambda username: crawl(Frugal(shared_demo, username), alike=2))


OVER = [pytest.param(name, marks=pytest.mark.one_engine) for name in ("leader", "supervisor")]
"""They are shown pages of the office's kinds: nothing they ask the database is asked by them alone."""


@pytest.mark.parametrize("username", ["head", "office", *OVER, "system", "security", "audit"])
def test_every_page_behind_a_link_opens_and_is_valid(pages_of, username):
    pages = pages_of(username)

    assert len(pages) >= 2
    for path, response in pages.items():
        assert response.status_code == 200, f"{username} {path}: {response.status_code}"
        if "<html" in response.text[:200]:
            check_html(response)
