"""Somebody with the database in hand: what no program of the product does."""

from sqlalchemy import delete, text, update

from intranet import audit
from intranet.db import is_sqlite, transaction
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead
from tests.fixtures import person, unit

HOW_MANY = 12
TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def drop_guards() -> None:
    """Takes away the triggers that refuse changes of the audit tables. In a writing transaction."""
    if is_sqlite(db.engine):
        for name in db.session.scalars(text(TRIGGERS)).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
        return
    for table in ("core_audit_entry", "core_audit_segment"):
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def only_chain() -> int:
    """A hospital's chain of exactly twelve entries, whole, without guards. Returns its number."""
    with transaction():
        drop_guards()
        db.session.execute(delete(AuditEntry))
        db.session.execute(delete(AuditHead))
        append(HOW_MANY)
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
