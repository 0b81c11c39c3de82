"""What every deed on a session leaves behind: an audit entry, an event, an entry for search, notices."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select

from intranet import audit, clock, search
from intranet.contracts import SearchEntry
from intranet.extensions import db
from intranet.models import User
from intranet.notices import tell
from intranet.organisation import organisation
from intranet.web import path_to
from plugins.study_logs.models import Event, Session

KIND = "study_logs:session"


def record(session: Session, deed: str, *, by: User, **detail: object) -> None:
    unit = organisation().by_id.get(session.unit_id)
    audit.record(by, f"study_logs:{deed}", f"study_logs_session:{session.id}", unit=unit, **detail)


def remember(session: Session, *, by: User, note: str = "") -> None:
    """The step that has just been taken."""
    event = Event(session_id=session.id, at=clock.now(), user_id=by.id, stage=session.stage, note=note)
    db.session.add(event)


def let_find(session: Session) -> None:
    """Called where the words of a session have changed."""
    search.put(*_entries(_texts().where(Session.id == session.id)))


def entries() -> Iterator[SearchEntry]:
    """Every session of the site, the oldest first."""
    return _entries(_texts().execution_options(yield_per=1000))


def _texts() -> Select[*tuple[Any, ...]]:
    words = (Session.title, Session.content, Session.speaker, Session.host)
    query = select(Session.id, Session.unit_id, Session.opened_at, *words)
    return query.order_by(Session.opened_at, Session.id)


def _entries(texts: Select[*tuple[Any, ...]]) -> Iterator[SearchEntry]:
    for session_id, unit_id, at, title, *words in db.session.execute(texts):
        yield SearchEntry(KIND, str(session_id), unit_id, title, "\n".join(filter(None, words)), at)


def tell_about(
    session: Session, people: Iterable[tuple[int, int]], kind: str, once: object, **words: object
) -> None:
    """Each person under their own unit, where the page opens for them: pairs of person and unit."""
    by_unit: dict[int, list[int]] = {}
    for user_id, unit_id in people:
        by_unit.setdefault(unit_id, []).append(user_id)
    for unit_id, users in by_unit.items():
        if unit := organisation().by_id.get(unit_id):
            url = path_to("study_logs.session", unit=unit.code, session_id=session.id)
            tell(users, f"study_logs:{kind}", url, unit, once=once, title=session.title, **words)
