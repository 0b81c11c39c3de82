"""Telling people of a talk: that it is there, where it opens for them, and never a word of it."""

from collections.abc import Iterable

from sqlalchemy import select

from intranet.extensions import db
from intranet.gate import door
from intranet.models import Unit, User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.web import path_to
from plugins.talk_records.models import Talk
from plugins.talk_records.queries.talks import PLUGIN


def tell_people(talk: Talk, unit: Unit, people: Iterable[int | None], kind: str, **values: object) -> None:
    """Once for the same version of the talk."""
    wanted = {person for person in people if person}
    for user in db.session.scalars(select(User).where(User.id.in_(wanted)).order_by(User.id)):
        at = door(user, unit, PLUGIN)
        if at is not None:
            url = path_to("talk_records.talk", unit=at.code, talk_id=talk.id)
            tell([user.id], f"talk_records:{kind}", url, at, once=talk.version, **values)


def home(talk: Talk) -> Unit:
    return organisation().by_id[talk.unit_id]
