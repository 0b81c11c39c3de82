"""What people say about a card, and whom they name. Words may be changed and taken back by who wrote them."""

import re
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import Row, select

from intranet import clock
from intranet.db import change
from intranet.errors import Forbidden, Invalid
from intranet.extensions import db
from intranet.models import User
from plugins.rectification.models import Card, Comment, Event
from plugins.rectification.queries.people import readers_named
from plugins.rectification.services.history import record, remember
from plugins.rectification.services.telling import tell_comment
from plugins.rectification.stages import Stage
from plugins.rectification.wording import EventKind

NAMED = re.compile(r"(?<![A-Za-z0-9._-])@([^\s@，。、；：！？（）《》“”,;:!?()<>]{1,30})")
"""An at sign and what may be a name or a number behind it; none in an e-mail address."""
MOST_NAMED = 20


def add_comment(card: Card, text: str, *, by: User) -> list[str]:
    """Returns the names of those it names, who are told."""
    record(card, "rectification:comment", by=by)
    made = Comment(card_id=card.id, user_id=by.id, at=clock.now(), text=text, version=1)
    db.session.add(made)
    db.session.flush()
    return _tell(card, made, by)


def edit_comment(card: Card, comment: Comment, text: str, *, version: int, by: User) -> list[str]:
    """The words from before stay in the card's history. Who is named for the first time is told."""
    check_own(card, comment, by)
    before = comment.text
    record(card, "rectification:comment", by=by)
    values = {"text": text, "edited_at": clock.now()}
    change(comment, version, too_late=partial(_too_late, comment), **values)
    remember(card, EventKind.COMMENT, by=by).changes = [["comment changed", before, text]]
    return _tell(card, comment, by)


def remove_comment(card: Card, comment: Comment, *, version: int, by: User) -> None:
    """Taken back, its words are gone: mostly they named somebody they should not have."""
    check_own(card, comment, by)
    last = comment.text
    record(card, "rectification:comment", by=by)
    values = {"text": "", "removed_at": clock.now()}
    change(comment, version, too_late=partial(_too_late, comment), **values)
    _forget(card, last, by)
    remember(card, EventKind.COMMENT, by=by).changes = [["comment removed", "", ""]]


def _forget(card: Card, last: str, by: User) -> None:
    """Its earlier words too, from the last change back; another of the same words loses its own with them."""
    words = {last}
    own = select(Event).where(
        Event.card_id == card.id, Event.user_id == by.id, Event.kind == EventKind.COMMENT
    )
    for event in db.session.scalars(own.order_by(Event.id.desc())):
        [[which, before, after]] = event.changes
        if which == "comment changed" and after in words:
            event.changes = [["comment was changed", "", ""]]
            words.add(before)


def may_change(card: Card, comment: Comment, user: User) -> bool:
    """One's own, as long as the card is open: what was closed stays as it was."""
    return comment.user_id == user.id and comment.removed_at is None and card.stage is not Stage.CLOSED


def check_own(card: Card, comment: Comment, by: User) -> None:
    """Raises Forbidden for another's words, Invalid once the card is closed."""
    if comment.user_id != by.id:
        raise Forbidden(_("只能修改或收回自己的评论。"))
    if card.stage is Stage.CLOSED:
        raise Invalid(_("此卡已销号，评论不能再改；可以另写一条。"))


def _too_late(comment: Comment) -> str:
    return str(_("这条评论刚在别处改过，现在是“%(text)s”，请看过再改。", text=comment.text))


def _tell(card: Card, comment: Comment, by: User) -> list[str]:
    people = named_in(card, comment.text)
    tell_comment(card, comment.id, [user_id for user_id, _name, _number in people], by=by)
    return [name for user_id, name, _number in people if user_id != by.id]


def named_in(card: Card, text: str) -> list[Row[int, str, str]]:
    """Who may open the card and is named: the longest name or number that fits; of one name all."""
    words = NAMED.findall(text)[:MOST_NAMED]
    rows = readers_named(card, words) if words else []
    meant: dict[int, Row[int, str, str]] = {}
    for word in words:
        fitting = [(length, row) for row in rows if (length := _fits(word, row))]
        longest = max((length for length, _row in fitting), default=0)
        meant |= {row[0]: row for length, row in fitting if length == longest}
    return list(meant.values())


def _fits(word: str, row: Row[int, str, str]) -> int:
    """How much of the word is this person's name or number; a number ends where letters and figures end."""
    _user_id, name, number = row
    rest = word[len(number) :][:1]
    by_number = len(number) if word.startswith(number) and not (rest.isascii() and rest.isalnum()) else 0
    return max(by_number, len(name) if word.startswith(name) else 0)
