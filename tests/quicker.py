"""What thousands of apps in one process would each do again, done once a run."""

import gc
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import ClassVar

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from typing_extensions import override
from werkzeug.routing import Rule

from intranet import loading


def do_once(folder: Path) -> None:
    """Compile templates and routes, look for installed plugins; and look for garbage less often."""
    bytecode = FileSystemBytecodeCache(str(folder))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": bytecode}
    Flask.url_rule_class = RememberedRule
    scan = cache(lambda *_path: tuple(entry_points(group=loading.GROUP)))
    loading.entry_points = lambda group: scan(group, *sys.path)  # type: ignore[assignment]
    gc.freeze()
    gc.set_threshold(20_000)


class RememberedRule(Rule):
    """A route whose address-building code is compiled once for all apps."""

    _compiled: ClassVar[dict[object, Callable[..., tuple[str, str]]]] = {}

    @override
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (*self._trace, repr(self.defaults), append_unknown)
        if key not in self._compiled:
            self._compiled[key] = super()._compile_builder(append_unknown)
        return self._compiled[key]
