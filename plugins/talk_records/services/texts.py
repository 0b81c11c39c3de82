"""Writing and opening what was said. Each opening is written down; nothing of it is, but that it happened."""

from collections.abc import Mapping

from intranet import audit
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import User
from intranet.sealing import seal, unseal
from plugins.talk_records.models import Sealed, Talk
from plugins.talk_records.queries.talks import Found, sealed_of
from plugins.talk_records.services.talks import unconfirm, what_happened
from plugins.talk_records.services.telling import home, tell_people
from plugins.talk_records.wording import TEXTS, State


def open_texts(found: Found, *, by: User, deed: str = "read") -> dict[str, str]:
    """All that is written, by name, and the entry that somebody looked."""
    _record(found.talk, deed, by)
    return _texts(found.talk)


def _texts(talk: Talk) -> dict[str, str]:
    kept = sealed_of(talk)
    words = unseal(kept) if kept else {}
    return {name: str(words.get(name, "")) for name in TEXTS}


def write_texts(found: Found, texts: Mapping[str, str], *, version: int, by: User) -> None:
    """Seals what was typed. Who has confirmed the words of before must confirm once more."""
    talk, words = found.talk, {name: texts.get(name, "").strip() for name in TEXTS}
    if not found.may_write or talk.version != version:
        raise Conflict(what_happened(talk))
    state = State.HELD if talk.state is State.CONFIRMED else talk.state
    change(talk, version, Talk.state == talk.state, too_late=lambda: what_happened(talk), state=state)
    piece = Sealed(talk_id=talk.id)
    seal(piece, words)
    db.session.merge(piece)
    unconfirm(talk)
    _record(talk, "write", by)
    if talk.state is State.HELD:
        others = {side.user_id for side in found.sides} - {by.id}
        tell_people(talk, home(talk), others, "held")


def _record(talk: Talk, deed: str, by: User) -> None:
    audit.record(by, f"talk_records:{deed}", f"talk_records_talk:{talk.id}", unit=home(talk))
