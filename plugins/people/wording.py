"""Words for what the core knows by its code."""

from flask_babel import lazy_gettext as _l

from intranet.contracts import Role, Text
from intranet.models import UnitKind

KINDS: dict[UnitKind, Text] = {
    UnitKind.BUREAU: _l("主管局"),
    UnitKind.HOSPITAL: _l("医院"),
    UnitKind.COMMITTEE: _l("办公室"),
    UnitKind.DEPARTMENT: _l("科室"),
    UnitKind.BRANCH: _l("党支部"),
    UnitKind.GROUP: _l("小组"),
}
ROLES: dict[Role, Text] = {
    Role.RECORDER: _l("干事"),
    Role.HEAD: _l("负责人"),
    Role.LEADER: _l("分管领导"),
    Role.OFFICE: _l("活动办"),
    Role.SUPERVISOR: _l("督导组"),
    Role.SYSTEM: _l("系统管理员"),
    Role.SECURITY: _l("安全管理员"),
    Role.AUDIT: _l("审计管理员"),
}
"""What is granted. A member is whoever has a membership."""
KIND_WORDS: dict[str, UnitKind] = {
    "主管局": UnitKind.BUREAU,
    "医院": UnitKind.HOSPITAL,
    "办公室": UnitKind.COMMITTEE,
    "科室": UnitKind.DEPARTMENT,
    "党支部": UnitKind.BRANCH,
    "小组": UnitKind.GROUP,
}
"""The same in the hospital's Excel file, whatever language its reader speaks."""
