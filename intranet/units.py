"""Units, people and rights: the few verbs that set a site up."""

import re
from datetime import date
from typing import TypeVar

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from intranet import audit, clock, permissions
from intranet.accounts import hash_password
from intranet.contracts import ADMINISTRATORS, Role
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Grant, Membership, Unit, UnitKind, User

CODE = re.compile(r"[a-z][a-z0-9-]{0,31}")
Days = tuple[date | None, date | None]
"""The first and the last day something counts; None leaves that side open."""
ALWAYS: Days = (None, None)
Row = TypeVar("Row", Membership, Grant)


def add_unit(
    code: str, name: str, kind: UnitKind, parent: Unit | None = None, *, by: User | None = None
) -> Unit:
    """A new unit, the last below `parent`. Raises Invalid for a code that is taken or would hide a page."""
    check_code(code)
    unit = Unit(code=code, name=name, kind=kind, parent_id=parent.id if parent else None)
    unit.position = last_position(parent.id if parent else None) + 1
    unit.path = f"new-{code}"
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else ''}{unit.id}/"
    db.session.flush()
    audit.record(by, "core:unit", f"core_unit:{unit.id}", unit=unit)
    return unit


def last_position(parent_id: int | None) -> int:
    """Where the last unit right below the parent stands."""
    return db.session.scalar(select(func.max(Unit.position)).where(Unit.parent_id == parent_id)) or 0


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


def join(
    user: User, unit: Unit, title: str = "", days: Days = ALWAYS, *, by: User | None = None
) -> Membership:
    """The person works in the unit from now on."""
    keep_apart(user, None)
    row = _row_of(Membership, _("此人已经是该单位的成员。"), user_id=user.id, unit_id=unit.id)
    row.title, (row.starts_on, row.ends_on) = title, days
    db.session.flush()
    audit.record(by, "core:join", f"core_user:{user.id}", unit=unit, title=title, days=said(days))
    permissions.forget_places()
    return row


def grant(user: User, role: Role, unit: Unit, days: Days = ALWAYS, *, by: User | None = None) -> Grant:
    """Gives a role over a unit and all under it. The three administrators exclude every other role."""
    keep_apart(user, role)
    row = _row_of(Grant, _("已有这项授权。"), user_id=user.id, unit_id=unit.id, role=role)
    row.for_user_id, (row.starts_on, row.ends_on) = None, days
    db.session.flush()
    audit.record(by, "core:grant", f"core_user:{user.id}", unit=unit, role=role, days=said(days))
    permissions.forget_places()
    return row


def said(days: Days) -> str:
    """Both days as the audit log keeps them."""
    return "..".join(str(day or "") for day in days)


def _row_of(table: type[Row], refusal: str, **key: object) -> Row:
    """A new row, or that of a time that is over: who returns takes it up again."""
    row = db.session.scalar(select(table).filter_by(**key))
    if row is None:
        row = table(**key)
        db.session.add(row)
    elif row.ends_on is None or row.ends_on >= clock.today():
        raise Invalid(refusal)
    else:
        row.version += 1
    return row


def keep_apart(user: User, role: Role | None) -> None:
    """An account is an administrator's, one of the three, or it works in units: what it once was it stays.

    The row of the person makes two requests wait for each other; the database refuses the rest.
    """
    locked = select(User).where(User.id == user.id).with_for_update()
    user = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    new = "" if role is None or role not in ADMINISTRATORS else role.value
    held = (exists().where(table.user_id == user.id) for table in (Membership, Grant))
    if new != user.administers and (user.administers or any(db.session.scalar(select(row)) for row in held)):
        raise Invalid(
            _("系统、安全、审计管理员不能兼任其他角色，也不能是科室成员。请为这项工作另开一个账号。")
        )
    user.administers = new
    db.session.flush()
