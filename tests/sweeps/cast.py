"""Who is who in the demonstration, written out once more: a sweep must not ask the code it judges."""

from intranet.contracts import Role

EVERYWHERE = {"hospital", "nk1", "wk1"}
ENTERS: dict[str | None, set[str]] = {
    None: set(),
    "member": {"nk1"},
    "recorder": {"nk1"},
    "head": {"nk1"},
    "leader": EVERYWHERE,
    "office": EVERYWHERE,
    "supervisor": EVERYWHERE,
    "system": set(),
    "security": set(),
    "audit": set(),
    "stranger": {"wk1"},
}
"""Of the hospital and two of its departments, those each may enter."""
IS: dict[str | None, set[Role]] = {
    "member": {Role.MEMBER},
    "recorder": {Role.MEMBER, Role.RECORDER},
    "head": {Role.MEMBER, Role.HEAD},
    "leader": {Role.LEADER},
    "office": {Role.OFFICE},
    "supervisor": {Role.SUPERVISOR},
    "system": {Role.SYSTEM},
    "security": {Role.SECURITY},
    "audit": {Role.AUDIT},
    "stranger": {Role.MEMBER, Role.HEAD},
}
"""What each is where they may enter; the last three are it everywhere."""
