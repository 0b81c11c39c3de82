"""Writing down what is said and opening it again. Each look is written down; nothing of it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.sealing import seal, unseal
from plugins.democratic_life.models import Said
from plugins.democratic_life.queries.meetings import Found
from plugins.democratic_life.queries.said import said_in
from plugins.democratic_life.services.holding import sitter_of
from plugins.democratic_life.services.meetings import record
from plugins.democratic_life.steps import BEGUN, CHAIR, RECORDER
from plugins.democratic_life.wording import SaidKind


@dataclass(frozen=True, slots=True)
class Words:
    """What one person says; `who` names whoever came from above."""

    kind: SaidKind
    text: str
    speaker_id: int | None = None
    about_id: int | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed piece, open."""

    said: Said
    text: str
    who: str


def say(found: Found, words: Words, *, by: User) -> Said:
    """Writes it down: one's own words, or anybody's for whoever keeps the record."""
    _refuse_speaker(found, words)
    said = Said(meeting_id=found.meeting.id, kind=words.kind, written_by=by.id, written_at=clock.now())
    said.speaker_id, said.about_id = words.speaker_id, words.about_id
    said.key_id, said.sealed = "", b""  # the seal needs the number of the row first
    db.session.add(said)
    db.session.flush()
    seal(said, {"text": words.text, "who": words.who})
    record(found.meeting, "say", by, kind=words.kind)
    return said


def _refuse_speaker(found: Found, words: Words) -> None:
    if not found.may_write:
        raise Conflict(_("开会以后、记录定稿以前，才能记发言。"))
    if not may_write_for(found, words.speaker_id):
        raise Forbidden(_("只能记自己的发言；别人的由记录人或主持人记。"))
    _refuse_sides(words)
    if words.speaker_id:
        _refuse_attendance(found, words)
    if words.about_id:
        sitter_of(found, words.about_id)


def _refuse_sides(words: Words) -> None:
    if (words.speaker_id is None) != (words.kind is SaidKind.REMARK):
        raise Invalid(_("请选发言的人。"))
    if (words.about_id is None) != (words.kind is not SaidKind.CRITICISM):
        raise Invalid(_("批评意见要选被批评的同志。"))
    if words.about_id and words.about_id == words.speaker_id:
        raise Invalid(_("批评意见是对别人提的，请另选一位。"))


def _refuse_attendance(found: Found, words: Words) -> None:
    """Who is absent writes; who is there speaks."""
    sitter = sitter_of(found, words.speaker_id or 0)
    if sitter.is_absent != (words.kind is SaidKind.WRITTEN):
        raise Invalid(_("缺席的同志交书面发言，到会的同志当面发言；请先核对签到。"))


def may_write_for(found: Found, speaker_id: int | None) -> bool:
    """Recorder and chair for everybody, others for themselves."""
    return bool(found.parts & {CHAIR, RECORDER}) or speaker_id == found.viewer.id


def correct(found: Found, said: Said, words: Words, *, version: int, by: User) -> None:
    """Other words in the same place."""
    _refuse_correction(found, said)
    change(said, version, too_late=lambda: _("这条发言刚刚被别人改过，请核对以后再保存一次。"))
    seal(said, {"text": words.text, "who": words.who})
    record(found.meeting, "correct", by, kind=said.kind)


def strike(found: Found, said: Said, *, by: User) -> None:
    """What was written down wrongly."""
    _refuse_correction(found, said)
    record(found.meeting, "strike", by, kind=said.kind)
    db.session.delete(said)


def _refuse_correction(found: Found, said: Said) -> None:
    if not found.may_write:
        raise Conflict(_("开会以后、记录定稿以前，才能改发言。"))
    if not may_write_for(found, said.speaker_id):
        raise Forbidden(_("只能改自己的发言；别人的由记录人或主持人改。"))


# Opening --------------------------------------------------------------------------------------------


def open_said(
    found: Found, *, by: User, kind: str = "", speaker_id: int = 0, about_id: int = 0
) -> list[Opened]:
    """Those asked for, and the entry that somebody looked."""
    record(found.meeting, "read", by)
    return opened(said_in(found.meeting, kind=kind, speaker_id=speaker_id, about_id=about_id))


def opened(said: Iterable[Said]) -> list[Opened]:
    words = [(each, unseal(each)) for each in said]
    return [Opened(each, str(kept.get("text", "")), str(kept.get("who", ""))) for each, kept in words]


def may_hand_over(found: Found) -> bool:
    """Chair and recorder say which problem goes on to the board, once the meeting has begun."""
    return bool(found.parts & {CHAIR, RECORDER}) and found.meeting.state in BEGUN
