"""The database inside a backup: one consistent moment of it, what it holds, and how it is put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, inspect, select, table, text
from sqlalchemy.pool import NullPool

from intranet import migrate
from intranet.db import is_sqlite
from intranet.extensions import db
from intranet.models import LoginSession
from plugins.backups.contents import instance

NAME = "intranet.sqlite"
EMPTIED = (LoginSession.__tablename__,)
"""Tables whose rows are never in a backup: whoever restores one logs in again."""
Rows = dict[str, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment, as a file, with what a restored one must agree with."""

    path: Path
    engine: str
    version: str
    rows: Rows
    heads: list[str]


def engine_name() -> str:
    return db.engine.dialect.name


def size() -> int:
    """Bytes the database takes, about."""
    if is_sqlite(db.engine):
        return sum(path.stat().st_size for path in instance().glob(f"{NAME}*"))
    with db.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def snapshot(folder: Path) -> Snapshot:
    """All that is committed now. People go on writing."""
    return _of_sqlite(folder) if is_sqlite(db.engine) else _of_postgres(folder)


def _of_sqlite(folder: Path) -> Snapshot:
    copy = folder / NAME
    migrate.copy_sqlite(copy)
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA secure_delete=ON"))
        for name in EMPTIED:
            connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - our own names
    with engine.connect() as connection:
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
        return Snapshot(copy, "sqlite", version, rows_in(connection), heads_in(connection))


def _of_postgres(folder: Path) -> Snapshot:
    """The dump and the counts see the same moment: pg_dump joins the snapshot of this transaction."""
    from plugins.backups import postgres  # noqa: PLC0415 - a site on SQLite needs no driver

    dump = folder / "intranet.pgdump"
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        seen = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        version = connection.execute(text("SHOW server_version")).scalar_one()
        rows, heads = rows_in(connection), heads_in(connection)
        postgres.dump(db.engine.url, dump, seen, EMPTIED)
    return Snapshot(dump, "postgresql", version, {**rows, **dict.fromkeys(EMPTIED, 0)}, heads)


def rows_in(connection: Connection) -> Rows:
    """How many rows each table has."""
    names = sorted(inspect(connection).get_table_names())
    count = select(func.count())
    return {name: connection.execute(count.select_from(table(name))).scalar_one() for name in names}


def heads_in(connection: Connection) -> list[str]:
    return sorted(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


# Looking at a restored one -------------------------------------------------------------------------


def faults_of_sqlite() -> list[str]:
    """What SQLite's own checks say of the site's database; PostgreSQL checks while it loads."""
    if not is_sqlite(db.engine):
        return []
    with db.engine.connect() as connection:
        verdict = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [*(line for line in verdict if line != "ok"), *(f"foreign key {row}" for row in broken)]


def rows_now() -> Rows:
    """How many rows each table of the site has; nothing where there is no database yet."""
    with db.engine.connect() as connection:
        return rows_in(connection)


# Putting back --------------------------------------------------------------------------------------


def remove_sqlite(folder: Path) -> None:
    """The database file and what SQLite keeps beside it."""
    db.session.remove()
    db.engine.dispose()
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def trial_url(unpacked: Path) -> Iterator[str]:
    """A database made from an unpacked backup, gone afterwards: its DATABASE_URL, for SQLite none."""
    if is_sqlite(db.engine):
        yield ""
        return
    from plugins.backups import postgres  # noqa: PLC0415

    with postgres.trial_database(db.engine.url) as url:
        postgres.load(url, unpacked / "intranet.pgdump")
        yield url.render_as_string(hide_password=False)
