"""Moving permissions between roles."""

from sqlalchemy import delete

from intranet import audit
from intranet.contracts import Permission, Role
from intranet.extensions import db
from intranet.models import RolePermission, User


def move(permission: Permission, role: Role, *, allowed: bool, by: User) -> None:
    """Gives or takes a permission. A word that repeats the plugin's default is not kept."""
    # the audit entry first: whoever is second waits here
    audit.record(by, "people:permission", permission.name, role=role, allowed=allowed)
    here = (RolePermission.permission == permission.name, RolePermission.role == role)
    db.session.execute(delete(RolePermission).where(*here))
    if allowed != (role in permission.default):
        db.session.add(RolePermission(permission=permission.name, role=role, allowed=allowed))
