"""Somebody with the database in hand: what no program of the product does."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, text, update

from intranet import audit
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead
from tests.fixtures import person, unit

HOW_MANY = 12
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
TABLES = ("core_audit_entry", "core_audit_segment")


def drop_guards() -> list[str]:
    """Takes away the triggers that refuse changes of the audit tables. Returns what brings them back."""
    if is_sqlite(db.engine):
        triggers = db.session.execute(text(TRIGGERS)).all()
        for name, _sql in triggers:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        return [sql for _name, sql in triggers]
    for table in TABLES:
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES]


@contextmanager
def emptied() -> Iterator[None]:
    """No entry of before; what is written meanwhile is guarded afterwards."""
    with transaction():
        back = drop_guards()
        db.session.execute(delete(AuditEntry))
        db.session.execute(delete(AuditHead))
        yield
        db.session.flush()
        for statement in back:
            db.session.execute(text(statement))


def only_chain() -> int:
    """A hospital's chain of exactly twelve entries, whole, without guards. Returns its number."""
    with emptied():
        append(HOW_MANY)
    with transaction():
        drop_guards()
    hospital = unit("hospital").id
    db.session.rollback()  # a request in this context would see the database as it was here
    return hospital


def append(count: int) -> None:
    for number in range(count):
        audit.record(person("head"), "test:deed", f"thing:{number}", unit=unit("nk1"), why="例行")


def cut(chain: int, after: int) -> None:
    """The tail, and the head says the same."""
    with transaction():
        here = AuditEntry.chain == chain
        end = db.session.scalar(db.select(AuditEntry.hash).where(here, AuditEntry.number == after))
        db.session.execute(delete(AuditEntry).where(here, AuditEntry.number > after))
        head = update(AuditHead).where(AuditHead.chain == chain)
        db.session.execute(head.values(number=after, hash=end or audit.START))


def rewrite(chain: int, number: int, **values: object) -> None:
    """Changes one entry, and every hash from there to the head so that they fit again."""
    with transaction():
        entries = db.session.scalars(
            db.select(AuditEntry)
            .where(AuditEntry.chain == chain, AuditEntry.number >= number)
            .order_by(AuditEntry.number)
        ).all()
        previous = entries[0].previous
        for name, value in values.items():
            setattr(entries[0], name, value)
        for each in entries:
            each.previous, each.hash = previous, ""
            each.hash = previous = audit.hash_of(each)
        db.session.execute(update(AuditHead).where(AuditHead.chain == chain).values(hash=previous))
