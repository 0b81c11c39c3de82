"""The core's tables: who there is, what they may do, which plugins are on, and what was done."""

from intranet.models.account import LoginCount, LoginSession
from intranet.models.audit import AuditCheck, AuditEntry, AuditHead, AuditSegment
from intranet.models.organisation import OrganisationRevision
from intranet.models.plugin import JobRun, UnitPlugin
from intranet.models.right import Grant, Membership, RolePermission
from intranet.models.unit import Unit, UnitKind
from intranet.models.user import User

__all__ = [
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "AuditSegment",
    "Grant",
    "JobRun",
    "LoginCount",
    "LoginSession",
    "Membership",
    "OrganisationRevision",
    "RolePermission",
    "Unit",
    "UnitKind",
    "UnitPlugin",
    "User",
]
