"""Opening what was handed in. Each opening is written down; nothing of it is, but which version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from intranet.extensions import db
from intranet.models import User
from intranet.sealing import unseal
from plugins.democratic_life.models import Submitted, Verdict
from plugins.democratic_life.queries.reviews import FoundReview, Handed
from plugins.democratic_life.services.reviews_telling import record
from plugins.democratic_life.services.reviews_writing import texts_of


@dataclass(frozen=True, slots=True)
class Remark:
    """What a place said, with its words."""

    verdict: Verdict
    number: int
    remarks: str
    paper: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A version, what was added after the meeting, and the remarks this person may read."""

    handed: Handed
    texts: dict[str, str]
    additions: tuple[tuple[datetime, str], ...]
    remarks: tuple[Remark, ...]


def open_version(found: FoundReview, handed: Handed, *, by: User, deed: str = "review_read") -> Opened:
    """All that stands in it, and the entry that somebody looked."""
    record(found, deed, by, number=handed.number)
    said = [_unsealed(each) for each in found.additions]
    additions = tuple(
        (each.row.submitted_at, words.get("added", ""))
        for each, words in zip(found.additions, said, strict=True)
    )
    return Opened(handed, texts_of(found, _unsealed(handed)), additions, _remarks(found, found.versions, by))


def open_two(found: FoundReview, first: Handed, second: Handed, *, by: User) -> list[dict[str, str]]:
    """Two versions to compare, as one look."""
    record(found, "review_compare", by, number=f"{first.number}–{second.number}")
    return [texts_of(found, _unsealed(handed)) for handed in (first, second)]


def _unsealed(handed: Handed) -> dict[str, str]:
    words = unseal(db.session.get_one(Submitted, handed.row.id, populate_existing=True))
    return {name: str(text) for name, text in words.items()}


def _remarks(found: FoundReview, versions: Sequence[Handed], by: User) -> tuple[Remark, ...]:
    """The writer reads all of them, a reviewer their own."""
    said = [(each, handed.number) for handed in versions for each in handed.verdicts]
    mine = {each.id: number for each, number in said if found.is_writer or _is_own(each, by)}
    query = select(Verdict).where(Verdict.id.in_(mine)).order_by(Verdict.id)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    opened = [(row, unseal(row)) for row in rows]
    return tuple(Remark(row, mine[row.id], words["remarks"], words["paper"]) for row, words in opened)


def last_remarks(found: FoundReview, *, by: User) -> tuple[Remark, ...]:
    """What was said to the version that came back. The caller writes down that somebody looks."""
    return _remarks(found, found.versions[-1:], by) if found.may_write else ()


def _is_own(verdict: Verdict, by: User) -> bool:
    return verdict.written_by == by.id and not verdict.is_outside
