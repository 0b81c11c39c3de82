"""What people do with their own account."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from intranet import audit, clock, passwords, sessions, throttle
from intranet.db import keep_on_refusal, start_writing
from intranet.errors import Invalid, NotFound
from intranet.models import LoginSession, User
from intranet.wording import sentences
from plugins.my_account import policy

TOO_MANY = _l("现在的密码输错次数过多，请 %(wait)s 分钟后再试。")


def change_password(user: User, old: str, new: str) -> None:
    """The person's own new password. All their other sessions end, and this one goes on under a new token.

    Wrong present passwords count as at the login, but for this session alone: nobody else can make it wait.
    """
    here, subject = sessions.here(), f"core_user:{user.id}"
    attempt = throttle.a_try(user.username, "", here.token_hash if here else "nowhere", "own password")
    throttle.begin(attempt, subject, TOO_MANY)
    hashed, broken = _looked_at(user, old, new)
    start_writing()
    if broken or not hashed:
        keep_on_refusal()
    if not hashed:
        audit.record(user, "my_account:refused", subject)
        raise Invalid(_("现在的密码不对，请检查后再试。"))
    throttle.forgive(attempt)
    if broken:
        raise Invalid(sentences(broken))
    _keep(user, hashed)
    sessions.go_on(alone=True)


def _looked_at(user: User, old: str, new: str) -> tuple[str, list[str]]:
    """All the slow work: the new hash, if the present password is right, and the rules the new one breaks."""
    if not passwords.matches(user.password_hash, old):
        return "", []
    return passwords.HASHER.hash(new), [rule.sentence for rule in policy.rules(user) if not rule.holds(new)]


def _keep(user: User, hashed: str) -> None:
    user.old_passwords, user.password_hash = policy.used_before(user), hashed
    user.password_set_at, user.first_until = clock.now(), None
    audit.record(user, "my_account:password", f"core_user:{user.id}")


def end(user: User, which: ColumnElement[bool]) -> None:
    """Ends some of the person's own sessions. Raises NotFound when none of them is theirs."""
    if not sessions.end(user, which, by=user):
        raise NotFound(_("这个登录已经结束了，或者不是您的。"))


def others() -> ColumnElement[bool]:
    """All sessions but the one at hand."""
    here = sessions.here()
    return LoginSession.id != (here.id if here else 0)
