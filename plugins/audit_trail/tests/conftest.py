"""A log to look at; and a chain that nothing guards, as somebody with the database finds it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intranet import audit, clock
from tests.fixtures import login, person, unit
from tests.tampering import emptied, only_chain
from tests.tasks import Tasks

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def chain(app: Flask) -> Iterator[int]:
    """Its number, inside an app context."""
    with app.app_context():
        yield only_chain()


@pytest.fixture
def log(app: Flask, tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Eight entries, a day apart, the first on the 13th."""
    with app.app_context():
        with emptied():
            head, office, nk1 = person("head"), person("office"), unit("nk1")
            write = [
                lambda: audit.record(head, "tasks:open", "tasks_task:1", unit=nk1),
                lambda: audit.record(
                    head, "tasks:move", "tasks_task:1", unit=nk1, start="unclaimed", end="closed"
                ),
                lambda: audit.record(office, "core:plugins", "tasks", unit=unit("hospital"), word="off"),
                lambda: audit.record(None, "core:login-refused", f"core_user:{head.id}"),
                lambda: audit.record(None, "core:grant", f"core_user:{head.id}", unit=nk1, role="head"),
                lambda: audit.record(office, "core:login", f"core_user:{office.id}"),
                lambda: audit.record(office, "tasks:open", "tasks_task:2", unit=unit("wk1")),
                lambda: audit.record(office, "core:logout", f"core_user:{office.id}"),
            ]
            for number, act in enumerate(write):
                moment = NOON + timedelta(days=number - 7)
                monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
                act()
        monkeypatch.undo()
    return login(app, "audit")
