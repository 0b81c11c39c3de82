"""Units, people and rights: the few verbs that set a site up."""

import re
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import exists, or_, select

from intranet import audit, permissions
from intranet.contracts import ADMINISTRATORS, Role
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, UnitKind, User
from intranet.passwords import hash_password

CODE = re.compile(r"[a-z][a-z0-9-]{0,31}")
Days = tuple[date | None, date | None]
ALWAYS: Days = (None, None)


def add_unit(
    code: str, name: str, kind: UnitKind, parent: Unit | None = None, *, by: User | None = None
) -> Unit:
    """A new unit below `parent`. Raises Invalid for a code that is taken or would hide a page of the core."""
    check_code(code)
    unit = Unit(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
    unit.path = f"new-{code}"
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else ''}{unit.id}/"
    db.session.flush()
    audit.record(by, "core:unit", f"core_unit:{unit.id}", unit=unit)
    return unit


def check_code(code: str) -> None:
    """A code stands in the address bar: ASCII, unique, and no word the core already uses there."""
    if not CODE.fullmatch(code):
        raise Invalid(_("单位代码只能用小写字母、数字和短横线，并以字母开头：%(code)s", code=code))
    if code in core_words():
        raise Invalid(_("单位代码 %(code)s 是系统页面的地址，请换一个。", code=code))
    if db.session.scalar(select(exists().where(Unit.code == code))):
        raise Invalid(_("单位代码 %(code)s 已经有单位在用。", code=code))


def core_words() -> set[str]:
    """First parts of the core's own addresses."""
    firsts = {rule.rule.split("/")[1] for rule in current_app.url_map.iter_rules()}
    return {first for first in firsts if first and not first.startswith("<")}


def unit_called(code: str) -> Unit:
    """The unit with this code. Raises Invalid."""
    unit = db.session.scalar(select(Unit).where(Unit.code == code))
    if unit is None:
        raise Invalid(_("没有代码为 %(code)s 的单位。", code=code))
    return unit


def add_person(username: str, name: str, password: str, *, hashed: str = "", by: User | None = None) -> User:
    """A new account. `hashed` spares the slow hash where many share one password (the demo)."""
    if db.session.scalar(select(exists().where(User.username == username))):
        raise Invalid(_("工号 %(username)s 已经有账号。", username=username))
    user = User(username=username, name=name, password_hash=hashed or hash_password(password))
    db.session.add(user)
    db.session.flush()
    audit.record(by, "core:person", f"core_user:{user.id}")
    return user


def person_called(username: str) -> User:
    """The person with this user name. Raises Invalid."""
    user: User | None = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise Invalid(_("没有工号为 %(username)s 的账号。", username=username))
    return user


def join(user: User, unit: Unit, title: str = "", days: Days = ALWAYS, *, by: User | None = None) -> None:
    """The person works in the unit from the first of these days to the last."""
    _keep_apart(user, None)
    place = Membership(user_id=user.id, unit_id=unit.id, title=title, starts_on=days[0], ends_on=days[1])
    db.session.add(place)
    db.session.flush()
    audit.record(
        by, "core:join", f"core_user:{user.id}", unit=unit, title=title, starts=days[0], ends=days[1]
    )
    permissions.forget_places()


def grant(user: User, role: Role, unit: Unit, days: Days = ALWAYS, *, by: User | None = None) -> Grant:
    """Gives a role over a unit and all under it. The three administrators exclude every other role."""
    kind = _keep_apart(user, role)
    same = (Grant.user_id == user.id, Grant.unit_id == unit.id, Grant.role == role)
    if db.session.scalar(select(exists().where(*same))):
        raise Invalid(_("此人已有这项授权，也可能还没开始或已经结束。请在授权列表里查看，要改期先收回。"))
    held = Grant(user_id=user.id, unit_id=unit.id, role=role, administers=kind)
    held.starts_on, held.ends_on = days
    db.session.add(held)
    db.session.flush()
    audit.record(by, "core:grant", f"core_user:{user.id}", unit=unit, role=role, starts=days[0], ends=days[1])
    permissions.forget_places()
    return held


def _keep_apart(user: User, role: Role | None) -> str:
    """An account is one administrator's or it works in units, for good. The second request waits here."""
    db.session.refresh(user, with_for_update=True)
    kind = str(role) if role in ADMINISTRATORS else ""
    held = select(or_(*(exists().where(table.user_id == user.id) for table in (Membership, Grant))))
    if kind != user.administers and (user.administers or db.session.scalar(held)):
        raise Invalid(_("系统、安全、审计管理员不能兼任其他角色，也不能是科室成员。请另开一个账号。"))
    user.administers = kind
    db.session.flush()
    return kind
