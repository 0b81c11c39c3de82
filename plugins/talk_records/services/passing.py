"""A problem goes on from a talk to the board: in words of its own, and only when both sides agree."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from intranet import audit, clock
from intranet.errors import Conflict, Forbidden
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.sealing import seal, unseal
from plugins.talk_records.models import Passed
from plugins.talk_records.queries.talks import Found
from plugins.talk_records.services.telling import home, tell_people


def propose(found: Found, target: Unit, title: str, measures: Sequence[str], *, by: User) -> Passed:
    """Sealed as long as the other side has not agreed."""
    if not found.is_party:
        raise Forbidden(_("转交问题由谈话双方提出，记录人不能代替。"))
    passed = Passed(talk_id=found.talk.id, target_id=target.id, proposed_by=by.id, proposed_at=clock.now())
    passed.key_id, passed.sealed = "", b""  # the seal needs the number of the row first
    db.session.add(passed)
    db.session.flush()
    seal(passed, {"title": title, "measures": list(measures)})
    _record(found, "pass_on", by)
    tell_people(found.talk, home(found.talk), other_side(found, by.id), "passed")
    return passed


def agree(passed: Passed, found: Found, *, by: User) -> None:
    """From here on title and measures are plain words that the board may take up."""
    if passed.agreed_at is not None:
        raise Conflict(_("对方已经同意，问题已经转交。"))
    if by.id not in other_side(found, passed.proposed_by):
        raise Forbidden(_("转交要由谈话的另一方同意。"))
    words = words_of(passed)
    passed.title, passed.measures = words["title"], words["measures"]
    passed.key_id = passed.sealed = None
    passed.agreed_by, passed.agreed_at = by.id, clock.now()
    _record(found, "agree", by)


def words_of(passed: Passed) -> dict[str, Any]:
    """Title and measures, sealed or not."""
    if passed.agreed_at is not None:
        return {"title": passed.title, "measures": passed.measures or []}
    return unseal(passed)


def other_side(found: Found, user_id: int) -> set[int]:
    """Those on the other side of the table from this person."""
    hosts = {side.user_id for side in found.sides if side.is_host}
    subjects = {side.user_id for side in found.sides if not side.is_host}
    return subjects if user_id in hosts else hosts


def _record(found: Found, deed: str, by: User) -> None:
    subject = f"talk_records_talk:{found.talk.id}"
    audit.record(by, f"talk_records:{deed}", subject, unit=home(found.talk))
