"""Fixtures for the tests of the core and of plugins: a pytest plugin. The cast is the demo hospital's.

`app` has the people and all plugins on, but empty rooms; `demo_app` has the whole demonstration.
Each test works on its own copy of a real database: SQLite, or PostgreSQL when
INTRANET_TEST_DATABASE=postgres.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from typing_extensions import override
from werkzeug.test import TestResponse

from intranet import clock, create_app
from intranet.db import transaction
from intranet.extensions import db
from intranet.models import Grant, LoginSession, Membership, Unit, User
from intranet.sessions import _digest
from tests import quicker
from tests.postgres import cluster_url
from tests.templates import Templates

PASSWORD = "correct horse battery"
HTMX = {"HX-Request": "true"}
END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()"""
"""As if PostgreSQL had been away: all connections but this one end."""
DATABASE_FIXTURES = {"make_app", "shared_demo", "postgres"}


# What may be missing on this machine ---------------------------------------------------------------


def required(what: str) -> bool:
    """Whether INTRANET_TEST_REQUIRE forbids to skip tests for want of this."""
    return what in os.environ.get("INTRANET_TEST_REQUIRE", "").split(",")


def skip_without(what: str, reason: str) -> None:
    """Skips with the reason, or fails where this must not be missing."""
    if required(what):
        pytest.fail(f"{what} is required by INTRANET_TEST_REQUIRE: {reason}")
    pytest.skip(reason)


def shared_data(name: str) -> Path:
    """A real document; not part of the product, so it may be missing."""
    folder = os.environ.get("INTRANET_SHARED_DATA")
    path = (Path(folder) if folder else Path(__file__).parents[2] / "shared" / "data") / name
    if not path.exists():
        skip_without("shared", f"{name} is not on this machine")
    return path


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the processes of a test run share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _quicker(run_folder: Path) -> None:
    """What every one of thousands of apps would do again."""
    quicker.do_once(run_folder)


# Databases -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a PostgreSQL server tests may make databases on."""
    url = cluster_url()
    if url is None:
        skip_without("postgres", "no PostgreSQL 15+ on this machine")
    return cast("str", url)


