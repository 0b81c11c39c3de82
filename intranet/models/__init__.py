"""The core's tables: who there is, what they may do, which plugins are on, what was done and told."""

from intranet.models.account import LoginCount, LoginSession
from intranet.models.audit import AuditCheck, AuditEntry, AuditHead
from intranet.models.notice import Notice, SpecialDay
from intranet.models.organisation import OrganisationRevision
from intranet.models.plugin import DueJob, JobRun, UnitPlugin
from intranet.models.right import Grant, Membership, RolePermission
from intranet.models.unit import Unit, UnitKind
from intranet.models.user import User

__all__ = [
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "DueJob",
    "Grant",
    "JobRun",
    "LoginCount",
    "LoginSession",
    "Membership",
    "Notice",
    "OrganisationRevision",
    "RolePermission",
    "SpecialDay",
    "Unit",
    "UnitKind",
    "UnitPlugin",
    "User",
]
