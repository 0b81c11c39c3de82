"""The copy its writer works on, sealed at each saving. Only savings by hand are entries in the log."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict
from intranet.models import User
from intranet.sealing import seal, unseal
from plugins.democratic_life.models import Copy
from plugins.democratic_life.queries.reviews import FoundReview, copy_of
from plugins.democratic_life.services.reviews import what_happened
from plugins.democratic_life.services.reviews_telling import record

Texts = dict[str, str]
ELSEWHERE = _l("这份材料刚刚在别的窗口或别的电脑上保存过，您现在写的还没有保存。")


def open_copy(found: FoundReview, *, by: User) -> tuple[Texts, int]:
    """What is being written and its version, and the entry that somebody looked."""
    record(found, "review_read", by)
    kept = copy_of(found.review)
    return texts_of(found, unseal(kept)), kept.version


def texts_of(found: FoundReview, words: Mapping[str, object]) -> Texts:
    """By part. What an older version keeps under a part that is none any more is not lost."""
    texts = {name: str(words.get(name, "")) for name in found.parts}
    others = [str(words[name]) for name in words if name not in texts and words[name]]
    if others:
        texts["unplaced"] = "\n".join([texts["unplaced"], *others]).strip()
    return texts


def save_copy(found: FoundReview, texts: Mapping[str, str], *, version: int) -> int:
    """The version saved. Raises Conflict if what is kept is neither what this person saw nor the same."""
    if not found.may_write:
        raise Conflict(what_happened(found))
    words = {name: texts.get(name, "").strip() for name in found.parts}
    kept, piece = copy_of(found.review), Copy()
    piece.id = kept.id
    seal(piece, words)
    values = {"key_id": piece.key_id, "sealed": piece.sealed, "saved_at": clock.now()}
    try:
        change(kept, version, too_late=lambda: ELSEWHERE, **values)
    except Conflict:
        if texts_of(found, unseal(kept)) != words:
            raise
    return kept.version


def write(found: FoundReview, texts: Mapping[str, str], *, version: int, by: User) -> None:
    """Saving by hand."""
    save_copy(found, texts, version=version)
    record(found, "review_write", by)


def take_in(found: FoundReview, texts: Mapping[str, str], *, by: User) -> Texts:
    """What a Word file says. Saved at once if nothing was written yet; else the writer compares first.

    Returns what it would replace.
    """
    if not found.may_write:
        raise Conflict(what_happened(found))
    kept = copy_of(found.review)
    record(found, "review_upload", by)
    before = texts_of(found, unseal(kept))
    if not any(before.values()):
        save_copy(found, texts, version=kept.version)
    return {name: words for name, words in before.items() if words and words != texts.get(name, "")}
