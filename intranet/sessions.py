"""Sessions live on the server: the cookie holds a token, the database its SHA-256 and how far the login is.

After the right password a session may still owe steps that plugins ask for. Until they are passed it opens
nothing but the next of them: for all other pages nobody is logged in.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Flask, Response, current_app, g, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, String, bindparam, cast, delete, func, select, update

from intranet import audit, clock
from intranet.asking import ask, attached, columns_of
from intranet.contracts import ADMINISTRATORS
from intranet.db import rows_changed, write_when_sent
from intranet.errors import Conflict, Invalid
from intranet.extensions import db, login_manager, read_once
from intranet.models import LoginSession, Notice, User
from intranet.organisation import HELD_TODAY, REVISION
from intranet.permissions import held, me, places
from intranet.web import safe_next

SEEN_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=5)
STEPS_WITHIN = timedelta(minutes=10)


class Login(NamedTuple):
    """The session of a request, as it was when the request began."""

    id: int
    user_id: int
    token_hash: str
    started_at: datetime
    seen_at: datetime
    steps: str


ABOUT = cast(Notice.unit_id, String).concat(":").concat(Notice.plugin)
NEW = (
    select(ABOUT.label("about"), func.count().label("number"))
    .where(Notice.user_id == LoginSession.user_id, Notice.read_at.is_(None))
    .group_by(Notice.unit_id, Notice.plugin)
    .correlate(LoginSession)
    .subquery()
)
NUMBERED = NEW.c.about.concat(":").concat(cast(NEW.c.number, String))
UNREAD = select(func.aggregate_strings(NUMBERED, ",")).scalar_subquery()
OF_LOGIN = [getattr(LoginSession, name) for name in Login._fields]
OF_PERSON = columns_of(User)
# All that every page begins with: who asks, with which roles, of which units, and what is new to them.
SESSION = (
    select(held(LoginSession.user_id.expression), REVISION.scalar_subquery(), UNREAD, *OF_LOGIN)
    .add_columns(*OF_PERSON)
    .join_from(User, LoginSession, LoginSession.user_id == User.id)
    .where(
        LoginSession.token_hash == bindparam("hash"),
        LoginSession.seen_at >= bindparam("idle"),
        LoginSession.started_at >= bindparam("oldest"),
    )
)


def init_app(app: Flask) -> None:
    """Binds Flask-Login; what protects its cookies our sessions do not need."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    app.after_request_funcs.setdefault(None, []).insert(0, note_seen)


# Beginning and ending ----------------------------------------------------------------------------


def start(user: User, steps: Iterable[str]) -> None:
    """A session under a new token; the one before it ends. A first password never makes a whole one."""
    row = LoginSession(user_id=user.id, steps=" ".join(steps), browser=request.user_agent.string[:200])
    if not row.steps and user.first_until is not None:
        raise Invalid(_l("用初始密码登录后要先换密码，但换密码的页面现在不能用，请联系信息科。"))
    if before := here():
        rows_changed(delete(LoginSession).where(LoginSession.id == before.id))
    token, now, language = secrets.token_urlsafe(32), clock.now(), session.get("language")
    row.token_hash, row.address = _digest(token), request.remote_addr or ""
    row.started_at = row.seen_at = now
    db.session.add(row)
    db.session.flush()
    _take_up({"_user_id": token, "_fresh": True, **({"language": language} if language else {})})
    audit.record(user, "core:login-step" if row.steps else "core:login", f"core_user:{user.id}")


def go_on(*, alone: bool = False) -> None:
    """The step at hand is done: the login goes on under a new token. `alone`: all the person's others end."""
    before, user = here(), visitor()
    which = LoginSession.user_id == user.id if alone else LoginSession.id == (before.id if before else 0)
    if before is None or not rows_changed(delete(LoginSession).where(which)):
        raise Conflict(_l("这次登录已经结束，请重新登录。"))
    start(user, before.steps.split()[1:])


