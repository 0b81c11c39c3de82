"""The contract between the core and its plugins: thirteen hooks. Long form, with examples: docs/hooks.md."""

from datetime import date
from types import ModuleType

import pluggy
from flask import Blueprint, Flask

from intranet.contracts import Charge, Deadline, Job, NavItem, Panel, Permission, SearchKind
from intranet.models import Unit, User

hookspec = pluggy.HookspecMarker("intranet")
hookimpl = pluggy.HookimplMarker("intranet")


# While the app is made ------------------------------------------------------------------------


@hookspec
def intranet_specs() -> list[ModuleType]:
    """Modules of hookspecs this plugin offers to other plugins. Called first."""
    raise NotImplementedError


@hookspec
def intranet_start(app: Flask) -> None:
    """Once in every process, when all plugins are loaded and before their pages are. No query."""


@hookspec
def intranet_blueprints(app: Flask) -> list[Blueprint]:
    """Pages of the plugin. The core adds `/<unit>/<plugin>` in front, and the gate.

    A blueprint whose own `url_prefix` is `/admin` or `/account` stands outside the units, at
    `/admin/<plugin>` or `/account/<plugin>`.
    """
    raise NotImplementedError


@hookspec
def intranet_permissions() -> list[Permission]:
    """Actions this plugin checks, with the roles that have them at first."""
    raise NotImplementedError


# While a page is made -------------------------------------------------------------------------


@hookspec
def intranet_navigation(user: User, unit: Unit) -> list[NavItem]:
    """Menu entries for this person in this unit. At most one query."""
    raise NotImplementedError


@hookspec
def intranet_site_navigation(user: User) -> list[NavItem]:
    """Menu entries of the plugin's pages outside the units, for this person. No query."""
    raise NotImplementedError


@hookspec
def intranet_dashboard(user: User, units: list[Unit], dated: bool) -> list[Panel]:  # noqa: FBT001 - by name
    """What this person has to do in these units, where the plugin is on. At most three queries.

    `dated`: only duties with a day are wanted, and no bars.
    """
    raise NotImplementedError


@hookspec
def intranet_search(units: list[Unit]) -> list[SearchKind]:
    """What somebody who may enter these units, where the plugin is on, can find. At most one query."""
    raise NotImplementedError


# While somebody logs in ------------------------------------------------------------------------


@hookspec
def intranet_login_step(user: User) -> list[NavItem]:
    """Pages this person must pass after the right password. If it raises, nobody logs in."""
    raise NotImplementedError


# Without a page -------------------------------------------------------------------------------


@hookspec
def intranet_deadlines(
    units: list[Unit], start: date, end: date, charge: Charge | None, most: int | None
) -> list[Deadline]:
    """Dated duties of these units, where the plugin is on, in [start, end). At most two queries.

    `charge` and `most` save work: only what it covers, only the earliest so many.
    """
    raise NotImplementedError


@hookspec
def intranet_jobs() -> list[Job]:
    """Work that `intranet jobs run-due` does when its time has come."""
    raise NotImplementedError


@hookspec
def intranet_checks() -> list[str]:
    """What is wrong, in sentences for whoever runs `intranet check`. Writes nothing."""
    raise NotImplementedError


@hookspec
def intranet_demo(hospital: Unit, people: dict[str, User], cards: int) -> None:
    """Fill the demo hospital with made-up, believable content of this plugin. Deterministic."""
    raise NotImplementedError
