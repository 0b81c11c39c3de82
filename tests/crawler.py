"""Walking the site as a person would, and looking at what it holds."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from sqlalchemy import event, inspect
from werkzeug.test import TestResponse

from intranet.extensions import db
from tests.fixtures import Client, login

NOT_FOLLOWED = ("/static/", "/logout", "//", "http:", "https:", "mailto:", "#")
LINK = re.compile(r'(?:href|hx-get|src)="([^"]+)"')


MOST_QUERIES = 12
MERGING = re.compile(r"/(account/calendar/(list)?|\w+/(badges)?)?")
"""Home, unit home, the menu's counts and the calendar: they ask every plugin."""
MORE_EACH = 4
MOST_BYTES = 150 * 1024


class Frugal:
    """A browser that refuses a page for which the server asks the database too often or sends too much."""

    def __init__(self, app: Flask, username: str | None) -> None:
        self.client, self._asked = login(app, username), []
        with app.app_context():
            self._engine = db.engine

    def _note(self, *seen: object) -> None:
        self._asked.append(str(seen[2]))

    def _most(self, path: str) -> int:
        if not MERGING.fullmatch(urlsplit(path).path):
            return MOST_QUERIES
        plugins = self.client.application.extensions["intranet.plugins"].for_units
        return MOST_QUERIES + MORE_EACH * max(len(plugins) - 2, 0)

    def get(self, path: str, **more: object) -> TestResponse:
        self._asked.clear()
        event.listen(self._engine, "before_cursor_execute", self._note)
        response = self.client.get(path, **more)
        event.remove(self._engine, "before_cursor_execute", self._note)
        queries = [text for text in self._asked if text.startswith("SELECT")]
        assert len(queries) <= self._most(path), f"{path}: {len(queries)} queries\n" + "\n".join(queries)
        page = response.data if response.mimetype == "text/html" else b""
        assert len(page) <= MOST_BYTES, f"{path}: {len(page)} bytes"
        return response


def crawl(
    client: Client | Frugal,
    start: Iterable[str] = ("/",),
    limit: int = 150,
    alike: int = 4,
    *,
    files: bool = False,
) -> dict[str, TestResponse]:
    """Pages reached by links from the start, by path and query; of those that look alike only some.

    A file to take away is asked for too, and left out unless `files`: it has no text to read.
    """
    waiting, seen, kinds = list(start), {}, Counter()
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        if path in seen or kinds[kind_of(path)] >= alike:
            continue
        kinds[kind_of(path)] += 1
        answer = client.get(path)
        if is_file(answer) and not files:
            continue
        seen[path] = answer
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += [link for link in links(answer.text) if link not in seen]
    return seen


def is_file(answer: TestResponse) -> bool:
    """To be saved, or a picture."""
    disposition = answer.headers.get("Content-Disposition", "")
    return disposition.startswith("attachment") or answer.mimetype.startswith("image/")


def kind_of(path: str) -> str:
    """The same for two cards of two departments: unit, ids and values do not matter."""
    parts = urlsplit(path)
    names = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    return (
        re.sub(r"/\d+", "/#", "/*/" + parts.path.partition("/")[2].partition("/")[2]) + "?" + "&".join(names)
    )


def links(page: str) -> list[str]:
    """Addresses on our own site that the page or a click would ask for."""
    found = [urldefrag(link.replace("&amp;", "&"))[0] for link in LINK.findall(page)]
    return [link for link in found if link.startswith("/") and not link.startswith(NOT_FOLLOWED)]


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
