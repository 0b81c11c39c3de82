"""The audit log: who did what, in the same transaction as the deed, chained so that a change shows."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from flask import has_request_context, request
from flask_babel import gettext as _
from sqlalchemy import func, select, text, update

from intranet import clock
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead, Unit, User
from intranet.models.audit import SITE_CHAIN

START = "0" * 64
NEW_CHAIN = text(
    "INSERT INTO core_audit_head (chain, number, hash) VALUES (:chain, 0, :hash) ON CONFLICT DO NOTHING"
)
"""Of two first entries at the same moment, the second waits for the first and goes on after it."""


def record(
    actor: User | None, action: str, subject: str, *, unit: Unit | None = None, **detail: object
) -> None:
    """Appends one entry. `detail` says what changed in short; never the text of a sealed record."""
    chain = chain_of(unit)
    number, previous = _take_head(chain)
    entry = AuditEntry(
        chain=chain,
        number=number,
        at=clock.now(),
        actor_id=actor.id if actor else None,
        unit_id=unit.id if unit else None,
        action=action,
        subject=subject,
        address=(request.remote_addr or "") if has_request_context() else "",
        detail={name: str(value) for name, value in detail.items()},
        previous=previous,
    )
    entry.hash = hash_of(entry)
    db.session.add(entry)
    db.session.execute(
        update(AuditHead).where(AuditHead.chain == chain).values(number=number, hash=entry.hash)
    )


def chain_of(unit: Unit | None) -> int:
    """The id of the hospital the unit belongs to; 0 outside any hospital."""
    if unit is None:
        return SITE_CHAIN
    line = select(Unit.id).where(Unit.id.in_(unit.line), Unit.kind == "hospital")
    return db.session.scalar(line.order_by(func.length(Unit.path)).limit(1)) or SITE_CHAIN


def _take_head(chain: int) -> tuple[int, str]:
    """The next number and the last hash. The row stays locked until this transaction ends."""
    query = select(AuditHead).where(AuditHead.chain == chain)
    query = query.with_for_update().execution_options(populate_existing=True)
    head = db.session.scalar(query)
    if head is None:
        db.session.execute(NEW_CHAIN, {"chain": chain, "hash": START})
        head = db.session.scalars(query).one()
    return head.number + 1, head.hash


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over every field and the hash before it, as canonical JSON."""
    fields = [
        entry.chain,
        entry.number,
        entry.at.isoformat(),
        entry.actor_id,
        entry.unit_id,
        entry.action,
        entry.subject,
        entry.address,
        entry.detail,
        entry.previous,
    ]
    canonical = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def faults(entries: Sequence[AuditEntry], head: AuditHead | None) -> Iterator[str]:
    """Sentences about every place where one hospital's chain does not hold; none when it is whole."""
    previous = START
    for number, entry in enumerate(entries, start=1):
        if entry.number != number:
            yield _("第 %(number)s 条缺失", number=number)
            return
        if entry.previous != previous or entry.hash != hash_of(entry):
            yield _("第 %(number)s 条被改动", number=number)
            return
        previous = entry.hash
    if head is None or (head.number, head.hash) != (len(entries), previous):
        yield _("末尾的记录缺失")


def all_faults() -> list[str]:
    """What is wrong in any chain of this site."""
    heads = {head.chain: head for head in db.session.scalars(select(AuditHead))}
    chains = set(heads) | set(db.session.scalars(select(AuditEntry.chain).distinct()))
    found = []
    for chain in sorted(chains):
        query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
        found += list(faults(list(db.session.scalars(query)), heads.get(chain)))
    return found
