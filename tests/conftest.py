"""Fixtures for the tests of the core: an app with the example plugin of tests/plugins, and only that."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

import plugins
from intranet import attachments, clock, create_app
from intranet.db import start_writing, transaction
from intranet.extensions import db
from intranet.models import Unit, UnitPlugin
from tests.fixtures import Client, Maker, Templates, person, unit

Hang = Callable[..., list[int]]
EXAMPLES = Path(__file__).parent / "plugins"


@pytest.fixture
def example_plugins(templates: Templates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of tests/plugins are found as if they lay in plugins/, but only here.

    The templates are made before, or they would have the tables of these plugins too.
    """
    for name in ("empty", "cast"):
        templates(name)
    monkeypatch.setattr(plugins, "__path__", [*plugins.__path__, str(EXAMPLES)])


@pytest.fixture
def hello_app(make_app: Maker, templates: Templates, example_plugins: None) -> Flask:
    """The cast, and one plugin: the notice board, on for the whole hospital."""
    templates.made("hello", partial(turn_on, "hello", "hospital"), base="cast", PLUGINS=("hello",))
    return make_app("hello", PLUGINS=("hello",))


@pytest.fixture
def hang(app: Flask) -> Hang:
    """`hang("hello:note:1", sent(…), …)`: uploaded by the head of nk1; the ids."""

    def upload(subject: str, *given: FileStorage) -> list[int]:
        with app.test_request_context(), transaction(reads_first=True):
            received = attachments.receive(given, subject, unit("nk1"))
            start_writing()
            attachments.attach(received, subject, unit("nk1"), by=person("head"))
            return [file.id for file in received]

    return upload


def turn_on(plugin: str, code: str) -> None:
    """A unit's word for a plugin, inside a transaction."""
    unit_id = db.session.scalars(select(Unit.id).where(Unit.code == code)).one()
    word = UnitPlugin(unit_id=unit_id, plugin=plugin, enabled=True, locked=False)
    word.changed_at = clock.now()
    db.session.add(word)


def second_app(app: Flask) -> Flask:
    """Another process's view of the same site: the same instance and database, nothing else shared."""
    names = ("DATABASE_URL", "PLUGINS", "PLUGINS_ON", "WRITE_WAIT_SECONDS")
    again = create_app(app.instance_path, **{name: app.config[name] for name in names})
    again.test_client_class = Client
    return again
