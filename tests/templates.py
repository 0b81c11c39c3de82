"""Databases made once a run, by whichever process of it needs them first; every test gets its own copy."""

import shutil
import uuid
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from filelock import FileLock
from flask import Flask
from sqlalchemy.engine import make_url

from intranet import create_app, migrate
from intranet.db import transaction
from intranet.extensions import db
from tests.postgres import execute

SMALL = {"cards": 40, "people": 24, "units": 18}
UTF8 = "ENCODING 'UTF8' LOCALE 'C.UTF-8'"


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """This folder, which one of the processes makes; whole before it stands there."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_name(uuid.uuid4().hex)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


class Templates:
    """Databases made once a run, by name: `empty` (migrated), `cast` (people), `demo` (everything)."""

    def __init__(self, place: Path, server: str | None) -> None:
        self._place, self._server = place, server

    def __call__(self, name: str) -> Path:
        """The folder of one of the three."""
        return self.made(name, {"cast": _cast, "demo": _demo}.get(name, _nothing))

    def made(
        self, name: str, fill: Callable[[], object], *, base: str | None = None, **settings: Any
    ) -> Path:
        """The folder of any other; `base`: what it begins with."""
        return once(self._place / name, partial(self._make, fill, base, settings))

    def _make(
        self, fill: Callable[[], object], base: str | None, settings: dict[str, Any], folder: Path
    ) -> None:
        settings |= self.copy(self._place / base if base else None, folder)
        if self._server:
            (folder / "database").write_text(make_url(settings["DATABASE_URL"]).database or "")
        self._fill(create_app(folder, **settings), fill)

    def copy(self, original: Path | None, folder: Path) -> dict[str, str]:
        """The settings of a site that begins as a copy of this folder."""
        if original:
            shutil.copytree(original, folder, dirs_exist_ok=True)
        if self._server is None:
            return {}
        name = f"test_{uuid.uuid4().hex[:12]}"
        source = f'"{(original / "database").read_text()}"' if original else f"template0 {UTF8}"
        execute(self._server, f'CREATE DATABASE "{name}" STRATEGY FILE_COPY TEMPLATE {source}')
        return {"DATABASE_URL": _database(self._server, name)}

    def drop(self, app: Flask) -> None:
        """Forgets a copy."""
        with app.app_context():
            db.engine.dispose()
            if self._server:
                execute(self._server, f'DROP DATABASE "{db.engine.url.database}" WITH (FORCE)')

    def _fill(self, app: Flask, fill: Callable[[], object]) -> None:
        app.config["RAISE_PLUGIN_ERRORS"] = True
        with app.app_context():
            migrate.upgrade()
            with transaction():
                fill()
            db.engine.dispose()


def _nothing() -> None:
    """Leaves an empty site."""


def _cast() -> None:
    _made().make_hospital(_made().Size(**SMALL))


def _demo() -> None:
    _made().make(_made().Size(**SMALL))


def _made() -> Any:
    """Only when it is used: the tests of a tree without this plugin are read too."""
    return import_module("plugins.demo_hospital.services")


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
