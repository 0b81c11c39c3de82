"""Retention: whole months that are old enough leave a signed segment and a file, and are deleted."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TextIO

from flask import current_app
from sqlalchemy import delete, func, select, true

from intranet import audit, clock
from intranet.audit import START
from intranet.db import reads_first, rows_changed, start_writing
from intranet.extensions import db
from intranet.models import AuditEntry, AuditSegment, Unit
from plugins.audit_trail import heads


class BrokenChain(Exception):
    """What was changed is evidence: it is not deleted."""


@reads_first
def close_old_months() -> dict[str, int]:
    """Deletes the entries of whole months older than AUDIT_DAYS, chain by chain, oldest first."""
    found = {chain: _whole(chain, _limit()) for chain in _chains()}
    segments = [segment for of_chain in found.values() for segment in of_chain or ()]
    start_writing()
    for segment in segments:
        _close(segment)
    entries = sum(each.last - each.first + 1 for each in segments)
    return {"segments": len(segments), "entries": entries, "kept": list(found.values()).count(None)}


def _whole(chain: int, limit: datetime) -> list[AuditSegment] | None:
    """None for a broken chain: it is kept whole, and does not hold up the others."""
    try:
        return list(_segments(chain, limit))
    except BrokenChain as broken:
        current_app.logger.warning("retention: %s", broken)
        return None


def _limit() -> datetime:
    """The first moment of the month that is still kept."""
    kept = clock.today() - timedelta(days=current_app.config["AUDIT_DAYS"])
    return datetime(kept.year, kept.month, 1, tzinfo=clock.ZONE)


def _chains() -> list[int]:
    return sorted(db.session.scalars(select(AuditEntry.chain).distinct()))


def _segments(chain: int, limit: datetime) -> Iterator[AuditSegment]:
    """One a month, each going on from the one before it."""
    here = AuditEntry.chain == chain
    kept = db.session.scalar(select(func.min(AuditEntry.number)).where(here, AuditEntry.at >= limit))
    query = select(AuditEntry).where(here, AuditEntry.number < kept if kept else true())
    query = query.order_by(AuditEntry.number).execution_options(yield_per=1000)
    held, last = _end_of_segments(chain)
    with closing(db.session.scalars(query)) as entries:
        for _month, group in groupby(entries, _month_of):
            segment = _segment(chain, held, last, group)
            held, last = segment.last, segment.hash
            yield segment


def _month_of(entry: AuditEntry) -> date:
    return clock.local(entry.at).date().replace(day=1)


def _end_of_segments(chain: int) -> tuple[int, str]:
    query = select(AuditSegment).where(AuditSegment.chain == chain).order_by(AuditSegment.last.desc())
    newest = db.session.scalars(query.limit(1)).first()
    return (newest.last, newest.hash) if newest else (0, START)


def _segment(chain: int, held: int, previous: str, entries: Iterable[AuditEntry]) -> AuditSegment:
    """Checks every entry on the way into the file. Raises BrokenChain."""
    segment = AuditSegment(chain=chain, first=held + 1, last=held, previous=previous, hash=previous)
    with _file(chain, segment.first) as file:
        for entry in entries:
            _add(segment, entry)
            file.write(f"{entry.hash} {audit.canonical(entry)}\n")
        file.flush()
        os.fsync(file.fileno())
    segment.signature = audit.signature_of(segment)
    return segment


def _add(segment: AuditSegment, entry: AuditEntry) -> None:
    wanted = (segment.last + 1, segment.hash, audit.hash_of(entry))
    if (entry.number, entry.previous, entry.hash) != wanted:
        message = f"chain {segment.chain} is broken at {segment.last + 1}"
        raise BrokenChain(message)
    if entry.number == segment.first:
        segment.first_at = entry.at
    segment.last, segment.hash, segment.last_at = entry.number, entry.hash, entry.at


def _file(chain: int, first: int) -> TextIO:
    """What is deleted stays readable here until somebody carries it away: a hash and its text a line."""
    folder = heads.folder() / "closed"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / f"{chain}-{first}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, heads.OWNER_ONLY)
    return os.fdopen(handle, "w", encoding="utf-8")


def _close(segment: AuditSegment) -> None:
    """The trigger lets an entry go only where a segment stands for it."""
    db.session.add(segment)
    db.session.flush()
    here = AuditEntry.number.between(segment.first, segment.last)
    gone = delete(AuditEntry).where(AuditEntry.chain == segment.chain, here)
    rows_changed(gone)
    subject = f"core_audit_segment:{segment.chain}-{segment.first}"
    unit = db.session.get(Unit, segment.chain)
    audit.record(None, "audit_trail:close", subject, unit=unit, first=segment.first, last=segment.last)
