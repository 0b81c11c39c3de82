"""The plugins of this process: which work, what they answer, what failed. One that fails hurts no other."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

import pluggy
from flask import current_app, g

from intranet import clock, failures
from intranet.contracts import Text
from intranet.extensions import db
from intranet.failures import Failure

logger = logging.getLogger("intranet.plugins")
T = TypeVar("T")


class PluginError(Exception):
    """A plugin breaks the contract; the sentence says how."""


@dataclass(slots=True)
class Plugin:
    """A plugin that works."""

    name: str
    module: ModuleType
    title: Text
    purpose: Text
    path: Path
    """The plugin's own folder."""
    hooks: tuple[str, ...] = ()
    for_site: bool = False
    """It serves the site as a whole: no unit turns it on or off."""

    @property
    def has_picture(self) -> bool:
        """Whether heads can be shown what it looks like."""
        return (self.path / "static" / "picture.webp").exists()


@dataclass(slots=True)
class Loaded:
    """All this process knows of its plugins."""

    manager: pluggy.PluginManager
    working: dict[str, Plugin] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    wanted: dict[str, Path] = field(default_factory=dict)
    """Where each plugin lies that the settings ask for, whether it works or not."""
    since: datetime = field(default_factory=clock.now)

    @property
    def for_units(self) -> dict[str, Plugin]:
        """Those a unit turns on for itself."""
        return {name: plugin for name, plugin in self.working.items() if not plugin.for_site}

    @property
    def offered(self) -> dict[str, str]:
        """Whose each hook is that plugins may answer: a plugin's name, or empty for the core."""
        calls = {hook: call for hook, call in vars(self.manager.hook).items() if not hook.startswith("_")}
        homes = {hook: call.spec.namespace.__name__ for hook, call in calls.items() if call.has_spec()}
        known = {plugin.module.__name__: name for name, plugin in self.working.items()}
        return {hook: known.get(home.rpartition(".")[0], "") for hook, home in homes.items()}


def loaded() -> Loaded:
    """The plugins of the current app."""
    return cast("Loaded", current_app.extensions["intranet.plugins"])


# Calling -----------------------------------------------------------------------------------------


def call_one(state: Loaded, name: str, hook: str, **arguments: object) -> list[Any]:
    """One plugin's answer to a hook; an empty list when it has none. Raises what the plugin raises."""
    others = [other for key, other in state.manager.list_name_plugin() if key != name]
    answers = state.manager.subset_hook_caller(hook, others)(**arguments)
    return [item for answer in answers for item in (answer or [])]


def collect(hook: str, names: Iterable[str] | None = None, **arguments: object) -> list[Any]:
    """The answers of these plugins (or all), one at a time; a plugin that raises is noted and left out."""
    state = loaded()

    def answers(name: str) -> list[Any]:
        with apart():
            return call_one(state, name, hook, **arguments)

    names = sorted(state.working if names is None else names)
    return [item for name in names for item in isolated(name, hook, partial(answers, name)) or ()]


@contextmanager
def apart() -> Iterator[None]:
    """On PostgreSQL a failed query spoils the transaction for everybody.

    So what reads begins anew after it. What writes would lose what is written: it sets a savepoint, at the
    cost of two round trips.
    """
    try:
        with db.session.begin_nested() if g.get("writing") else nullcontext():
            yield
    except BaseException:
        if not g.get("writing"):
            db.session.rollback()
        raise


def isolated(name: str, where: str, act: Callable[[], T]) -> T | None:
    """What a plugin's own code answers; None when it raises, which is noted."""
    try:
        return act()
    except Exception as error:
        if current_app.config["RAISE_PLUGIN_ERRORS"]:
            raise
        note_failure(loaded(), name, where, error)
        return None


def ask_every(hook: str, **arguments: object) -> list[Any]:
    """The answers of all plugins, where none may be missing. Raises PluginError when one cannot be asked.

    Nor may a plugin that was put aside, if its code speaks of the hook.
    """
    state = loaded()
    found: list[Any] = []
    for name, folder in sorted(state.wanted.items()):
        try:
            if name in state.working:
                found += call_one(state, name, hook, **arguments)
            elif any(hook in path.read_text("utf-8") for path in folder.rglob("*.py")):
                raise PluginError(hook)  # noqa: TRY301 - noted like its other failures
        except Exception as error:
            note_failure(state, name, hook, error)
            raise PluginError(name) from error
    return found


# Putting aside -----------------------------------------------------------------------------------


def put_aside(state: Loaded, name: str, where: str, error: BaseException) -> None:
    """The plugin no longer answers in this process; its data stay, its reason is shown."""
    _note(state, name, where, failures.in_full(error))
    state.working.pop(name, None)
    if state.manager.has_plugin(name):
        state.manager.unregister(name=name)


def note_failure(state: Loaded, name: str, where: str, error: BaseException) -> str:
    """Remembers a failure for the administrators' page. Returns what that page says of it."""
    told = failures.without_words(error)
    _note(state, name, where, told)
    return told[0]


def _note(state: Loaded, name: str, where: str, told: tuple[str, str]) -> None:
    logger.error("plugin %s failed in %s\n%s", name, where, told[1])
    state.failures = failures.add(state.failures, name, where, *told)


def guarded(state: Loaded, name: str, where: str, act: Callable[[], T]) -> T | None:
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - the one border where a plugin's fault stops
        put_aside(state, name, where, error)
        return None


def blame(error: BaseException, blueprints: Iterable[str]) -> None:
    """Notes a page's failure against the plugin that owns the page, if one does."""
    owners: dict[str, str] = current_app.extensions["intranet.owners"]
    owner = next((owners[name] for name in blueprints if name in owners), None)
    if owner:
        note_failure(loaded(), owner, f"page {g.get('unit_code')}", error)
