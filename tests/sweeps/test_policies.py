"""Every address of the product says who may ask for it; one that does not fails here."""

import pytest
from flask import Flask

from intranet.contracts import Role
from tests.sweeps.asking import nothing
from tests.sweeps.routes import Route, routes

pytestmark = pytest.mark.one_engine

OF_A_UNIT, OF_THE_SITE = {"members"}, {"everyone", "step", "strangers", *(f"role {role}" for role in Role)}
PUBLIC = """
GET /account/calendar/feed/<secret>.ics
GET /healthz
GET /login
GET /readyz
GET /static/<path:filename>
GET /static/plugins/<name>/<path:path>
POST /language
POST /login
POST /logout
"""
"""What answers without a login: one more is a decision."""


def test_every_route_carries_a_mark_that_fits_its_place(site):
    assert nothing(wrong_marks(site.app))


def test_what_answers_strangers_is_on_the_list(site):
    assert open_to_strangers(site.app) == PUBLIC.strip().splitlines()


def wrong_marks(app: Flask) -> list[str]:
    """Routes nobody may ask for, or whose mark says nothing where they stand."""
    found = [(route, what_is_wrong(app, route)) for route in routes(app)]
    return [f"{route.method} {route.path}: {wrong}" for route, wrong in found if wrong]


def what_is_wrong(app: Flask, route: Route) -> str:
    if route.mark is None:
        return "no mark"
    if route.mark in OF_THE_SITE:
        return "marked for the site, but in a unit" if route.in_unit else ""
    if not route.in_unit:
        return f"marked {route.mark}, but in no unit"
    if route.mark in OF_A_UNIT:
        return ""
    if route.mark not in app.extensions["intranet.permissions"]:
        return f"marked {route.mark}, which nobody declares"
    return "" if route.mark.startswith(f"{route.plugin or 'core'}:") else f"marked {route.mark} of another"


def open_to_strangers(app: Flask) -> list[str]:
    return sorted(f"{route.method} {route.path}" for route in routes(app) if route.mark == "strangers")
