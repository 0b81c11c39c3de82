"""What thousands of apps in one process would each do again, done once a run."""

import gc
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, ClassVar

import pluggy
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache
from typing_extensions import override
from werkzeug.routing import Rule

from intranet import asking, loading


def do_once(folder: Path) -> None:
    """Compile templates, routes and queries, look for installed plugins; look for garbage less often."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": RememberedTemplates(str(folder))}
    Flask.url_rule_class = RememberedRule
    share_queries()
    share_questions()
    find_hooks_quickly()
    scan = cache(lambda *_path: tuple(entry_points(group=loading.GROUP)))
    loading.entry_points = lambda group: scan(group, *sys.path)  # type: ignore[assignment]
    gc.freeze()
    gc.set_threshold(20_000)


def find_hooks_quickly() -> None:
    """A hook of a module is a function that stands in it: no other place need be looked at."""
    look = pluggy._manager._static_hook_attr

    def hook_of(plugin: object, name: str) -> tuple[object, Callable[..., object]] | None:
        if not isinstance(plugin, ModuleType):
            return look(plugin, name)
        value = vars(plugin).get(name)
        return (value, value) if isinstance(value, FunctionType) else None

    pluggy._manager._static_hook_attr = hook_of


def share_queries() -> None:
    """Every app of a run asks the same kind of database, so a query is put into SQL once for all."""
    queries = RememberedQueries(5_000)

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.engine._compiled_cache = queries


def share_questions() -> None:
    """The same for what is asked past SQLAlchemy."""
    prepare: Callable[..., asking.Ready] = asking._ready.__wrapped__
    known: dict[tuple[asking.Question, str], asking.Ready] = {}

    def ready(question: asking.Question, dialect: Dialect) -> asking.Ready:
        key = question, dialect.name
        if key not in known:
            known[key] = prepare(question, dialect)
        return known[key]

    asking._ready = ready  # type: ignore[assignment]


class RememberedQueries(LRUCache[Any, Any]):
    """By the statement alone: the dialects, one an engine, differ in nothing but who they are."""

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(alike(key), default)

    @override
    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(alike(key), value)


def alike(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key with the kind of the dialect instead of the one object."""
    dialect, *statement = key
    return (dialect.name, *statement)


class RememberedTemplates(FileSystemBytecodeCache):
    """Templates that all processes compile once, and each reads once."""

    _known: ClassVar[dict[tuple[str, str], CodeType | None]] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        key = (bucket.key, bucket.checksum)
        if not self._known.get(key):
            super().load_bytecode(bucket)
            self._known[key] = bucket.code
        bucket.code = self._known[key]


class RememberedRule(Rule):
    """A route that is read and turned into code once for all apps."""

    _known: ClassVar[dict[object, dict[str, object]]] = {}

    @override
    def compile(self) -> None:
        key = (self.rule, self.subdomain, repr(self.defaults), *self.map.converters.values())
        if key not in self._known:
            super().compile()
            read = {"_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown"}
            self._known[key] = {name: value for name, value in vars(self).items() if name in read}
        vars(self).update(self._known[key])
