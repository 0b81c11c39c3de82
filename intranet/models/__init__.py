"""The core's tables: people, units, rights, plugins, what was done and told, files."""

from intranet.extensions import Base
from intranet.models.account import LoginCount, LoginSession
from intranet.models.attachment import Attachment
from intranet.models.audit import AuditCheck, AuditEntry, AuditHead, AuditSegment
from intranet.models.notice import Notice, SpecialDay
from intranet.models.organisation import OrganisationRevision
from intranet.models.plugin import DueJob, JobRun, SearchRow, UnitPlugin
from intranet.models.right import Grant, Membership, RolePermission
from intranet.models.unit import Unit, UnitKind
from intranet.models.user import User

IN_ORGANISATION: tuple[type[Base], ...] = (Unit, UnitPlugin, RolePermission)
"""What `intranet.organisation` keeps. The database session must hear of every statement that changes it."""

__all__ = [
    "IN_ORGANISATION",
    "Attachment",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "AuditSegment",
    "DueJob",
    "Grant",
    "JobRun",
    "LoginCount",
    "LoginSession",
    "Membership",
    "Notice",
    "OrganisationRevision",
    "RolePermission",
    "SearchRow",
    "SpecialDay",
    "Unit",
    "UnitKind",
    "UnitPlugin",
    "User",
]
