"""The chains against the heads kept outside the database."""

from collections.abc import Sequence

from flask import g
from sqlalchemy import select

from intranet import clock
from intranet.audit import START
from intranet.db import is_sqlite, reads_first, start_writing
from intranet.extensions import db
from intranet.models import AuditEntry, AuditHead, AuditSegment
from plugins.audit_trail import heads, syslog
from plugins.audit_trail.heads import Heads
from plugins.audit_trail.models import FILE, Outside


@reads_first
def note() -> dict[str, int]:
    """Writes the ends of all chains outside, as they are committed now."""
    rows = db.session.execute(select(AuditHead.chain, AuditHead.number, AuditHead.hash))
    kept = heads.write([(chain, number, end) for chain, number, end in rows if number])
    syslog.tell(kept.fresh)
    return {"heads": len(kept.fresh)}


@reads_first
def note_and_compare() -> dict[str, int]:
    """Every day: the ends of today, and whether all those of before are still on their chains."""
    note()
    found = compare()
    start_writing()
    keep(found)
    return {"chains": len(found) - 1, "broken": sum(each.broken_at is not None for each in found)}


def compare() -> list[Outside]:
    """The file first, then every chain it knows. Writes nothing."""
    kept = heads.read()
    if is_sqlite(db.engine) and not g.get("writing"):
        db.session.rollback()  # its picture of the database may be older than the file
    return [_file(kept), *(_chain(chain, ends) for chain, ends in sorted(kept.ends.items()))]


def keep(found: Sequence[Outside]) -> None:
    """For the pages, and so that the file cannot lose a line."""
    for each in found:
        db.session.merge(each)


def _file(kept: Heads) -> Outside:
    known = db.session.get(Outside, FILE) or Outside(number=0, hash=START)
    lines, broken_at = [START, *kept.signatures], kept.broken_at
    if lines[known.number : known.number + 1] != [known.hash]:
        broken_at = min(broken_at or len(lines), known.number, len(lines))
    number, end = (len(lines) - 1, lines[-1]) if broken_at is None else (known.number, known.hash)
    return Outside(chain=FILE, checked_at=clock.now(), number=number, hash=end, broken_at=broken_at)


def _chain(chain: int, ends: dict[int, str]) -> Outside:
    """An end within a deleted segment is vouched for by the segment's own."""
    segments = select(AuditSegment.last, AuditSegment.hash).where(AuditSegment.chain == chain)
    entries = select(AuditEntry.number, AuditEntry.hash).where(AuditEntry.chain == chain)
    closed = dict(db.session.execute(segments).all())
    last = max(closed, default=0)
    missing = {number: end for number, end in ends.items() if number > last or number in closed}
    for there in (closed.items(), db.session.execute(entries.execution_options(yield_per=1000))):
        for number, end in there:
            last = max(last, number)
            if missing.get(number) == end:
                del missing[number]
    newest = max(ends)
    found = Outside(chain=chain, checked_at=clock.now(), number=newest, hash=ends[newest])
    found.broken_at = min(*missing, last + 1) if missing else None
    return found