def end(user: User, *which: ColumnElement[bool], by: User | None) -> int:
    """Logs the person out everywhere, or where `which` says. Returns in how many places."""
    gone = rows_changed(delete(LoginSession).where(LoginSession.user_id == user.id, *which))
    if gone:
        audit.record(by, "core:end-sessions", f"core_user:{user.id}", count=gone)
    return gone


def log_out() -> None:
    """Ends this session on the server: a copied cookie is worth nothing afterwards."""
    if found := here():
        audit.record(visitor(), "core:logout", f"core_user:{found.user_id}")
        rows_changed(delete(LoginSession).where(LoginSession.id == found.id))
    _take_up({})


def end_old() -> int:
    """Deletes sessions nobody can use any more. Returns how many."""
    idle, oldest = limits()
    gone = delete(LoginSession).where((LoginSession.seen_at < idle) | (LoginSession.started_at < oldest))
    return rows_changed(gone)


def _take_up(cookie: dict[str, object]) -> None:
    """From here on this request, too, is made by whom the new cookie says."""
    session.clear()
    session.update(cookie)
    g.pop("_login_user", None)
    g.pop("login_session", None)


# Asking ------------------------------------------------------------------------------------------


def here() -> Login | None:
    """The session of this request, also one that still owes a step."""
    return g.get("login_session") if current_user else None  # asking for the user looks it up


def visitor() -> User:
    """Who is logged in or on the way there: behind a login or the mark `for_step`."""
    found = here()
    return db.session.get_one(User, found.user_id) if found and found.steps else me()


def owed() -> str | None:
    """The endpoint this login must pass next."""
    found = here()
    return found.steps.split()[0] if found and found.steps else None


def way_on() -> str:
    """Where a login goes from here: its next step, or the page one wanted."""
    target, step = safe_next(request.args.get("next")), owed()
    return url_for(step, next=target) if step else target


def fresh() -> bool:
    """Whether the password was typed a moment ago."""
    found = here()
    return bool(found and (found.steps or clock.now() - found.started_at <= FRESH))


def limits() -> tuple[datetime, datetime]:
    """When a session must have been used, and begun, to be good now."""
    now, limit = clock.now(), current_app.config
    return now - timedelta(minutes=limit["SESSION_IDLE_MINUTES"]), now - timedelta(
        hours=limit["SESSION_HOURS"]
    )


def look_only() -> None:
    """A page left open has asked, and nobody uses it: this request does not keep the login alive."""
    g.pop("seen_session", None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_user(token: str) -> User | None:
    """The person behind a session, if it has not ended; its age is checked at every read."""
    idle, oldest = limits()
    asked = {"hash": _digest(token), "idle": idle, "oldest": oldest, "today": clock.today()}
    rows = ask(SESSION, asked)
    if not rows or (user := attached(User, rows[0][-len(OF_PERSON) :])).disabled:
        return None
    held_today, revision, unread, *about = rows[0][: -len(OF_PERSON)]
    found = Login(*about)
    read_once().update({HELD_TODAY: {user.id: held_today}, "revision": revision})
    if _ends_early(found, user):
        return None
    if clock.now() - found.seen_at > SEEN_EVERY:
        g.seen_session = found.id
    g.unread, g.login_session = unread, found
    return None if found.steps else user


def _ends_early(found: Login, user: User) -> bool:
    """A login half done lasts minutes, and an idle administrator's is not kept as long as others."""
    if found.steps:
        return clock.now() - found.started_at > STEPS_WITHIN
    idle = timedelta(minutes=current_app.config["ADMIN_IDLE_MINUTES"])
    return clock.now() - found.seen_at > idle and any(place.role in ADMINISTRATORS for place in places(user))


def note_seen(response: Response) -> Response:
    """Once the answer is sent: the session was used. At most once a minute, and not if that has to wait."""
    if session_id := g.pop("seen_session", None):
        seen = update(LoginSession).where(LoginSession.id == session_id)
        write_when_sent(response, seen.values(seen_at=clock.now()))
    return response
