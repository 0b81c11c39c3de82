"""What people see of their own account."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from intranet import clock
from intranet.extensions import db
from intranet.models import AuditEntry, LoginSession, User
from intranet.sessions import limits

SAID = timedelta(days=30)
"""How long a person is told that somebody has given them another password."""


def reset_of(user: User) -> tuple[datetime, str] | None:
    """When and by whom the person was last given another password, if they had been in before."""
    before = aliased(AuditEntry)
    here = AuditEntry.subject == f"core_user:{user.id}", AuditEntry.action == "core:first-password"
    was_in = exists().where(
        before.actor_id == user.id, before.action == "core:login", before.at < AuditEntry.at
    )
    query = select(AuditEntry.at, User.name).join(User, User.id == AuditEntry.actor_id)
    query = query.where(*here, was_in, AuditEntry.at > clock.now() - SAID).order_by(AuditEntry.at.desc())
    row = db.session.execute(query.limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def sessions_of(user: User) -> Sequence[LoginSession]:
    """Where the person is logged in, the last used first."""
    idle, oldest = limits()
    query = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.steps == "")
    query = query.where(LoginSession.seen_at >= idle, LoginSession.started_at >= oldest)
    return db.session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()
