"""Every call of a hook as a line of the log: who answered, how long it took, what kind of answer it was.

Kinds, ids and sizes alone: what an argument or an answer says may be somebody's sealed words.
"""

import logging
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, has_request_context
from pluggy import HookImpl, Result

from intranet.plugins import Loaded

logger = logging.getLogger("intranet.trace")


_begun: ContextVar[tuple[float, ...]] = ContextVar("begun", default=())
"""When the calls began that are still under way: a hook may call another, and calls may take turns."""


def begin(app: Flask) -> None:
    """From now on every call is seen, if the settings ask for it."""
    if app.config["TRACE_PLUGINS"]:
        app.logger.getChild("trace").setLevel(logging.INFO)
        state: Loaded = app.extensions["intranet.plugins"]
        state.manager.add_hookcall_monitoring(_before, _after)
        app.after_request(_sum_up)


def _before(_hook: str, _impls: Sequence[HookImpl], _arguments: Mapping[str, Any]) -> None:
    _begun.set((*_begun.get(), perf_counter()))


def _after(outcome: Result[Any], hook: str, impls: Sequence[HookImpl], arguments: Mapping[str, Any]) -> None:
    *outer, start = _begun.get()
    _begun.set(tuple(outer))
    took = 1000 * (perf_counter() - start)
    if not impls:
        return
    plugin = "+".join(impl.plugin_name for impl in impls)
    given = ", ".join(f"{name}={short(value)}" for name, value in arguments.items())
    logger.info("%s %s(%s) -> %s, %.1f ms", plugin, hook, given, _answer(outcome), took)
    if has_request_context():
        g.setdefault("traced", {}).setdefault(plugin, []).append(took)


def _answer(outcome: Result[Any]) -> str:
    if outcome.exception is not None:
        return type(outcome.exception).__name__
    return " + ".join(map(short, outcome.get_result())) or "nothing"


def short(value: object) -> str:
    """`User 12`, `list[3 Unit]`, `str[40]`: enough to know which, and none of its words."""
    kind, number = type(value).__name__, getattr(value, "__dict__", {}).get("id")
    if value is None or isinstance(value, int | date):
        return str(value)
    if isinstance(value, list | tuple) and value:
        return f"{kind}[{len(value)} {type(value[0]).__name__}]"
    if isinstance(value, str | bytes | Mapping | list | tuple | set | frozenset):
        return f"{kind}[{len(value)}]"
    return f"{kind} {number}" if isinstance(number, int) else kind


def _sum_up(response: Response) -> Response:
    """Each plugin's share of this answer, where the browser's own tools show it."""
    shares = [
        f'{plugin};dur={sum(calls):.1f};desc="{len(calls)} calls"'
        for plugin, calls in g.get("traced", {}).items()
    ]
    if shares:
        response.headers["Server-Timing"] = ", ".join(shares)
    return response
