"""Alembic without its command line: one branch a plugin, always upgraded together."""

import re
from datetime import datetime
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, text, update

from intranet import audit, clock, sqlite
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.loading import find_plugins, plugin_folder
from intranet.models import Attachment

HERE = Path(__file__).parent / "migrations"
REVISION = re.compile(r"(?P<branch>.+)_(?P<number>\d{4})")


class MigrationError(Exception):
    """The database and the code do not fit; the sentence says what to do."""


def branches() -> dict[str, Path]:
    """Every branch and its folder: the core's and all plugins', loaded or not, on or off."""
    found = {"core": HERE / "versions"}
    for name, module in find_plugins().items():
        folder = plugin_folder(module) / "migrations"
        if folder.is_dir():
            found[name] = folder
    return found


def config(branch: str = "") -> Config:
    """Alembic's settings, made in code so that a plugin needs none of its own."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", "\n".join(map(str, branches().values())))
    made.attributes["branch"] = branch
    return made


# Upgrade -----------------------------------------------------------------------------------------


def upgrade() -> bool:
    """Brings the database to this version of the code. Returns whether there was anything to do.

    A SQLite database is copied first. Raises MigrationError when a plugin's folder is gone: Alembic
    cannot step over a revision it does not find.
    """
    if not pending():
        return False
    missing = orphans()
    sentence = f"{orphan_sentence(missing)}在此之前不能升级数据库。" if missing else newer_sentence()
    if sentence:
        raise MigrationError(sentence)
    copy_before_upgrade()
    command.upgrade(config(), "core@head")  # tables of plugins point at the core's
    command.upgrade(config(), "heads")
    _verify()
    return True


def pending(scripts: ScriptDirectory | None = None) -> bool:
    """Whether the database is behind the code. A plugin whose folder is gone does not count."""
    scripts = scripts or ScriptDirectory.from_config(config())
    return not set(scripts.get_heads()) <= set(_applied(scripts))


def standing() -> dict[str, tuple[str, str]]:
    """The newest revision of every branch, in the database and in the code."""
    scripts = revisions_of_this_process()
    newest = {_branch_of(revision): revision for revision in sorted(_applied(scripts))}
    return {_branch_of(head): (newest.get(_branch_of(head), ""), head) for head in scripts.get_heads()}


def _applied(scripts: ScriptDirectory) -> list[str]:
    known = tuple(row for row in _rows() if _exists(scripts, row))
    return [step.revision for step in scripts.iterate_revisions(known, "base")] if known else []


def revisions_of_this_process() -> ScriptDirectory:
    """Read once: what a server runs does not change under it, and a monitor asks every few seconds."""
    kept = current_app.extensions
    if "intranet.revisions" not in kept:
        kept["intranet.revisions"] = ScriptDirectory.from_config(config())
    return cast("ScriptDirectory", kept["intranet.revisions"])


def orphans() -> list[str]:
    """Plugins that have tables in the database but no folder any more."""
    return [name for name in _unknown() if name not in branches()]


def newer_sentence() -> str:
    """What to do about a database that a later version has upgraded; empty for any other."""
    names = "、".join(name for name in _unknown() if name in branches())
    sentence = f"数据库已由更新的版本升级过（{names}）。请装回新版本的程序，或者恢复升级前的备份。"
    return sentence if names else ""


def _unknown() -> list[str]:
    """Branches that stand in the database at a revision the code does not have."""
    scripts = ScriptDirectory.from_config(config())
    return sorted(_branch_of(row) for row in _rows() if not _exists(scripts, row))


def orphan_sentence(names: list[str]) -> str:
    """What to do about plugins without a folder."""
    return (
        f"这些插件的文件夹不在了，数据表还在：{'、'.join(names)}。"
        "数据没有丢，放回文件夹即可恢复；确要删除，放回后运行 intranet uninstall 插件名。"
    )


def _rows() -> tuple[str, ...]:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def _exists(scripts: ScriptDirectory, revision: str) -> bool:
    return any(found.revision == revision for found in scripts.walk_revisions("base", "heads"))


def _branch_of(revision: str) -> str:
    match = REVISION.fullmatch(revision)
    return match["branch"] if match else revision


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
    folder = branches().get(branch)
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
    if branch == "core" or branch not in branches():
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
