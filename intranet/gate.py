"""Is plugin P on for unit U? Asked for every plugin page, every job and every list over many units."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import NoReturn, cast

from flask import Flask, abort, current_app, g, has_request_context, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import delete

from intranet import audit, clock, sessions
from intranet.errors import Forbidden, NotFound
from intranet.extensions import db
from intranet.htmx import wants_fragment
from intranet.models import Unit, UnitPlugin, User
from intranet.organisation import organisation, read_anew
from intranet.permissions import allowed, answers_for, has_served, may_enter, me, own_units, policy_of
from intranet.plugins import loaded
from intranet.web import go_first, way_to


@dataclass(frozen=True, slots=True)
class Switch:
    """What holds for one plugin in one unit."""

    enabled: bool
    inherited: bool = True
    """An upper unit said so, or nobody did."""
    locked_by: int | None = None
    """The upper unit that said so and insists."""
    locks: bool = False
    """This unit itself insists, for all below it."""


# On the request ----------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Puts the unit of the URL into `g.unit` and asks the three questions in their order."""
    app.url_value_preprocessor(_take_unit_code)
    app.url_defaults(_give_unit_code)
    app.before_request(_only_who_may)


def _take_unit_code(_endpoint: str | None, values: dict[str, object] | None) -> None:
    g.unit_code = values.pop("unit", None) if values else None


def _give_unit_code(endpoint: str, values: dict[str, object]) -> None:
    missing = "unit" not in values and "unit" in g and endpoint in current_app.view_functions
    if missing and current_app.url_map.is_endpoint_expecting(endpoint, "unit"):
        values["unit"] = g.unit.code


def _only_who_may() -> ResponseReturnValue | None:
    """Logged in? In the unit or over it? Is the plugin on? What may they do is the view's own mark."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    policy = policy_of(view)
    if policy == "strangers":
        _owner()
        return None
    on_the_way = policy == "step" and sessions.owed() == request.endpoint
    if not current_user.is_authenticated and not on_the_way:
        return _ended() if wants_fragment() else go_first(sessions.owed() or "account.login")
    if policy is None:
        abort(403)
    g.owner = owner = _owner()
    if g.unit_code is not None:
        _enter(cast("str", g.unit_code), owner)
    return None


def _owner() -> str | None:
    """The plugin whose page this is; 404 where it was put aside when some of its pages stood already."""
    owners: dict[str, str] = current_app.extensions["intranet.owners"]
    owner = next((owners[name] for name in reversed(request.blueprints) if name in owners), None)
    if owner is not None and owner not in loaded().working:
        abort(404)
    return owner


def _ended() -> ResponseReturnValue:
    """Only whoever goes to another page is sent away: this page stays, with what is typed in it."""
    return make_response(
        render_template("errors/ended.html", login=way_to(sessions.owed() or "account.login")),
        HTTPStatus.UNAUTHORIZED,
        {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"},
    )


def _enter(code: str, owner: str | None) -> None:
    unit = organisation().by_code.get(code)
    if unit is None or not may_enter(me(), unit):
        _turn_away(unit)
    g.unit = unit
    if owner is not None and not is_on(owner, unit):
        abort(404)
    _refuse_writing(unit)


def _turn_away(unit: Unit | None) -> NoReturn:
    """Whoever once worked in a unit that is closed now learns what became of it; others learn nothing."""
    if unit and unit.closed_on and has_served(me(), unit):
        sentence = _(
            "%(name)s已经关闭，内容由上级单位保管。需要查阅，请找上级单位的负责人或活动办。", name=unit.name
        )
        raise NotFound(sentence)
    abort(404)


def _refuse_writing(unit: Unit) -> None:
    if unit.closed_on and request.method not in {"GET", "HEAD", "OPTIONS"}:
        raise Forbidden(_("%(name)s已经关闭，内容只能查看，不能改动。", name=unit.name))


def enter_record(plugin: str, unit_id: int) -> None:
    """For a record that also opens under another unit's address: its own unit is asked the same.

    404 where the plugin is off there; raises Forbidden when that unit is closed and the request writes.
    """
    if not has_request_context():
        return
    unit = organisation().by_id[unit_id]
    if not is_on(plugin, unit):
        abort(404)
    _refuse_writing(unit)
    g.record_unit = unit


def password_first(**back: str) -> ResponseReturnValue | None:
    """Before something sensitive: the way to the login, unless the password was typed a moment ago.

    `next`: where to go afterwards, with what was typed or ticked; else the page the form stands on.
    """
    return None if sessions.fresh() else go_first("account.login", again="1", **back)


# The answer --------------------------------------------------------------------------------------


def enabled_plugins(unit: Unit) -> frozenset[str]:
    """The loaded plugins that are on for this unit."""
    return frozenset(name for name, switch in switches(unit).items() if switch.enabled)


def is_on(plugin: str, unit: Unit) -> bool:
    """Whether this unit has the plugin, which is loaded and not one of the whole site."""
    known = loaded().working.get(plugin)
    return known is not None and not known.for_site and _switch(plugin, unit).enabled


def switches(unit: Unit) -> dict[str, Switch]:
    """For every loaded plugin a unit may turn on: what holds here and who said so."""
    return {name: _switch(name, unit) for name in loaded().for_units}


def _switch(name: str, unit: Unit) -> Switch:
    """Worked out once a picture: lists over many units ask for every one of them."""
    known: dict[tuple[str, int], Switch] = organisation().answers
    if (name, unit.id) not in known:
        known[name, unit.id] = _work_out(name, unit)
    return known[name, unit.id]


def _work_out(name: str, unit: Unit) -> Switch:
    """From the root down: the first lock binds, else the nearest word counts, else the site's default."""
    switch = Switch(name in current_app.config["PLUGINS_ON"])
    words = organisation().switches
    for unit_id in unit.line:
        word = words.get((name, unit_id))
        if word is None:
            continue
        enabled, locked = word
        if locked and unit_id != unit.id:
            return Switch(enabled, locked_by=unit_id)
        own = unit_id == unit.id
        switch = Switch(enabled, inherited=not own, locks=own and locked)
    return switch


