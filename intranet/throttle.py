"""Guessing passwords is slow, for an account and from an address, and shuts nobody else out.

A wrong try counts for the account at its place, for the account anywhere and for the address. Who has had the
limit at one place waits there. Where an account or an address has seen very many, a place has one try
instead of the limit: still enough for the person who knows the password. The place is the address, but for
an account that has been used in this browser before it is the browser, whatever others do at the address.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Integer, bindparam, delete, text, update

from intranet import audit, clock
from intranet.contracts import Text
from intranet.db import rows_changed, transaction
from intranet.errors import TooMany
from intranet.extensions import UtcDateTime, db
from intranet.models import LoginCount

MANY = 12
"""Times the limit: what an account or an address may see in one window before it becomes strict."""
KNOWN_PEOPLE = 30
"""Accounts a browser is known for; a ward's computer serves a whole shift."""

COUNT = (
    text(
        "INSERT INTO core_login_count AS old (key, started_at, tries, told) VALUES (:key, :now, 1, false) "
        "ON CONFLICT (key) DO UPDATE SET "
        "tries = CASE WHEN old.started_at > :since THEN old.tries + 1 ELSE 1 END, "
        "told = old.told AND old.started_at > :since, "
        "started_at = CASE WHEN old.started_at > :since THEN old.started_at ELSE excluded.started_at END "
        "RETURNING tries, started_at"
    )
    .bindparams(bindparam("now", type_=UtcDateTime), bindparam("since", type_=UtcDateTime))
    .columns(tries=Integer, started_at=UtcDateTime)
)
"""One statement, so that of any number of tries at the same moment each gets its own number."""

TOO_MANY = _l("密码错误次数过多，请 %(wait)s 分钟后再试，或用您登录过的电脑登录。")


@dataclass(frozen=True, slots=True)
class Try:
    """What one try counts under: hashes, because people type passwords into the name field, too."""

    place: str
    account: str | None = None
    address: str | None = None


def a_try(username: str, address: str, browser: str | None, what: str = "password") -> Try:
    """`what` is guessed: names typed at the login must not use up somebody's tries at another door."""
    if browser:
        return Try(_hash(what, "browser", username, browser))
    place = _hash(what, "place", username, address)
    return Try(place, _hash(what, "account", username), _hash(what, "address", address))


def begin(attempt: Try, subject: str, sentence: Text = TOO_MANY) -> bool:
    """Counts a try before the password is looked at. Raises TooMany; it is audited once a window.

    `sentence` has a place for `wait`, in minutes.

    Returns whether the address has seen few tries: names that do not exist are worth an entry only then.
    """
    limit: int = current_app.config["LOGIN_ATTEMPTS"]
    with transaction():
        tries, started_at = _count(attempt.place)
        others = [attempt.address, attempt.account] if tries <= limit else []
        wide = [_count(key)[0] for key in others if key]
        few = all(count <= limit * MANY for count in wide)
        refused = tries > (limit if few else 1)
        if refused and _is_news(attempt.place if subject else attempt.address):
            audit.record(None, "core:login-throttled", subject)
    if refused:
        raise TooMany(str(sentence) % {"wait": _minutes_left(started_at)})
    return not wide or wide[0] <= limit * MANY


def forgive(attempt: Try) -> None:
    """The password was right: the try does not count, nor do this person's earlier ones at this place."""
    db.session.execute(delete(LoginCount).where(LoginCount.key == attempt.place))
    for key in (attempt.address, attempt.account):
        one_less = update(LoginCount).where(LoginCount.key == key, LoginCount.tries > 0)
        db.session.execute(one_less.values(tries=LoginCount.tries - 1))


def forget_old() -> int:
    """Deletes counts whose window is over. Returns how many."""
    return rows_changed(delete(LoginCount).where(LoginCount.started_at <= _window_start()))


def _count(key: str) -> tuple[int, datetime]:
    """The number of this try in its window, and when the window began."""
    row = db.session.execute(COUNT, {"key": key, "now": clock.now(), "since": _window_start()}).one()
    return row.tries, row.started_at


def _is_news(key: str | None) -> bool:
    told = update(LoginCount).where(LoginCount.key == key, LoginCount.told.is_(False))
    return rows_changed(told.values(told=True)) == 1


def _window() -> timedelta:
    return timedelta(minutes=current_app.config["LOGIN_WAIT_MINUTES"])


def _window_start() -> datetime:
    return clock.now() - _window()


def _minutes_left(started_at: datetime) -> int:
    """Of the window, counting one that has begun."""
    return -((clock.now() - started_at - _window()) // timedelta(minutes=1))


def _hash(*parts: str) -> str:
    return hmac.digest(current_app.config["SECRET_KEY"], "\0".join(parts).encode(), "sha256").hex()


# The browser's cookie ----------------------------------------------------------------------------


def browser_for(username: str, cookie: str | None) -> str | None:
    """The browser that showed this cookie, if the account has been used in it."""
    browser, people = _read(cookie)
    return browser if _mark(username) in people else None


def cookie_with(username: str, cookie: str | None) -> str:
    """The browser's next cookie, once this account has been used in it."""
    browser, people = _read(cookie)
    others = [person for person in people if person != _mark(username)]
    return _signer().dumps([browser, [*others, _mark(username)][-KNOWN_PEOPLE:]])


def _read(cookie: str | None) -> tuple[str, list[str]]:
    try:
        browser, people = _signer().loads(cookie or "")
    except BadSignature:
        return secrets.token_urlsafe(16), []
    return browser, people


def _mark(username: str) -> str:
    return _hash("person", username)[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browser")
