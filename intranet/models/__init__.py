"""The core's tables: who there is, what they may do, which plugins are on, what was done, and files."""

from intranet.models.account import LoginCount, LoginSession
from intranet.models.attachment import Attachment
from intranet.models.audit import AuditCheck, AuditEntry, AuditHead
from intranet.models.organisation import OrganisationRevision
from intranet.models.plugin import JobRun, SearchRow, UnitPlugin
from intranet.models.right import Grant, Membership, RolePermission
from intranet.models.unit import Unit, UnitKind
from intranet.models.user import User

__all__ = [
    "Attachment",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "Grant",
    "JobRun",
    "LoginCount",
    "LoginSession",
    "Membership",
    "OrganisationRevision",
    "RolePermission",
    "SearchRow",
    "Unit",
    "UnitKind",
    "UnitPlugin",
    "User",
]
