"""What there is to ask, read off the app's own map of addresses: no plugin and no page is named."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from intranet.permissions import policy_of
from tests.crawler import crawl, links, path_of
from tests.fixtures import login
from tests.forms import Form, forms_of
from tests.sweeps.cast import ENTERS

IN_UNIT, OUTSIDE = "/<unit:unit>/", ("/admin/", "/account/")
PART = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
"""Converter, its choices, name."""
NOBODYS = 2**31 - 2
"""An id no record has."""


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    path: str
    endpoint: str
    method: str
    mark: str | None
    plugin: str | None
    names: frozenset[str]
    """What of the address is to be filled in, besides the unit."""

    @property
    def in_unit(self) -> bool:
        return self.path.startswith(IN_UNIT)


Address = tuple[Route, str | None, str]
"""A route, in which unit, and the path."""


def routes(app: Flask) -> list[Route]:
    """Everything that can be asked of this app."""
    found = [
        Route(
            rule.rule,
            rule.endpoint,
            method,
            policy_of(app.view_functions[rule.endpoint]),
            owner_of(app, rule),
            frozenset(rule.arguments - {"unit"}),
        )
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def typed(app: Flask, plugin: str, **known: object) -> Iterator[tuple[str, str]]:
    """Method and path of every address of a plugin in a unit, as somebody could type it.

    Parts are filled in from `known`, other numbers with 1, choices each with each; nothing else may be left.
    """
    for route in routes(app):
        if route.plugin == plugin and route.in_unit:
            yield from ((route.method, path) for path in _filled(route.path, known))


def _filled(path: str, known: Mapping[str, object]) -> Iterator[str]:
    found = PART.search(path)
    if found is None:
        yield path
        return
    kind, choices, name = found.groups()
    assert name in known or kind in {"int", "any"}, f"{path}: what could {name} be?"
    words = choices.split(", ") if kind == "any" else ["1"]
    for word in [known[name]] if name in known else words:
        yield from _filled(f"{path[: found.start()]}{word}{path[found.end() :]}", known)


def owner_of(app: Flask, rule: Rule) -> str | None:
    """The plugin under whose name the address stands, whatever the core has noted."""
    for start in (IN_UNIT, *OUTSIDE):
        name = rule.rule.removeprefix(start).partition("/")[0]
        if rule.rule.startswith(start) and name in app.extensions["intranet.plugins"].wanted:
            return name
    return None


@dataclass(frozen=True)
class Met:
    """An address somebody was shown: by a link, or as where a form goes."""

    method: str
    path: str
    endpoint: str
    values: Mapping[str, Any]
    alone: bool
    """It was shown without a question behind it, so the address alone says what is asked for."""

    @property
    def unit(self) -> str | None:
        return self.values.get("unit")

    @property
    def has_id(self) -> bool:
        return any(isinstance(value, int) for value in self.values.values())

    @property
    def is_administration(self) -> bool:
        return self.path.startswith("/admin")

    @property
    def thing(self) -> tuple[object, ...]:
        """What the page is about, whatever it does with it: whose page, and the first id of the address."""
        first = next((pair for pair in self.values.items() if pair[0] != "unit"), None)
        return self.endpoint.rpartition(".")[0], first


class Site:
    """An app as its people see it. Crawled once: it must stay as it is."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.routes = routes(app)
        self._map = app.url_map.bind("localhost")
        self._met: dict[str | None, dict[tuple[str, str], Met]] = {}
        self._forms: dict[str | None, list[Form]] = {}
        self._urls: dict[str | None, list[str]] = {}

    def met(self, who: str | None) -> dict[tuple[str, str], Met]:
        """By method and path, all this person is shown."""
        self._look_around(who)
        return self._met[who]

    def forms(self, who: str | None) -> list[Form]:
        """Every form this person is shown."""
        self._look_around(who)
        return self._forms[who]

    def urls(self, who: str | None) -> list[str]:
        """What this person's links ask for, questions and all."""
        self._look_around(who)
        return self._urls[who]

    def _look_around(self, who: str | None) -> None:
        if who in self._met:
            return
        login(self.app, who)  # in another browser too: people are shown where they are logged in
        pages = crawl(login(self.app, who), limit=100, alike=2)
        texts = {path: page.text for path, page in pages.items() if page.mimetype == "text/html"}
        self._forms[who] = [form for path, text in texts.items() for form in forms_of(text, path)]
        self._urls[who] = sorted({url for text in texts.values() for url in links(text)})
        shown = [("GET", url) for url in self._urls[who]]
        shown += [("POST", form.action) for form in self._forms[who]]
        found = [self._matched(method, path) for method, path in sorted(shown, reverse=True)]
        self._met[who] = {(met.method, met.path): met for met in found if met}

    def _matched(self, method: str, url: str) -> Met | None:
        try:
            endpoint, values = self._map.match(path_of(url), method)
        except HTTPException:
            return None
        return Met(method, path_of(url), endpoint, values, alone="?" not in url)

    # Addresses to ask for -------------------------------------------------------------------------

    def addresses(self, units: Iterable[str]) -> Iterator[Address]:
        """Every route in each of the units, with ids the demonstration has made."""
        for route in self.routes:
            for code in units if route.in_unit else [None]:
                values = self.values_for(route, code)
                yield route, code, self.path(route, values | ({"unit": code} if code else {}))

    def path(self, route: Route, values: Mapping[str, Any]) -> str:
        return self._map.build(route.endpoint, values, method=route.method)

    def values_for(self, route: Route, code: str | None) -> dict[str, Any]:
        """Those of a page somebody is shown: this one, else its plugin's others; best in this unit."""
        if not route.names:
            return {}
        near = self._near[route.plugin]
        near = sorted(near, key=lambda met: (met.endpoint != route.endpoint, met.unit != code))
        for met in near:
            if route.names <= met.values.keys():
                return {name: met.values[name] for name in route.names}
        alone = {name: met.values[name] for met in reversed(near) for name in route.names & set(met.values)}
        return self._nobodys(route) | alone

    def _nobodys(self, route: Route) -> dict[str, Any]:
        """Ids no record has; where the address offers words, one of those."""
        rule = next(self.app.url_map.iter_rules(route.endpoint))
        offered = {name: getattr(rule._converters[name], "items", {NOBODYS}) for name in route.names}
        return {name: min(words) for name, words in offered.items()}

    @cached_property
    def _near(self) -> dict[str | None, list[Met]]:
        """All that anybody is shown, by the plugin it belongs to."""
        owners = {route.endpoint: route.plugin for route in self.routes}
        near: dict[str | None, list[Met]] = {plugin: [] for plugin in owners.values()}
        for who in ENTERS:
            for met in self.met(who).values():
                near[owners[met.endpoint]].append(met)
        return near
