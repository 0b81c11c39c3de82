"""Logging in and out: passwords, and sessions that live on the server."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import Flask, Response, current_app, g, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_user, logout_user
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import joinedload

from intranet import audit, clock, throttle
from intranet import db as transactions
from intranet.errors import Busy, Invalid
from intranet.extensions import db, login_manager
from intranet.models import LoginSession, User
from intranet.organisation import REVISION

# OWASP Password Storage: argon2id with at least 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODY = HASHER.hash("nobody has this account")
"""Checked when the account does not exist, so that the answer takes as long."""
SEEN_EVERY = timedelta(minutes=1)
MIN_PASSWORD = 10


SESSION = (
    select(LoginSession, REVISION.scalar_subquery())
    .where(
        LoginSession.token_hash == bindparam("hash"),
        LoginSession.seen_at >= bindparam("idle"),
        LoginSession.started_at >= bindparam("oldest"),
    )
    .options(joinedload(LoginSession.user, innerjoin=True))
)


# Passwords ---------------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """Raises Invalid when the password is too short to be one."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(_("密码至少 %(length)s 位。", length=MIN_PASSWORD))
    return HASHER.hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


# Login -------------------------------------------------------------------------------------------


def log_in(username: str, password: str, address: str, browser: str | None = None) -> User:
    """Starts a session. Raises TooMany or Invalid; the words do not say whether the account exists.

    The slow check of the password happens between two short transactions, so it holds up nobody.
    """
    user = db.session.scalar(select(User).where(User.username == username))
    known, subject = (user.password_hash, f"core_user:{user.id}") if user else (NOBODY, "")
    user_id = user.id if user else None
    attempt = throttle.a_try(username, address, browser)
    worth_an_entry = throttle.begin(attempt, subject) or bool(user)
    right = _matches(known, password)
    transactions.start_writing()
    person = _locked(user_id)
    if not right or person is None or person.disabled:
        transactions.keep_on_refusal()
        if worth_an_entry:
            audit.record(None, "core:login-refused", subject)
        raise Invalid(_l("工号或密码不对，请检查后再试。忘记密码请联系信息科。"))
    throttle.forgive(attempt)
    _start_session(person, address)
    audit.record(person, "core:login", subject)
    return person


def _locked(user_id: int | None) -> User | None:
    """The account as it is now; who disables it waits until the session is there to be ended."""
    query = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return cast("User | None", db.session.scalar(query.execution_options(populate_existing=True)))


def disable(user: User, *, by: User | None = None) -> None:
    """The person can no longer log in, and is logged out everywhere for good."""
    user.disabled = True
    db.session.flush()  # who is just logging in has the session there by now, or finds it refused
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
    audit.record(by, "core:disable", f"core_user:{user.id}")


def enable(user: User, *, by: User | None = None) -> None:
    """The person may log in again, with the same password."""
    user.disabled = False
    audit.record(by, "core:enable", f"core_user:{user.id}")


# Sessions ----------------------------------------------------------------------------------------


class _Ticket:
    """What Flask-Login puts into the cookie: the session's token, never the person's id."""

    is_active = True

    def __init__(self, token: str) -> None:
        self._token = token

    def get_id(self) -> str:
        return self._token


def _start_session(user: User, address: str) -> None:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        LoginSession(token_hash=_digest(token), user_id=user.id, started_at=now, seen_at=now, address=address)
    )
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(_Ticket(token))


def log_out(user: User) -> None:
    """Ends this session on the server: a copied cookie is worth nothing afterwards."""
    token = session.get("_user_id", "")
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == _digest(token)))
    audit.record(user, "core:logout", f"core_user:{user.id}")
    logout_user()
    session.clear()


def end_old_sessions() -> int:
    """Deletes sessions nobody can use any more. Returns how many."""
    idle, oldest = _limits()
    gone = delete(LoginSession).where((LoginSession.seen_at < idle) | (LoginSession.started_at < oldest))
    return transactions.rows_changed(gone)


def _limits() -> tuple[datetime, datetime]:
    now = clock.now()
    return (
        now - timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"]),
        now - timedelta(hours=current_app.config["SESSION_HOURS"]),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_user(token: str) -> User | None:
    """The person behind a session, if it has not ended; its age is checked at every read."""
    idle, oldest = _limits()
    row = db.session.execute(SESSION, {"hash": _digest(token), "idle": idle, "oldest": oldest}).one_or_none()
    if row is None or row[0].user.disabled:
        return None
    found: LoginSession = row[0]
    g.revision = row[1]
    if clock.now() - found.seen_at > SEEN_EVERY:
        g.seen_session = found.id
    return found.user


def note_seen(response: Response) -> Response:
    """After the request's own transaction: the session was used, written at most once a minute."""
    session_id = g.pop("seen_session", None)
    if session_id is None:
        return response
    try:
        with transactions.transaction():
            seen = update(LoginSession).where(LoginSession.id == session_id)
            db.session.execute(seen.values(seen_at=clock.now()))
    except Busy:
        current_app.logger.info("session %s not marked as seen: database busy", session_id)
    return response


def init_app(app: Flask) -> None:
    """Binds Flask-Login; `note_seen` runs after the transaction of the request has ended."""
    login_manager.init_app(app)
    app.after_request_funcs.setdefault(None, []).insert(0, note_seen)


def address() -> str:
    """The visitor's address as the trusted proxies state it."""
    return request.remote_addr or ""
