"""Every page somebody is led to opens, is valid HTML, asks little of the database and is small."""

from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.crawler import Frugal, crawl
from tests.fixtures import HTMX, check_html, login

PagesOf = Callable[[str], dict[str, TestResponse]]


@pytest.fixture(scope="module")
def pages_of(shared_demo: Flask) -> PagesOf:
    """`pages_of("head")`: all pages this person's links lead to, walked to once."""
    return cache(lambda username: crawl(Frugal(shared_demo, username), alike=2))


@pytest.mark.parametrize(
    "username", ["head", "office", "leader", "supervisor", "system", "security", "audit"]
)
def test_every_page_behind_a_link_opens_and_is_valid(pages_of, username):
    pages = pages_of(username)

    assert len(pages) >= 2
    for path, response in pages.items():
        assert response.status_code == 200, f"{username} {path}: {response.status_code}"
        if "<html" in response.text[:200]:
            check_html(response)


@pytest.mark.one_engine
@pytest.mark.parametrize("username", ["head", "office", "system", "security", "audit"])
def test_every_page_behind_a_link_has_a_fragment_that_is_no_page(shared_demo, pages_of, username):
    client = login(shared_demo, username)

    for path, page in pages_of(username).items():
        if "<html" not in page.text[:200]:
            continue
        fragment = client.get(path, headers=HTMX)
        assert fragment.status_code == 200, path
        assert "<html" not in fragment.text, path
        assert fragment.text.strip(), f"{path}: an empty fragment"
        assert "HX-Request" in fragment.headers["Vary"], path


@pytest.mark.one_engine
def test_in_english_every_page_opens_too(demo_app):
    client = login(demo_app, "office")
    client.post("/language", data={"language": "en", "next": "/"})

    for path, response in crawl(client, alike=2).items():
        assert response.status_code == 200, path
        if "<html" in response.text[:200]:
            assert '<html lang="en"' in response.text
            check_html(response)
