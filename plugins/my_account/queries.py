"""What people see of their own account."""

from collections.abc import Sequence

from sqlalchemy import select

from intranet.extensions import db
from intranet.models import LoginSession, User
from intranet.sessions import limits


def sessions_of(user: User) -> Sequence[LoginSession]:
    """Where the person is logged in, the last used first."""
    idle, oldest = limits()
    query = select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.steps == "")
    query = query.where(LoginSession.seen_at >= idle, LoginSession.started_at >= oldest)
    return db.session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()
