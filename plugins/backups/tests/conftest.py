"""A second, empty site to restore onto, and uploads to put into a backup."""

import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from intranet import create_app
from intranet.extensions import db
from plugins.backups.models import Backup, Cause
from plugins.backups.services.making import make_backup
from tests.fixtures import Client
from tests.postgres import execute
from tests.templates import _database

PICTURE = "uploads/ab/abcdef"


@pytest.fixture
def empty_site(tmp_path, request, engine_name):
    """`empty_site()`: an app in a folder with nothing in it, on a database with nothing in it."""
    made: list[Flask] = []

    def make(name: str = "elsewhere") -> Flask:
        url = ""
        if engine_name == "postgres":
            server = request.getfixturevalue("postgres")
            database = f"other_{uuid.uuid4().hex[:12]}"
            how = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            execute(server, f'CREATE DATABASE "{database}" {how}')
            request.addfinalizer(lambda: execute(server, f'DROP DATABASE "{database}" WITH (FORCE)'))
            url = _database(server, database)
        app = create_app(tmp_path / name, DATABASE_URL=url)
        app.config["RAISE_PLUGIN_ERRORS"] = True
        app.test_client_class = Client
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def put_upload(app: Flask, content: bytes = b"a picture", name: str = PICTURE) -> None:
    path = Path(app.instance_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def back_up(app: Flask, path: Path) -> Backup:
    """A backup as the command makes it, and its row."""
    with app.app_context():
        backup_id = make_backup(path, Cause.COMMAND, by=None)
        return db.session.get_one(Backup, backup_id)


def backups(app: Flask) -> list[Backup]:
    """Every row, the oldest first."""
    with app.app_context():
        return list(db.session.scalars(select(Backup).order_by(Backup.id)))


def key_of(app: Flask) -> bytes:
    return bytes.fromhex((Path(app.instance_path) / "backup.key").read_text().strip())
