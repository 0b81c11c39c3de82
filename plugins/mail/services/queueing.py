"""Putting down who is to get a letter about which notices. Nothing is sent here."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert

from intranet import clock
from intranet.db import rows_changed, transaction
from intranet.extensions import db
from plugins.mail import letters, queries
from plugins.mail.models import Kind, Letter, Mode, Subscription, Told

Wish = tuple[int, Mode, Sequence[int]]
"""Whose, in which mode, about which notices."""


def queue() -> int:
    """A letter for everybody who has news, those who want a daily one at their hour of a working day."""
    now = clock.local(clock.now())
    today = now.date()
    found = queries.candidates(today, now.hour)
    wishes = [(row.user_id, row.mode, queries.news_for(user)) for row, user in found]
    wanted = [wish for wish in wishes if wish[1] is Mode.DAILY or wish[2]]
    if not wanted:
        return 0
    with transaction():
        return sum(_put_down(*wish, today) for wish in wanted)


def _put_down(user_id: int, mode: Mode, notice_ids: Sequence[int], today: date) -> bool:
    """Of two processes at it one makes the letter: by the day's UPDATE, or by the notices' own key."""
    if mode is Mode.DAILY and not _is_first_today(user_id, today):
        return False
    if not notice_ids:
        return False
    now = clock.now()
    letter = Letter(
        user_id=user_id, kind=Kind.NOTICES, message_id=letters.new_id(), created_at=now, due_at=now
    )
    db.session.add(letter)
    db.session.flush()
    rows = [{"notice_id": notice_id, "letter_id": letter.id} for notice_id in notice_ids]
    new = (
        insert(Told).on_conflict_do_nothing().returning(Told.notice_id)
    )  # both databases say it in these words
    if db.session.scalars(new, rows).all():
        return True
    db.session.delete(letter)
    return False


def _is_first_today(user_id: int, today: date) -> bool:
    fresh = or_(Subscription.summed_on.is_(None), Subscription.summed_on < today)
    mine = (Subscription.user_id == user_id, Subscription.mode == Mode.DAILY, fresh)
    return rows_changed(update(Subscription).where(*mine).values(summed_on=today)) == 1