@pytest.fixture(scope="session")
def engine_name() -> str:
    """Sqlite or postgres: the whole suite runs on one of them."""
    return os.environ.get("INTRANET_TEST_DATABASE", "sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what depends on the database: the rest would be tested twice alike."""
    if os.environ.get("INTRANET_TEST_DATABASE") != "postgres":
        return
    config.hook.pytest_deselected(items=[item for item in items if not _depends_on_the_database(item)])
    items[:] = [item for item in items if _depends_on_the_database(item)]


def _depends_on_the_database(item: pytest.Item) -> bool:
    opens_one = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(opens_one) and item.get_closest_marker("one_engine") is None


Maker = Callable[..., Flask]


@pytest.fixture(scope="session")
def templates(engine_name: str, run_folder: Path, request: pytest.FixtureRequest) -> Templates:
    """`templates("cast")`: the folder that every test's own copy is made of."""
    os.environ["INTRANET_DEMO_PASSWORD"] = PASSWORD
    server = request.getfixturevalue("postgres") if engine_name == "postgres" else None
    return Templates(run_folder, server)


@contextmanager
def maker(templates: Templates, place: Path) -> Iterator[Maker]:
    """Makes apps on copies of a template database, in folders of this place, and clears them away."""
    apps: list[Flask] = []

    def make(template: str = "cast", **settings: Any) -> Flask:
        folder = place / f"instance{len(apps)}"
        settings |= templates.copy(templates(template), folder)
        app = create_app(folder, **settings)
        app.config["RAISE_PLUGIN_ERRORS"] = True
        app.test_client_class = Client
        apps.append(app)
        return app

    yield make
    for app in apps:
        templates.drop(app)


@pytest.fixture
def make_app(templates: Templates, tmp_path: Path) -> Iterator[Maker]:
    """`make_app("cast", SAFE_MODE=True)`: an app on its own copy of a template database."""
    with maker(templates, tmp_path) as make:
        yield make


@pytest.fixture(scope="module")
def shared_demo(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole demonstration, one for all tests of a file: they must leave it as it is."""
    with maker(templates, tmp_path_factory.mktemp("shared")) as make:
        yield make("demo")


@pytest.fixture
def app(make_app: Maker) -> Flask:
    """People and rights, all plugins on, rooms empty."""
    return make_app("cast")


@pytest.fixture
def demo_app(make_app: Maker) -> Flask:
    """The whole demonstration."""
    return make_app("demo")


@pytest.fixture
def writing(app: Flask) -> Iterator[None]:
    """An app context with an open writing transaction, committed at the end: for calling services."""
    with app.app_context(), transaction():
        yield


# People ----------------------------------------------------------------------------------------------


class Client(FlaskClient):
    """A browser that sends the CSRF token of its session, as our pages do, unless `csrf=False`.

    As a server does, it closes every answer once it has been read.
    """

    _token: tuple[str | None, str] = (None, "")
    """The cookie it belongs to, and the token."""

    @override
    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf and kwargs.get("method", "GET") not in {"GET", "HEAD", "OPTIONS"}:
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **headers}
        return super().open(*args, **{"buffered": True, **kwargs})

    def csrf_token(self) -> str:
        """The token a form of this session would carry; as long as the cookie stays, so does the token."""
        if self._cookie() != self._token[0]:
            with self.session_transaction() as session:
                raw = session.setdefault("csrf_token", uuid.uuid4().hex)
            signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
            self._token = self._cookie(), cast("str", signer.dumps(raw))
        return self._token[1]

    def _cookie(self) -> str:
        found = self.get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        return found.value if found else ""


ClientFor = Callable[..., Client]


@pytest.fixture
def client_for(app: Flask) -> ClientFor:
    """`client_for("head")`: a browser in which that person is logged in; None: nobody."""
    return lambda username=None: login(app, username)


def login(app: Flask, username: str | None) -> Client:
    """A client with a session of its own, without the slow password check."""
    client = cast("Client", app.test_client())
    if username is None:
        return client
    token = uuid.uuid4().hex
    with app.app_context(), transaction():
        user_id = db.session.scalars(select(User.id).where(User.username == username)).one()
        now = clock.now()
        row = LoginSession(token_hash=_digest(token), user_id=user_id, started_at=now, seen_at=now)
        row.address = "127.0.0.1"
        db.session.add(row)
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def unit(code: str) -> Unit:
    """The unit with this code, inside an app context."""
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def person(username: str) -> User:
    """The account with this name, inside an app context."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def merge(code: str, into: str) -> None:
    """The one unit into the other, as far as its records matter: closed, and its people there."""
    old, new = unit(code), unit(into)
    for table in (Membership, Grant):
        db.session.execute(update(table).where(table.unit_id == old.id).values(unit_id=new.id))
    old.closed_on, old.merged_into_id = clock.today(), new.id


# Pages -----------------------------------------------------------------------------------------------


def check_html(response: TestResponse) -> None:
    """A page must be valid HTML5 with one h1, unique ids and no inline style or handler.

    No database changes that, and to read a page so strictly takes longer than to make it: once is enough.
    """
    if os.environ.get("INTRANET_TEST_DATABASE") == "postgres":
        return
    import html5lib  # type: ignore[import-untyped]  # noqa: PLC0415 - a test dependency

    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree = parser.parse(response.text)
    assert not parser.errors, f"{response.request.path}: {parser.errors[:3]}"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"{response.request.path}: double id {ids}"
    assert len(list(tree.iter("h1"))) == 1, f"{response.request.path}: not exactly one h1"
    for element in tree.iter():
        names = [str(name) for name in element.attrib]
        assert "style" not in names, f"{response.request.path}: inline style"
        assert not [name for name in names if name.startswith("on")], "inline handler"
