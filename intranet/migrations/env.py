"""Run by Alembic for every command: the tables of one branch for autogenerate, all of them for upgrade."""

from alembic import context
from flask import current_app, g
from sqlalchemy.engine import Connection

from intranet.db import is_sqlite
from intranet.extensions import Base, db

branch = context.config.attributes.get("branch", "")


def belongs(name, kind, _parents):
    """Whether a table of the database is this branch's: by its prefix."""
    return kind != "table" or not branch or (name or "").startswith(f"{branch}_")


def belongs_object(_object, name, kind, _reflected, _compare_to):
    return belongs(name, kind, None)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=belongs,
        include_object=belongs_object,
        render_as_batch=is_sqlite(db.engine),
        compare_type=True,
        transactional_ddl=True,
        user_module_prefix="extensions.",
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.app_context():
    g.writing = True
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if is_sqlite(db.engine):
            # Batch mode rebuilds tables; with foreign keys on, that would delete every child row.
            raw.writer.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
            connection.commit()
        finally:
            if is_sqlite(db.engine):
                connection.rollback()
                raw.writer.execute("PRAGMA foreign_keys=ON")
    g.writing = False
