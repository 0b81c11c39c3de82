"""The audit log: who did what, in the same transaction as the deed, chained so that a change shows."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import cast

from flask import current_app, g, has_request_context, request
from sqlalchemy import bindparam, insert, select, text, union, update

from intranet import clock
from intranet.asking import Asked, ask, run_all, values_of
from intranet.extensions import db
from intranet.models import AuditCheck, AuditEntry, AuditHead, AuditSegment, Unit, UnitKind, User
from intranet.models.audit import SITE_CHAIN
from intranet.organisation import organisation

START = "0" * 64
COMMAND, JOB = "command", "job"
"""What stands in place of an address when no browser asked."""
NEW_CHAIN = text(
    "INSERT INTO core_audit_head (chain, number, hash) VALUES (:chain, 0, :hash) ON CONFLICT DO NOTHING"
)
"""Of two first entries at the same moment, the second waits for the first and goes on after it."""
# Built once: every deed asks these, and building costs more than asking.
HEAD = select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == bindparam("chain")).with_for_update()
NEW_ENTRY = insert(AuditEntry).inline()
NEW_HEAD = (
    update(AuditHead)
    .where(AuditHead.chain == bindparam("of_chain"))
    .values(number=bindparam("last_number"), hash=bindparam("last_hash"))
)


def record(
    actor: User | None, action: str, subject: str, *along: Asked, unit: Unit | None = None, **detail: object
) -> list[int]:
    """Appends one entry. `detail` says what changed in short; never the text of a sealed record.

    `along`: what is written with it, under the lock of its chain. Returns how many rows each of that touched.
    """
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
        address=(request.remote_addr or "") if has_request_context() else g.get("origin", COMMAND),
        detail={name: str(value) for name, value in detail.items()},
        previous=previous,
    )
    entry.hash = hash_of(entry)
    head = {"of_chain": chain, "last_number": number, "last_hash": entry.hash}
    return run_all(*along, (NEW_ENTRY, values_of(entry)), (NEW_HEAD, head))[: len(along)]


def wait_turn(unit: Unit) -> None:
    """From here on nobody else in the unit's hospital can record anything until this transaction ends."""
    _take_head(chain_of(unit))


def chain_of(unit: Unit | None) -> int:
    """The id of the hospital the unit belongs to; 0 outside any hospital."""
    units = map(organisation().by_id.get, unit.line if unit else ())
    above = (each for each in units if each and each.kind is UnitKind.HOSPITAL)
    return next((each.id for each in above), SITE_CHAIN)


def _take_head(chain: int) -> tuple[int, str]:
    """The next number and the last hash. The row stays locked until this transaction ends."""
    found = ask(HEAD, {"chain": chain})
    if not found:
        db.session.execute(NEW_CHAIN, {"chain": chain, "hash": START})
        found = ask(HEAD, {"chain": chain})
    [(number, last)] = found
    return number + 1, last


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over every field and the hash before it."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def canonical(entry: AuditEntry) -> str:
    """The fields that are hashed, as JSON that is always the same."""
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
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Checking ----------------------------------------------------------------------------------------


def check() -> list[AuditCheck]:
    """Reads every chain from its first entry to its last. Takes its time and writes nothing."""
    tables = (AuditHead, AuditEntry, AuditSegment, AuditCheck)
    chains = union(*(select(table.chain) for table in tables))
    return [_checked(chain) for chain in sorted(db.session.scalars(chains))]


def _checked(chain: int) -> AuditCheck:
    """Others append meanwhile: the ends known before must lie on it, and the head not behind it."""
    known = db.session.get(AuditCheck, chain) or AuditCheck(number=0, hash=START)
    heads = db.session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == chain))
    ends = {(known.number, known.hash), *((number, end) for number, end in heads)}
    whole, held, last = _after_segments(chain)
    ends = {(number, end) for number, end in ends if number >= held} - {(held, last)}
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


def _after_segments(chain: int) -> tuple[bool, int, str]:
    """Whether the deleted segments hold, and the number and hash the entries go on from."""
    held, last = 0, START
    query = select(AuditSegment).where(AuditSegment.chain == chain).order_by(AuditSegment.first)
    for segment in db.session.scalars(query):
        known = (segment.first, segment.previous, segment.signature)
        if known != (held + 1, last, signature_of(segment)):
            return False, held, last
        held, last = segment.last, segment.hash
    return True, held, last


def signature_of(segment: AuditSegment) -> str:
    """What only the site itself could have signed."""
    moments = (segment.first_at.isoformat(), segment.last_at.isoformat())
    return sign(segment.chain, segment.first, segment.last, *moments, segment.previous, segment.hash)


def sign(*fields: object) -> str:
    """HMAC with the key that no database holds."""
    key, text = cast("bytes", current_app.config["AUDIT_KEY"]), json.dumps(fields)
    return hmac.digest(key, text.encode(), "sha256").hex()


def _entries(chain: int) -> Iterator[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    yield from db.session.scalars(query.execution_options(yield_per=1000))


def keep(checks: Sequence[AuditCheck], *, by: User | None) -> None:
    """Stores for the audit page what a check has found."""
    broken = ", ".join(f"{check.chain}:{check.broken_at}" for check in checks if check.broken_at)
    record(by, "core:audit-check", "core_audit_check", broken=broken or "-")  # whoever is second waits here
    for each in checks:
        db.session.merge(each)
