"""A problem goes on from a talk to the board: in words of its own, and only when all at the table agree."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from intranet import audit, clock
from intranet.errors import Conflict, Forbidden
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.sealing import seal, unseal
from plugins.talk_records.models import Agreement, Passed
from plugins.talk_records.queries.passed import agreed_people
from plugins.talk_records.queries.talks import Found
from plugins.talk_records.services.telling import home, tell_people


def propose(found: Found, target: Unit, title: str, measures: Sequence[str], *, by: User) -> Passed:
    """Sealed as long as somebody has not agreed."""
    if not found.is_party:
        raise Forbidden(_("转交问题由谈话双方提出，记录人不能代替。"))
    passed = Passed(talk_id=found.talk.id, target_id=target.id, proposed_by=by.id, proposed_at=clock.now())
    passed.key_id, passed.sealed = "", b""  # the seal needs the number of the row first
    db.session.add(passed)
    db.session.flush()
    seal(passed, {"title": title, "measures": list(measures)})
    _record(found, "pass_on", by)
    tell_people(found.talk, home(found.talk), others_of(found, by.id), "passed")
    return passed


def agree(passed: Passed, found: Found, *, by: User) -> None:
    """With the last word of the others title and measures are plain, and the board may take them up."""
    if passed.agreed_at is not None:
        raise Conflict(_("都已经同意，问题已经转交。"))
    if by.id not in others_of(found, passed.proposed_by):
        raise Forbidden(_("转交要由谈话的其他人同意。"))
    if by.id in agreed_people([passed]).get(passed.id, set()):
        raise Conflict(_("您已经同意过。"))
    db.session.add(Agreement(passed_id=passed.id, user_id=by.id, agreed_at=clock.now()))
    db.session.flush()
    _record(found, "agree", by)
    if not still_asked(passed, found):
        _open(passed, by)


def withdraw(passed: Passed, found: Found, *, by: User) -> None:
    """Taken back by who proposed it, or refused by another at the table: the words are gone."""
    if passed.agreed_at is not None:
        raise Conflict(_("都已经同意，问题已经转交。"))
    if not found.is_party:
        raise Forbidden(_("转交问题由谈话双方决定，记录人不能代替。"))
    db.session.delete(passed)
    _record(found, "withdraw", by)
    tell_people(found.talk, home(found.talk), others_of(found, by.id), "withdrawn", who=by.name)


def still_asked(passed: Passed, found: Found) -> set[int]:
    """Whose word is still missing."""
    return others_of(found, passed.proposed_by) - agreed_people([passed]).get(passed.id, set())


def _open(passed: Passed, by: User) -> None:
    words = words_of(passed)
    passed.title, passed.measures = words["title"], words["measures"]
    passed.key_id = passed.sealed = None
    passed.agreed_by, passed.agreed_at = by.id, clock.now()


def words_of(passed: Passed) -> dict[str, Any]:
    """Title and measures, sealed or not."""
    if passed.agreed_at is not None:
        return {"title": passed.title, "measures": passed.measures or []}
    return unseal(passed)


def others_of(found: Found, user_id: int) -> set[int]:
    """Everybody at the table but this person: each has said something that could go on."""
    return {side.user_id for side in found.sides} - {user_id}


def _record(found: Found, deed: str, by: User) -> None:
    subject = f"talk_records_talk:{found.talk.id}"
    audit.record(by, f"talk_records:{deed}", subject, unit=home(found.talk))
