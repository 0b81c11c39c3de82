"""What people see of their own account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Integer, bindparam, exists, select
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.asking import ask
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from intranet.sessions import limits

SAID = timedelta(days=30)
"""How long a person is told that somebody has given them another password."""


BEFORE = aliased(AuditEntry)
USER = bindparam("user", type_=Integer)
MOST = 5
RESETS = (
    select(AuditEntry.at, User.name)
    .outerjoin(User, User.id == AuditEntry.actor_id)
    .where(
        AuditEntry.subject == bindparam("subject"),
        AuditEntry.action == "core:first-password",
        AuditEntry.at > bindparam("since"),
        exists().where(BEFORE.actor_id == USER, BEFORE.action == "core:login", BEFORE.at < AuditEntry.at),
    )
    .order_by(AuditEntry.at.desc())
    .limit(MOST)
)
"""Every home page asks it, so it is built once."""


def resets_of(user: User) -> list[tuple[datetime, str]]:
    """When and by whom the person was given another password after they had been in, the newest first.

    Each is said: a second one must not hide the first. At the server itself nobody is logged in.
    """
    asked = {"user": user.id, "subject": f"core_user:{user.id}", "since": clock.now() - SAID}
    return [(at, who or _("命令行")) for at, who in ask(RESETS, asked)]


def sessions_of(user: User) -> Sequence[LoginSession]:
    """Where the person is logged in, the last used first."""
    idle, oldest = limits()
    query = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.steps == "")
    query = query.where(LoginSession.seen_at >= idle, LoginSession.started_at >= oldest)
    return db.session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()
