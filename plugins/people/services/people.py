"""People: new, corrected, with a first password; where they work, from when to when. Nobody is deleted."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from intranet import accounts, audit, clock, passwords, permissions, units
from intranet.db import change
from intranet.errors import Conflict, Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import renew
from intranet.units import Days
from plugins.people.pinyin import keys_of
from plugins.people.queries.slips import given_since


def add_person(username: str, name: str, *, by: User | None) -> User:
    """A new account, found by pinyin from now on. Nobody knows its password: a first one is to be given."""
    user = units.add_person(username, name, "", hashed=passwords.draw()[1], by=by)
    for column, value in keys_of(name).items():
        setattr(user, column, value)
    user.first_until = clock.now()
    db.session.flush()
    return user


def edit_person(user: User, name: str, pinyin: str, *, version: int, by: User) -> None:
    """A corrected name or pinyin. An empty pinyin is worked out from the name."""
    audit.record(by, "people:edit-person", f"core_user:{user.id}")
    change(user, version, too_late=_person_changed, name=name, **keys_of(name, pinyin))
    renew(db.session())  # what is kept drawn names people


def _person_changed() -> str:
    return str(_("此人的资料刚刚被他人改动，请查看最新内容后再操作。"))


def give_password(user: User, *, since: int, by: User) -> str:
    """A new first password ends all logins."""
    _refuse([user], since)
    return passwords.give_first(user, by=by)


def give_passwords(
    users: Sequence[User], drawn: Sequence[tuple[str, str]], *, since: int, by: User
) -> list[str]:
    """The passwords drawn before, one for each: the hashing is over when the writing begins."""
    _refuse(users, since)
    return [passwords.give_first(user, by=by, drawn=each) for user, each in zip(users, drawn, strict=True)]


def _refuse(users: Sequence[User], since: int) -> None:
    """Administrators: whoever sets a password could act as them. Slips since: the page is sent twice."""
    if any(user.administers for user in users):
        raise Forbidden(_("管理员的密码不能由另一位管理员重设。"))
    if any(user.disabled for user in users):
        raise Invalid(_("账号已停用，请先恢复登录再发密码。"))
    if given_since(users, since):
        raise Conflict(_("这批密码已经发过，没有再发新的。纸条丢失或没打印的，请回到原页面刷新后重新发。"))


def set_disabled(user: User, *, disabled: bool, by: User) -> None:
    """Whether the person may log in."""
    if user.id == by.id:
        raise Forbidden(_("不能停用自己的账号，请由另一位系统管理员办理。"))
    (accounts.disable if disabled else accounts.enable)(user, by=by)


# Memberships -------------------------------------------------------------------------------------


def join(user: User, unit: Unit, title: str, days: Days, *, by: User | None) -> None:
    """Who returns takes the place of the time that is over; its days stand in the audit log."""
    known = Membership.user_id == user.id, Membership.unit_id == unit.id
    before = db.session.scalar(select(Membership).where(*known))
    if before is not None:
        if before.ends_on is None or before.ends_on >= clock.today():
            raise Invalid(_("此人已经是该单位的成员。"))
        db.session.delete(before)
        db.session.flush()
    units.join(user, unit, title, days, by=by)


def change_membership(row: Membership, title: str, days: Days, *, version: int, by: User) -> None:
    """Another title or other days."""
    _record("membership", row, by, title=title, starts=days[0], ends=days[1])
    values = {"title": title, "starts_on": days[0], "ends_on": days[1]}
    change(row, version, too_late=_membership_changed, **values)
    permissions.forget_places()


def leave(row: Membership, day: date, *, version: int, by: User | None) -> None:
    """The person's last day in the unit. What never began is gone."""
    _record("leave", row, by, day=day)
    if row.starts_on and day < row.starts_on:
        change(row, version, too_late=_membership_changed)
        db.session.delete(row)
    else:
        change(row, version, too_late=_membership_changed, ends_on=day)
    permissions.forget_places()


def yesterday() -> date:
    """The last day of what ends at once: a last day still counts."""
    return clock.today() - timedelta(days=1)


def _membership_changed() -> str:
    return str(_("这条成员关系刚刚被他人改动，请查看最新内容后再操作。"))


def _record(deed: str, row: Membership, by: User | None, **detail: object) -> None:
    unit = db.session.get_one(Unit, row.unit_id)
    audit.record(by, f"people:{deed}", f"core_user:{row.user_id}", unit=unit, **detail)
