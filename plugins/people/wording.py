"""Words for what the core knows by its code."""

from flask_babel import lazy_gettext as _l

from intranet.contracts import Role, Text
from intranet.models import UnitKind
from intranet.wording import ROLES

KINDS: dict[UnitKind, Text] = {
    UnitKind.BUREAU: _l("主管局"),
    UnitKind.HOSPITAL: _l("医院"),
    UnitKind.COMMITTEE: _l("办公室"),
    UnitKind.DEPARTMENT: _l("科室"),
    UnitKind.BRANCH: _l("党支部"),
    UnitKind.GROUP: _l("小组"),
}
GRANTED = {role: title for role, title in ROLES.items() if role is not Role.MEMBER}
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
