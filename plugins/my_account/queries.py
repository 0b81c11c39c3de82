"""What people see of their own account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, exists, select
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from intranet.sessions import limits

SAID = timedelta(days=30)
"""How long a person is told that somebody has given them another password."""


BEFORE = aliased(AuditEntry)
USER = bindparam("user", type_=Integer)
RESET = (
    select(AuditEntry.at, User.name)
    .join(User, User.id == AuditEntry.actor_id)
    .where(
        AuditEntry.subject == bindparam("subject"),
        AuditEntry.action == "core:first-password",
        AuditEntry.at > bindparam("since"),
        exists().where(BEFORE.actor_id == USER, BEFORE.action == "core:login", BEFORE.at < AuditEntry.at),
    )
    .order_by(AuditEntry.at.desc())
    .limit(1)
)
"""Every home page asks it, so it is built once."""


def reset_of(user: User) -> tuple[datetime, str] | None:
    """When and by whom the person was last given another password, if they had been in before."""
    asked = {"user": user.id, "subject": f"core_user:{user.id}", "since": clock.now() - SAID}
    row = db.session.execute(RESET, asked).one_or_none()
    return (row[0], row[1]) if row else None


def sessions_of(user: User) -> Sequence[LoginSession]:
    """Where the person is logged in, the last used first."""
    idle, oldest = limits()
    query = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.steps == "")
    query = query.where(LoginSession.seen_at >= idle, LoginSession.started_at >= oldest)
    return db.session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()
