"""Who has a second factor, and who must."""

from sqlalchemy import exists, func, select

from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import AuditEntry, User
from intranet.permissions import places
from plugins.two_factor.models import Demand, Device, RecoveryCode


def device_of(user: User) -> Device | None:
    """The person's authenticator, as it is now."""
    return db.session.get(Device, user.id, populate_existing=True)


def has_device(user: User) -> bool:
    return bool(db.session.scalar(select(exists().where(Device.user_id == user.id))))


def codes_left(user: User) -> int:
    """Recovery codes not used yet."""
    return db.session.scalar(select(func.count()).where(RecoveryCode.user_id == user.id)) or 0


def latest_codes(user: User) -> int:
    """The audit entry of the newest recovery codes: what a page that makes others has seen. 0: none."""
    made = AuditEntry.subject == f"core_user:{user.id}", AuditEntry.action == "two_factor:codes"
    return db.session.scalar(select(func.max(AuditEntry.id)).where(*made)) or 0


def demanded_roles() -> frozenset[Role]:
    """Roles whose people must use a second factor."""
    return frozenset(db.session.scalars(select(Demand.role)))


def is_demanded(user: User) -> bool:
    """Whether one of the person's roles, in whatever unit, demands it."""
    return not demanded_roles().isdisjoint(place.role for place in places(user))


def count() -> int:
    """People who use a second factor."""
    return db.session.scalar(select(func.count()).select_from(Device)) or 0
