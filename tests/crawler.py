"""Walking the site as a person would, and the oracle that says whether an answer is right."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from sqlalchemy import event, inspect
from werkzeug.test import TestResponse

from intranet.contracts import Role
from intranet.extensions import db
from intranet.gate import enabled_plugins
from intranet.models import Unit
from intranet.permissions import allowed, has_role, may_enter, policy_of
from tests.fixtures import HTMX, Client, check_html, login, person, unit

NOT_FOLLOWED = ("/static/", "/logout", "//", "http:", "https:", "mailto:", "#")
LINK = re.compile(r'(?:href|hx-get)="([^"]+)"')


MOST_QUERIES = 12
MOST_BYTES = 150 * 1024


class Frugal:
    """A browser that refuses a page for which the server asks the database too often or sends too much."""

    def __init__(self, app: Flask, username: str | None) -> None:
        self.client, self._asked = login(app, username), []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, *seen: object) -> None:
        self._asked.append(str(seen[2]))

    def get(self, path: str, **more: object) -> TestResponse:
        self._asked.clear()
        response = self.client.get(path, **more)
        queries = [text for text in self._asked if text.startswith("SELECT")]
        assert len(queries) <= MOST_QUERIES, f"{path}: {len(queries)} queries\n" + "\n".join(queries)
        page = response.data if response.mimetype == "text/html" else b""
        assert len(page) <= MOST_BYTES, f"{path}: {len(page)} bytes"
        return response


def crawl(
    client: Client | Frugal, start: Iterable[str] = ("/",), limit: int = 150, alike: int = 4
) -> dict[str, TestResponse]:
    """Pages reached by links from the start, by path and query; of those that look alike only some.

    A file to take away is asked for too, and left out: it has no text to read.
    """
    waiting, seen, kinds = list(start), {}, Counter()
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        if path in seen or kinds[kind_of(path)] >= alike:
            continue
        kinds[kind_of(path)] += 1
        answer = client.get(path)
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            answer.close()  # a file to be saved is no page
            continue
        seen[path] = answer
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += [link for link in links(answer.text) if link not in seen]
    return seen


def kind_of(path: str) -> str:
    """The same for two cards of two departments: unit, ids and values do not matter."""
    parts = urlsplit(path)
    names = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    return (
        re.sub(r"/\d+", "/#", "/*/" + parts.path.partition("/")[2].partition("/")[2]) + "?" + "&".join(names)
    )


def links(page: str) -> list[str]:
    """Addresses on our own site that a click would ask for."""
    found = [urldefrag(link.replace("&amp;", "&"))[0] for link in LINK.findall(page)]
    return [link for link in found if link.startswith("/") and not link.startswith(NOT_FOLLOWED)]


def check(response: TestResponse, expected: set[int], where: str) -> None:
    """An expected code, never a 500, and a page is valid HTML."""
    assert response.status_code in expected, f"{where}: {response.status_code}, not {expected}"
    whole = "text/html" in response.headers.get("Content-Type", "") and "<html" in response.text
    if whole:
        check_html(response)


def expected_codes(app: Flask, endpoint: str, code: str | None, username: str | None) -> set[int]:
    """What the mark of a route promises this person in this unit, for a page that exists."""
    policy = policy_of(app.view_functions[endpoint])
    if policy == "strangers":
        return {200, 303, 404, 503}
    if username is None:
        return {303, 401}
    with app.test_request_context():
        return _of_person(app, endpoint, code, username) if policy else {403}


def _of_person(app: Flask, endpoint: str, code: str | None, username: str) -> set[int]:
    policy = policy_of(app.view_functions[endpoint]) or ""
    user = person(username)
    if code is not None:
        here = unit(code)
        if not may_enter(user, here) or not _is_on(app, endpoint, here):
            return {404}
        if policy in app.extensions["intranet.permissions"] and not allowed(user, policy, here):
            return {403}
    if policy.startswith("role ") and not has_role(user, Role(policy.removeprefix("role "))):
        return {404}
    stricter = {403, 404} if _owner(app, endpoint) else set()  # a plugin may ask more than its mark
    return {200, 204, 303} | stricter


def _owner(app: Flask, endpoint: str) -> str | None:
    return app.extensions["intranet.owners"].get(endpoint.rpartition(".")[0])


def _is_on(app: Flask, endpoint: str, here: Unit) -> bool:
    owner = _owner(app, endpoint)
    return owner is None or owner in enabled_plugins(here)


def ways() -> list[tuple[str, dict[str, str]]]:
    """As a page and as a fragment."""
    return [("page", {}), ("fragment", HTMX)]


def content(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but those that every request may touch."""
    moving = {"core_login_session", "core_login_count"}
    tables = [table for table in db.metadata.sorted_tables if table.name not in moving]
    with app.app_context():
        there = set(inspect(db.engine).get_table_names())
        return {
            table.name: sorted(map(tuple, db.session.execute(table.select()).all()), key=repr)
            for table in tables
            if table.name in there
        }


def path_of(url: str) -> str:
    return urlsplit(url).path
