"""What one unit has written reaches nobody outside it: by no page, no file, no notice and no log."""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from werkzeug.test import TestResponse

from tests.crawler import crawl, kind_of
from tests.fixtures import HTMX, login
from tests.forms import forms_of
from tests.sweeps.asking import nothing, nothing_kept, text_of
from tests.sweeps.planting import SIGN, plant
from tests.sweeps.routes import Site
from tests.sweeps.test_roles import said

HERE, WRITERS = "nk1", ("head", "recorder")
OUTSIDERS = {
    None: [],
    "stranger": ["wk1"],
    "newcomer": ["hospital"],
    "system": [],
    "security": [],
    "audit": [],
}
"""Who may not enter, and where each may."""
FEW = 2
TYPED = range(1, 13)
"""Ids typed by hand: also of what nobody here was shown a link to."""
FIND = ("/", "/notices", "/search?q=密语")


@pytest.fixture(scope="module")
def written(site):
    """The site after the unit has written everywhere, and what the log said meanwhile."""
    lines: list[str] = []
    with logged(lines):
        plant(site.app, HERE, WRITERS)
    assert lines_with_mark(lines) == []
    return Site(site.app)


def test_inside_it_is_seen_and_not_logged(written):
    lines: list[str] = []
    with logged(lines):
        pages = [path for path, text in everything(written, "head", []) if SIGN in text]

    assert lines_with_mark(lines) == []
    assert any(path.startswith("/search") for path in pages)
    assert any("/notices" in path for path in pages)
    assert any(path.startswith("POST ") for path in pages)
    assert len(pages) > 20, pages


@pytest.mark.parametrize("who", [pytest.param("stranger", marks=pytest.mark.one_engine), "newcomer"])
def test_nobody_of_another_unit_sees_a_word(written, who):
    assert nothing(words_seen(written, who, OUTSIDERS[who]))


@pytest.mark.one_engine
@pytest.mark.parametrize("who", [who for who, units in OUTSIDERS.items() if not units])
def test_nobody_without_a_unit_sees_a_word(written, who):
    assert nothing(words_seen(written, who, OUTSIDERS[who]))


@pytest.mark.one_engine
def test_where_the_plugins_are_off_it_is_not_seen_from_above(written):
    with said(written.app, {"hospital": (True, False), HERE: (False, False)}):
        assert nothing(words_seen(written, "office", ["hospital"]))


# Looking -------------------------------------------------------------------------------------------


def words_seen(site: Site, who: str | None, units: Iterable[str]) -> list[str]:
    """Every answer, and every line of the log, in which this person's looking around brings up the mark."""
    lines: list[str] = []
    site.urls(WRITERS[0])  # looked up before: what those inside do is not this person's doing
    with logged(lines):
        found = [f"{who}: {path}" for path, text in everything(site, who, units) if SIGN in text]
    return found + [f"{who}: the log: {line}" for line in lines_with_mark(lines)]


def everything(site: Site, who: str | None, units: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What this person reads: by links, as fragments, as files, and at the addresses of those inside."""
    client = login(site.app, who)
    pages = crawl(client, FIND, limit=80, alike=FEW, files=True)
    yield from ((path, text_of(page)) for path, page in pages.items())
    for path in pages:
        yield f"{path} as a fragment", text_of(client.get(path, headers=HTMX))
    with nothing_kept():
        for action, data in sorted(brought(pages), key=str):
            yield f"POST {action}", text_of(client.post(action, data=dict(data)))
    for path in [*foreign(site, units), *typed(site, units)]:
        yield path, text_of(client.get(path))


def brought(pages: dict[str, TestResponse]) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """The forms of these pages that bring a file, with what they send."""
    texts = {path: page.text for path, page in pages.items() if page.mimetype == "text/html"}
    forms = [form for path, text in texts.items() for form in forms_of(text, path) if form.stays]
    return {(form.action, tuple((name, value) for name, value, _kind in form.fields)) for form in forms}


def foreign(site: Site, units: Iterable[str]) -> Iterator[str]:
    """The addresses of those inside, with all they ask for, as they are and under one's own units."""
    for url in few_of_each(site.urls(WRITERS[0])):
        yield url
        yield from (re.sub(r"^/[^/]+", f"/{code}", url) for code in units if url.startswith(f"/{HERE}/"))


def typed(site: Site, units: Iterable[str]) -> Iterator[str]:
    """Every page of one thing, under one's own units."""
    pages = [route for route in site.routes if route.method == "GET" and route.in_unit]
    for route in pages:
        if len(route.names) == 1 and "<int:" in route.path:
            for code in units:
                yield from (site.path(route, dict.fromkeys(route.names, n) | {"unit": code}) for n in TYPED)


def few_of_each(urls: Iterable[str]) -> Iterator[str]:
    kinds = Counter()
    for url in urls:
        kinds[kind_of(url)] += 1
        if kinds[kind_of(url)] <= FEW:
            yield url


@contextmanager
def logged(lines: list[str]) -> Iterator[None]:
    """All that any part of the program writes to a log meanwhile."""
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: lines.append(logging.Formatter().format(record))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def lines_with_mark(lines: list[str]) -> list[str]:
    return [line for line in lines if SIGN in line]