def units_with(plugin: str, units: Iterable[Unit]) -> list[Unit]:
    """Those of the given units where the plugin is on."""
    if plugin not in loaded().for_units:
        return []
    known = organisation().answers
    return [unit for unit in units if (known.get((plugin, unit.id)) or _switch(plugin, unit)).enabled]


def door(user: User, unit: Unit, plugin: str) -> Unit | None:
    """Under whose address a record of `unit` opens for this person: its own, or one of theirs."""
    if may_enter(user, unit):
        return unit
    return next(iter(units_with(plugin, own_units(user))), None)


def subtree_with(plugin: str, unit: Unit) -> list[Unit]:
    """The unit and those under it where the plugin is on, in the order of the tree."""
    known: dict[tuple[str, str], list[Unit]] = organisation().answers
    asked = plugin, unit.path
    if asked not in known:
        known[asked] = units_with(plugin, organisation().under(unit.path))
    return known[asked]


def open_units(plugin: str, unit: Unit, user: User) -> list[Unit]:
    """Of this unit and those under it: the plugin is on there, and the person may enter.

    A membership in a hospital opens the hospital's own pages, not those of its departments. Lists over
    many units and the objects behind them are found through these units, so both agree.
    """
    known: dict[tuple[str, str], list[Unit]] = answers_for(user)
    asked = plugin, unit.path
    if asked not in known:
        known[asked] = [below for below in subtree_with(plugin, unit) if may_enter(user, below)]
    return known[asked]


# The switch --------------------------------------------------------------------------------------


class Word(StrEnum):
    """What a unit may say about a plugin."""

    ON = "on"
    OFF = "off"
    PARENT = "parent"
    LOCK = "lock"
    UNLOCK = "unlock"


def turn(plugin: str, unit: Unit, word: Word, *, by: User) -> None:
    """Turns a plugin on or off here, leaves it to the unit above, or binds the units below. Data stay."""
    # The audit entry comes first: it makes those who turn switches of one hospital wait for each other.
    audit.record(by, "core:plugins", plugin, unit=unit, word=word)
    read_anew()
    switch = switches(unit)[plugin]
    if switch.locked_by:
        raise Forbidden(_("上级单位已经锁定这项功能，请联系上级单位。"))
    db.session.execute(delete(UnitPlugin).where(UnitPlugin.unit_id == unit.id, UnitPlugin.plugin == plugin))
    if word is not Word.PARENT:
        db.session.add(_own_word(plugin, unit, word, switch, by))


def _own_word(plugin: str, unit: Unit, word: Word, before: Switch, by: User) -> UnitPlugin:
    """Turning on or off keeps the lock, locking keeps what is on."""
    return UnitPlugin(
        unit_id=unit.id,
        plugin=plugin,
        enabled={Word.ON: True, Word.OFF: False}.get(word, before.enabled),
        locked={Word.LOCK: True, Word.UNLOCK: False}.get(word, before.locks),
        changed_by=by.id,
        changed_at=clock.now(),
    )


def may_turn(user: User, unit: Unit) -> bool:
    return allowed(user, "core:plugins", unit)
