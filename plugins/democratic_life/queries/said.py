"""Who has spoken to whom, as numbers; and the sealed pieces themselves, for those who may open them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from intranet.errors import NotFound
from intranet.extensions import db
from intranet.models import User
from plugins.democratic_life.models import Meeting, Minutes, Said
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.wording import SaidKind


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many of each kind. No word of what was said."""

    criticisms: dict[tuple[int, int], int] = field(default_factory=dict)
    """From whom to whom."""
    responses: frozenset[int] = frozenset()
    written: frozenset[int] = frozenset()
    remarks: int = 0

    @property
    def total(self) -> int:
        return sum(self.criticisms.values())


def spoken_in(meeting: Meeting) -> Spoken:
    """One query."""
    columns = (Said.kind, Said.speaker_id, Said.about_id)
    query = select(*columns, func.count()).where(Said.meeting_id == meeting.id).group_by(*columns)
    rows = list(db.session.execute(query))
    by = {kind: frozenset(row[1] or 0 for row in rows if row[0] is kind) for kind in SaidKind}
    remarks = sum(row[3] for row in rows if row[0] is SaidKind.REMARK)
    criticisms = {(row[1] or 0, row[2]): row[3] for row in rows if row[2]}
    return Spoken(criticisms, by[SaidKind.RESPONSE], by[SaidKind.WRITTEN], remarks)


def pairs_of(found: Found) -> list[tuple[int, int]]:
    """Who must criticise whom: everybody present every other, those absent too."""
    return [
        (one.user_id, other.user_id)
        for one in found.present
        for other in found.sitters
        if one.user_id != other.user_id
    ]


def open_pairs(found: Found, spoken: Spoken) -> list[tuple[int, int]]:
    return [pair for pair in pairs_of(found) if pair not in spoken.criticisms]


def said_in(meeting: Meeting, *, kind: str = "", speaker_id: int = 0, about_id: int = 0) -> Sequence[Said]:
    """Sealed pieces in the order they were written."""
    query = select(Said).where(Said.meeting_id == meeting.id)
    if kind in set(SaidKind):
        query = query.where(Said.kind == SaidKind(kind))
    if speaker_id:
        query = query.where(Said.speaker_id == speaker_id)
    if about_id:
        query = query.where(Said.about_id == about_id)
    return db.session.scalars(query.order_by(Said.id)).all()


def said_or_404(meeting: Meeting, said_id: int) -> Said:
    said = db.session.scalar(select(Said).where(Said.id == said_id, Said.meeting_id == meeting.id))
    if said is None:
        raise NotFound(_("没有这条发言，或者它不对您开放。"))
    return said


def minutes_of(meeting: Meeting, number: int = 0) -> Minutes | None:
    """The text of this number, or the last one."""
    query = select(Minutes).where(Minutes.meeting_id == meeting.id)
    if number:
        query = query.where(Minutes.number == number)
    return db.session.scalar(query.order_by(Minutes.number.desc()).limit(1))


def all_minutes(meeting: Meeting) -> list[tuple[Minutes, str]]:
    """Every text that was saved, with who saved it; the last one first."""
    query = select(Minutes, User.name).join(User, User.id == Minutes.written_by)
    query = query.where(Minutes.meeting_id == meeting.id).options(defer(Minutes.sealed))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Minutes.number.desc()))]
