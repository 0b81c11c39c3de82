"""Ids of one unit, sent by people of another: in the address, under their own unit, in every field."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crawler import kind_of
from tests.fixtures import HTMX, login
from tests.forms import Form
from tests.sweeps.asking import nothing, nothing_kept, seen, watched
from tests.sweeps.filling import filled, send, write_everywhere
from tests.sweeps.routes import Site

pytestmark = pytest.mark.one_engine

WORDS = "照样写上几个字"
NO_NAMES = {"version", "csrf_token", "pressed"}
"""Fields that name no thing: what a form was drawn from, and its keys."""


@dataclass(frozen=True)
class Swap:
    """Somebody of one unit tries what somebody of another was shown."""

    who: str
    own: str
    theirs: str
    unit: str


SWAPS = [
    Swap("stranger", "wk1", "head", "nk1"),
    Swap("head", "nk1", "office", "hospital"),
    Swap("member", "zb1", "office", "hospital"),
]


@pytest.fixture(scope="module")
def site(site):
    """With something written in every form, so that there is more than the demonstration shows."""
    for who, code in (("head", "nk1"), ("stranger", "wk1"), ("office", "hospital")):
        assert write_everywhere(site.app, who, code, WORDS)
    return Site(site.app)


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.who)
def test_an_id_of_another_unit_is_found_neither_there_nor_in_ones_own(site, swap):
    found, tried = leaks_by_address(site, swap)

    assert tried > 5, "nothing to try"
    assert nothing(found)


@pytest.mark.parametrize("swap", SWAPS[:2], ids=lambda swap: swap.who)
def test_an_id_of_another_unit_in_a_field_is_refused(site, swap):
    found, tried = leaks_by_field(site, swap)

    assert tried, "no field to try"
    assert nothing(found)


# In the address ------------------------------------------------------------------------------------


def leaks_by_address(site: Site, swap: Swap) -> tuple[list[str], int]:
    """What answers or changes although it is no thing of theirs, and how much was tried."""
    found, client = [], login(site.app, swap.who)
    asked = list(foreign(site, swap))
    with watched(site.app, found):
        for method, path in asked:
            for headers in ({}, HTMX):
                answer = seen(client.open(path, method=method, headers=headers))
                if answer not in {"gone", "refused"}:
                    found.append(f"{swap.who}: {method} {path}: {answer}")
    return found, len(asked)


def foreign(site: Site, swap: Swap) -> Iterator[tuple[str, str]]:
    """The addresses as they were shown to the other, and again under the own unit; first what only reads."""
    mine = {met.thing for met in site.met(swap.who).values()}
    for _key, met in sorted(site.met(swap.theirs).items()):
        if met.has_id and met.thing not in mine and not met.is_administration:
            yield met.method, met.path
            if met.unit:
                yield met.method, re.sub(r"^/[^/]+", f"/{swap.own}", met.path)


# In a field ----------------------------------------------------------------------------------------


def leaks_by_field(site: Site, swap: Swap) -> tuple[list[str], int]:
    """Forms that are taken with a value only the other's form offers, and how many sound ones were tried."""
    found, client, sound = [], login(site.app, swap.who), 0
    with watched(site.app, found):
        for form, name, values in swaps_of(site, swap):
            with nothing_kept():
                sound += send(client, form, WORDS).status_code < 400
            for value in values:
                data = filled(form, WORDS)
                data.setlist(name, [value])
                status = client.post(form.action, data=data).status_code
                found += [f"{swap.who}: {form.action} {name}={value}: {status}"] * (status < 400)
    return found, sound


def swaps_of(site: Site, swap: Swap) -> Iterator[tuple[Form, str, list[str]]]:
    """A form of each kind, a field of it, and values of that field that only the other is offered."""
    mine, theirs = offered(site.forms(swap.who)), offered(site.forms(swap.theirs))
    forms = {form.kind: form for form in site.forms(swap.who) if not form.stays}
    for form in forms.values():
        for name in sorted(form.strict - NO_NAMES):
            key = kind_of(form.action), name
            values = [value for value in sorted(theirs[key] - mine[key]) if value and value[0] != "/"]
            if values:
                yield form, name, values[:3]


def offered(forms: list[Form]) -> dict[tuple[str, str], set[str]]:
    found = defaultdict(set)
    for form in forms:
        for name, value in form.choices:
            found[kind_of(form.action), name].add(value)
    return found
