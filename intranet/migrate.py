"""Alembic without its command line: one branch a plugin, always upgraded together."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app
from sqlalchemy import inspect, text, update

from intranet import audit, clock, revisions, sqlite
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.models import Attachment

if TYPE_CHECKING:
    from alembic.config import Config


class MigrationError(Exception):
    """The database and the code do not fit; the sentence says what to do."""


def config(branch: str = "") -> "Config":
    """Alembic's settings, made in code so that a plugin needs none of its own."""
    from alembic.config import Config  # noqa: PLC0415 - it is read only for who upgrades

    made = Config()
    made.set_main_option("script_location", str(revisions.HERE))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", "\n".join(map(str, revisions.branches().values())))
    made.attributes["branch"] = branch
    return made


# Upgrade -----------------------------------------------------------------------------------------


def upgrade() -> bool:
    """Brings the database to this version of the code. Returns whether there was anything to do.

    A SQLite database is copied first. Raises MigrationError when a plugin's folder is gone: Alembic
    cannot step over a revision it does not find.
    """
    from alembic import command  # noqa: PLC0415

    if not revisions.pending():
        return False
    if missing := revisions.orphans():
        sentence = f"{revisions.orphan_sentence(missing)}在此之前不能升级数据库。"
        raise MigrationError(sentence)
    if sentence := revisions.newer_sentence():
        raise MigrationError(sentence)
    copy_before_upgrade()
    command.upgrade(config(), "core@head")  # tables of plugins point at the core's
    command.upgrade(config(), "heads")
    _verify()
    return True


def copy_before_upgrade() -> Path | None:
    """A consistent copy of a SQLite database that already holds something."""
    if not is_sqlite(db.engine) or "core_unit" not in inspect(db.engine).get_table_names():
        return None
    folder = Path(current_app.instance_path) / "before-upgrade"
    folder.mkdir(exist_ok=True)
    copy = folder / f"{_stamp(clock.now())}.sqlite"
    copy_sqlite(copy)
    return copy


def copy_sqlite(copy: Path) -> None:
    """All that is committed at one moment. Who writes meanwhile does not wait."""
    copy.touch(0o600, exist_ok=False)
    raw = db.engine.raw_connection()
    try:
        cast("sqlite.Connection", raw.dbapi_connection).writer.execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()


def _stamp(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y%m%d-%H%M%S-%f")


def _verify() -> None:
    if not is_sqlite(db.engine):
        return
    with db.engine.connect() as connection:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        verdict = connection.execute(text("PRAGMA integrity_check")).scalar()
    if broken or verdict != "ok":
        sentence = "升级后的数据库没有通过检查，请用 instance/before-upgrade 里升级前的副本恢复。"
        raise MigrationError(sentence)


# For developers and for removing a plugin ---------------------------------------------------------


def make(branch: str, message: str) -> str:
    """Writes the next revision of one branch from the difference between its models and the database."""
    from alembic import command  # noqa: PLC0415

    folder = revisions.branches().get(branch)
    if folder is None:
        sentence = f"没有名为 {branch} 的插件，或它还没有 migrations 文件夹。"
        raise MigrationError(sentence)
    upgrade()  # the difference is taken from a database that has all revisions so far
    count = len(list(folder.glob(f"{branch}_[0-9]*.py"))) + 1
    revision = f"{branch}_{count:04d}"
    first = count == 1
    command.revision(
        config(branch),
        message=message,
        autogenerate=True,
        head="base" if first else f"{branch}@head",
        branch_label=branch if first else None,
        version_path=str(folder),
        rev_id=revision,
        # not on the newest: Alembic does not write down what a later one depends on, and the folder may go
        depends_on="core_0001" if first and branch != "core" else None,
    )
    return revision


def uninstall(branch: str) -> Path | None:
    """Drops the tables of one plugin. Its data are gone, but for the copy whose path is returned."""
    from alembic import command  # noqa: PLC0415

    if branch == "core" or branch not in revisions.branches():
        sentence = f"没有名为 {branch} 的插件。"
        raise MigrationError(sentence)
    copy = copy_before_upgrade()
    with transaction():
        audit.record(None, "core:uninstall", branch)
    command.downgrade(config(), f"{branch}@base")
    files = Attachment.subject.startswith(f"{branch}:", autoescape=True)
    with transaction():  # another record may come to bear the number of one that is gone
        db.session.execute(update(Attachment).where(files).values(removed_at=clock.now()))
    return copy
