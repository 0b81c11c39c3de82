"""Logging in: the right password, then whatever steps plugins ask for; and accounts that may not."""

from typing import cast

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from intranet import audit, clock, passwords, sessions, throttle
from intranet import db as transactions
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import User
from intranet.plugins import PluginError, ask_every


def log_in(username: str, password: str, address: str, browser: str | None = None) -> None:
    """Starts a session. Raises TooMany or Invalid; the words do not say whether the account exists.

    The slow check of the password happens between two short transactions, so it holds up nobody.
    """
    user = db.session.scalar(select(User).where(User.username == username))
    known, subject = (user.password_hash, f"core_user:{user.id}") if user else (passwords.NOBODY, "")
    user_id = user.id if user else None
    attempt = throttle.a_try(username, address, browser)
    worth_an_entry = throttle.begin(attempt, subject) or bool(user)
    right = passwords.matches(known, password)
    today = passwords.HASHER.hash(password) if right and passwords.HASHER.check_needs_rehash(known) else known
    transactions.start_writing()
    person = _locked(user_id)
    if not right or person is None or person.disabled or person.password_hash != known:
        transactions.keep_on_refusal()
        if worth_an_entry:
            audit.record(None, "core:login-refused", subject)
        raise Invalid(_l("工号或密码不对，请检查后再试。忘记密码请联系信息科。"))
    throttle.forgive(attempt)
    person.password_hash = today
    sessions.start(person, _steps(person))


def _steps(person: User) -> list[str]:
    if person.first_until is not None and person.first_until < clock.now():
        raise Invalid(_l("初始密码已经过期，请联系信息科重新发放。"))
    try:
        pages = ask_every("intranet_login_step", user=person)
    except PluginError as error:
        raise Invalid(_l("登录的下一步现在不能用，为了安全不能登录，请联系信息科。")) from error
    return [page.endpoint for page in sorted(pages, key=lambda page: page.order)]


def _locked(user_id: int | None) -> User | None:
    """The account as it is now; who disables it waits until the session is there to be ended."""
    query = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return cast("User | None", db.session.scalar(query.execution_options(populate_existing=True)))


def disable(user: User, *, by: User | None = None) -> None:
    """The person can no longer log in, and is logged out everywhere for good."""
    user.disabled = True
    db.session.flush()  # who is just logging in has the session there by now, or finds it refused
    sessions.end(user, by=by)
    audit.record(by, "core:disable", f"core_user:{user.id}")


def enable(user: User, *, by: User | None = None) -> None:
    """The person may log in again, with the same password."""
    user.disabled = False
    audit.record(by, "core:enable", f"core_user:{user.id}")
