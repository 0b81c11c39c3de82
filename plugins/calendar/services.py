"""Making and revoking the secret address of a person's deadlines."""

import secrets
from datetime import timedelta

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import delete, update

from intranet import audit, clock
from intranet.db import rows_changed, write_when_sent
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import User
from plugins.calendar.models import Feed
from plugins.calendar.queries import IS_GOOD, digest

NOTED_EVERY = timedelta(minutes=10)


def make(*, titles: bool, by: User) -> str:
    """A new address; the one before it is worth nothing any more. Returns its token, to be shown once."""
    audit.record(by, "calendar:make", f"core_user:{by.id}", titles=titles)  # whoever is second waits here
    db.session.execute(delete(Feed).where(Feed.user_id == by.id))
    token = secrets.token_urlsafe(32)
    db.session.add(Feed(user_id=by.id, token_hash=digest(token), titles=titles, made_at=clock.now()))
    db.session.flush()
    return token


def choose(*, titles: bool, by: User) -> None:
    """What the present address sends from now on."""
    chosen = update(Feed).where(Feed.user_id == by.id, IS_GOOD)
    if not rows_changed(chosen.values(titles=titles)):
        raise Conflict(_("订阅地址已经停用，请重新生成。"))
    audit.record(by, "calendar:content", f"core_user:{by.id}", titles=titles)


def revoke(*, by: User) -> None:
    """The address opens nothing from now on."""
    if rows_changed(delete(Feed).where(Feed.user_id == by.id)):
        audit.record(by, "calendar:revoke", f"core_user:{by.id}")


def note_reading(feed: Feed, response: Response) -> None:
    """That the feed was read now, once the answer is out and at most once in a while."""
    now = clock.now()
    if feed.read_at is None or now - feed.read_at >= NOTED_EVERY:
        here = update(Feed).where(Feed.user_id == feed.user_id, Feed.token_hash == feed.token_hash)
        write_when_sent(response, here.values(read_at=now))
