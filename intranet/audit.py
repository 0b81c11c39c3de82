"""The audit log: who did what, in the same transaction as the deed, chained so that a change shows."""

import hashlib
import json
from collections.abc import Iterator, Sequence

from flask import has_request_context, request
from sqlalchemy import func, select, text, union, update

from intranet import clock
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry, AuditHead, Unit, User
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


# Checking ----------------------------------------------------------------------------------------


def check() -> list[AuditCheck]:
    """Reads every chain from its first entry to its last. Takes its time and writes nothing."""
    chains = union(*(select(table.chain) for table in (AuditHead, AuditEntry, AuditCheck)))
    return [_checked(chain) for chain in sorted(db.session.scalars(chains))]


def _checked(chain: int) -> AuditCheck:
    """Others append meanwhile: the ends known before must lie on it, and the head not behind it."""
    known = db.session.get(AuditCheck, chain) or AuditCheck(number=0, hash=START)
    heads = db.session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain))
    ends = {(known.number, known.hash), *((number, end) for number, end in heads)} - {(0, START)}
    whole, held, last = True, 0, START
    for entry in _entries(chain):
        whole = whole and (entry.number, entry.previous, entry.hash) == (held + 1, last, hash_of(entry))
        if whole:
            held, last = entry.number, entry.hash
            ends.discard((held, last))
    now = db.session.scalar(select(AuditHead.number).where(AuditHead.chain == chain)) or 0
    if whole and not ends and held <= now:
        return AuditCheck(chain=chain, checked_at=clock.now(), number=held, hash=last, broken_at=None)
    broken_at = min(held + 1, now + 1, *(number for number, _hash in ends))
    return AuditCheck(
        chain=chain, checked_at=clock.now(), number=known.number, hash=known.hash, broken_at=broken_at
    )


def _entries(chain: int) -> Iterator[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    yield from db.session.scalars(query.execution_options(yield_per=1000))


def keep(checks: Sequence[AuditCheck], *, by: User | None) -> None:
    """Stores for the audit page what a check has found."""
    broken = ", ".join(f"{check.chain}:{check.broken_at}" for check in checks if check.broken_at)
    record(by, "core:audit-check", "core_audit_check", broken=broken or "-")  # whoever is second waits here
    for each in checks:
        db.session.merge(each)
