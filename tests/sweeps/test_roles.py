"""Every route, for everybody, with plugins on, off, locked off and put aside, and in a closed unit: what its
mark promises.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from itertools import groupby
from operator import itemgetter
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from intranet import clock
from intranet.contracts import Permission
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Unit, UnitPlugin
from intranet.plugins import loaded
from tests.crawler import Frugal, crawl
from tests.fixtures import HTMX, unit
from tests.sweeps.asking import nothing, nothing_kept, seen, watched
from tests.sweeps.cast import ENTERS, EVERYWHERE, IS
from tests.sweeps.routes import Address, Route, Site

pytestmark = pytest.mark.one_engine

LOGIN, GONE, REFUSED, OPEN, PUBLIC = "login", "gone", "refused", "open", "public"
NONE, OF_UNITS, ALL = "none", "those of units", "all"
"""Which plugins are not there."""
HERE = "nk1"
"""The unit where they are turned off."""
INSIDE = [who for who, units in ENTERS.items() if HERE in units]
OVER = [who for who, units in ENTERS.items() if "hospital" in units]
"""Who is over it, and so reads what is there after it is closed."""
WAYS = {"page": {}, "fragment": HTMX}


@pytest.mark.parametrize("who", ENTERS)
def test_with_all_plugins_on(site, who):
    assert nothing(wrong_answers(site, [who], sorted(EVERYWHERE)))


def test_turned_off_in_the_unit(site):
    with said(site.app, {"hospital": (True, False), HERE: (False, False)}):
        assert nothing(wrong_answers(site, INSIDE, [HERE], off=OF_UNITS))


def test_locked_off_from_above(site):
    with said(site.app, {"hospital": (False, True), HERE: (True, False)}):
        assert nothing(wrong_answers(site, INSIDE, [HERE], off=OF_UNITS))


def test_put_aside(site):
    with patch.object(site.app.extensions["intranet.plugins"], "working", {}):
        assert nothing(wrong_answers(site, ENTERS, [HERE], off=ALL))


def test_closed(site):
    with closed(site.app, HERE):
        assert nothing(wrong_answers(site, ENTERS, [HERE], closed=True))


def test_in_a_closed_unit_every_link_opens(site):
    with closed(site.app, HERE):
        pages = crawl(Frugal(site.app, "leader"), [f"/{HERE}/"], limit=80, alike=2)

    assert sum(path.startswith(f"/{HERE}/") for path in pages) > 15
    assert nothing([f"{path}: {page.status}" for path, page in pages.items() if seen(page) != OPEN])


@contextmanager
def closed(app: Flask, code: str) -> Iterator[None]:
    """For a while this unit is history, with everything that is there."""
    close(app, code, clock.today())
    try:
        yield
    finally:
        close(app, code, None)


def close(app: Flask, code: str, day: date | None) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(Unit).where(Unit.code == code).values(closed_on=day))


@contextmanager
def said(app: Flask, words: dict[str, tuple[bool, bool]]) -> Iterator[None]:
    """For a while these units have said of every plugin whether it is on and whether that binds."""
    say(app, words)
    try:
        yield
    finally:
        say(app, {"hospital": (True, False)})


def say(app: Flask, words: dict[str, tuple[bool, bool]]) -> None:
    with app.app_context(), transaction():
        db.session.execute(delete(UnitPlugin))
        for code, (enabled, locked) in words.items():
            for plugin in loaded().for_units:
                word = UnitPlugin(unit_id=unit(code).id, plugin=plugin, enabled=enabled, locked=locked)
                word.changed_at = clock.now()
                db.session.add(word)


# What is promised ----------------------------------------------------------------------------------


def promised(app: Flask, route: Route, who: str | None, code: str | None, off: str, *, closed: bool) -> str:
    """Worked out from the written cast, the mark and the roles its plugin declares: the gate is not asked."""
    if route.mark == "strangers":
        return PUBLIC
    if who is None:
        return LOGIN
    if route.mark is None:
        return REFUSED
    enters = OVER if closed else [each for each, units in ENTERS.items() if code in units]
    if not is_there(route, off) or (route.in_unit and who not in enters):
        return GONE
    if route.mark.startswith("role "):
        return OPEN if route.mark.removeprefix("role ") in IS[who] else GONE
    declared = app.extensions["intranet.permissions"].get(route.mark)
    lacks = declared is not None and not declared.default & IS[who]
    return REFUSED if lacks or (closed and changes(route, declared)) else OPEN


def changes(route: Route, declared: Permission | None) -> bool:
    """What a closed unit answers nobody: all but reading."""
    return route.in_unit and (route.method != "GET" or (declared is not None and not declared.reads))


def is_there(route: Route, off: str) -> bool:
    return route.plugin is None or off == NONE or (off == OF_UNITS and not route.in_unit)


# What is seen --------------------------------------------------------------------------------------


def wrong_answers(
    site: Site, people: Iterable[str | None], units: Iterable[str], *, off: str = NONE, closed: bool = False
) -> list[str]:
    """Every answer that is not what the mark promises, and every table that somebody refused has changed."""
    found: list[str] = []
    addresses = [each for each in site.addresses(units) if may_differ(each[0], off, closed=closed)]
    with watched(site.app, found):
        for who in people:
            walk = Walk(site, who, off, closed=closed)
            found += [fault for address in by_turns(addresses, who) for fault in walk.faults(*address)]
    return found


def may_differ(route: Route, off: str, *, closed: bool) -> bool:
    """Whether this state can change the answer; the others are asked for where everything is on."""
    if closed:
        return route.in_unit or route.method == "GET"
    return off == NONE or not is_there(route, off)


def by_turns(addresses: Iterable[Address], who: str | None) -> Iterator[Address]:
    """Each route in all units this person enters, and in one of the others, so that each has its turn."""
    for number, (_route, together) in enumerate(groupby(addresses, key=itemgetter(0))):
        places = list(together)
        foreign = [place for place in places if place[1] and place[1] not in ENTERS[who]]
        yield from (place for place in places if place not in foreign)
        if foreign:
            yield foreign[(number + list(ENTERS).index(who)) % len(foreign)]


class Walk:
    """One person asks for everything, as a page and as a fragment."""

    def __init__(self, site: Site, who: str | None, off: str, *, closed: bool) -> None:
        self.app, self.who, self.off, self.closed = site.app, who, off, closed
        shown = site.met(who).values() if off == NONE and not closed else []
        self.shown = {met.path for met in shown if met.method == "GET" and met.alone}
        self.client, self.asked = Frugal(self.app, who), list(ENTERS).index(who)

    def faults(self, route: Route, code: str | None, path: str) -> Iterator[str]:
        """What is wrong with the answers of this route, and where."""
        wanted = promised(self.app, route, self.who, code, self.off, closed=self.closed)
        for way in self._ways(route, code, wanted):
            with nothing_kept() if wanted in {OPEN, PUBLIC} else nullcontext():
                for fault in self._faults(route, path, wanted, WAYS[way]):
                    yield f"{self.who}: {route.method} {path} as a {way}: {fault}"

    def _ways(self, route: Route, code: str | None, wanted: str) -> Iterable[str]:
        """A page that opens, in one unit, both ways; else as a fragment, and of four people one as a page."""
        self.asked += 1
        if wanted == OPEN and route.method == "GET" and code in {HERE, None} and not self.closed:
            return WAYS
        return ["fragment"] if self.asked % 4 else ["page"]

    def _faults(self, route: Route, path: str, wanted: str, headers: dict[str, str]) -> Iterator[str]:
        try:
            answer = self._ask(route, path, headers)
        except AssertionError as too_much:
            yield str(too_much)
            return
        if seen(answer) not in self._right(route, path, wanted):
            yield f"{seen(answer)}, not {wanted}"

    def _ask(self, route: Route, path: str, headers: dict[str, str]) -> TestResponse:
        """What is public may end the login or turn its language: it is asked from another browser."""
        if route.mark == "strangers":
            return self.app.test_client().open(path, method=route.method, headers=headers)
        if route.method == "GET":
            return self.client.get(path, headers=headers)
        return self.client.client.open(path, method=route.method, headers=headers)

    def _right(self, route: Route, path: str, wanted: str) -> set[str]:
        """A plugin may ask more than the mark, and ids belong to somebody; not so where a link leads here."""
        if wanted == PUBLIC:
            return {OPEN, GONE, LOGIN}
        stricter = (route.plugin or route.names) and not (route.method == "GET" and path in self.shown)
        return {OPEN, GONE, REFUSED} if wanted == OPEN and stricter else {wanted}
