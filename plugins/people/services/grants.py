"""Giving and taking roles, and standing in for somebody who is away. Nobody grants themself anything."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import or_, select

from intranet import audit, clock, notices, permissions, units
from intranet.contracts import Role
from intranet.db import change
from intranet.errors import Forbidden, Invalid
from intranet.extensions import db
from intranet.models import Grant, Unit, User
from intranet.units import Days
from intranet.web import path_to
from plugins.people.services.people import yesterday


def give(user: User, role: Role, unit: Unit, days: Days, *, by: User | None) -> Grant:
    """A role over a unit and all under it. It takes the place of one that is over."""
    _refuse_oneself(user.id, by)
    same = (Grant.user_id == user.id, Grant.unit_id == unit.id, Grant.role == role)
    before = db.session.scalar(select(Grant).where(*same, Grant.ends_on < clock.today()))
    if before is not None:
        db.session.delete(before)
        db.session.flush()
    return units.grant(user, role, unit, days, by=by)


def revoke(grant: Grant, *, version: int, by: User | None) -> None:
    """Ends at once, and with it what others hold in this person's place. What never began is gone."""
    _refuse_oneself(grant.user_id, by)
    stands_in = (Grant.for_user_id == grant.user_id, Grant.unit_id == grant.unit_id, Grant.role == grant.role)
    lasting = or_(Grant.ends_on.is_(None), Grant.ends_on >= clock.today())
    for row in [grant, *db.session.scalars(select(Grant).where(*stands_in, lasting))]:
        _end(row, version if row is grant else row.version, by)
    permissions.forget_places()


def _end(grant: Grant, version: int, by: User | None) -> None:
    unit = db.session.get_one(Unit, grant.unit_id)
    audit.record(by, "people:revoke", f"core_user:{grant.user_id}", unit=unit, role=grant.role)
    if grant.ends_on and grant.ends_on <= yesterday():
        raise Invalid(_("这项授权已经结束。"))
    if grant.for_user_id:
        _tell_both(grant, unit, "stands_no_more", "stood_no_more")
    if grant.starts_on and grant.starts_on > yesterday():
        change(grant, version, too_late=_too_late)
        db.session.delete(grant)
    else:
        change(grant, version, too_late=_too_late, ends_on=yesterday())


def delegate(grant: Grant, to: User, days: Days, *, by: User) -> Grant:
    """The same role for somebody else while its holder is away; it ends by itself."""
    for condition, sentence in _refusals(grant, to, days):
        if condition:
            raise Invalid(sentence())
    unit = db.session.get_one(Unit, grant.unit_id)
    row = give(to, grant.role, unit, days, by=by)
    row.for_user_id = grant.user_id
    detail = {
        "role": grant.role,
        "instead_of": f"core_user:{grant.user_id}",
        "starts": days[0],
        "ends": days[1],
    }
    audit.record(by, "people:delegate", f"core_user:{to.id}", unit=unit, **detail)
    _tell_both(row, unit, "stands_in", "stood_in")
    return row


def _tell_both(row: Grant, unit: Unit, deputy: str, holder: str) -> None:
    """Whoever stands in, and whose place it is."""
    url, once = path_to("unit.home", unit=unit.code), f"{row.id} {row.ends_on}"
    words = {"place": unit.name, "start": row.starts_on, "end": row.ends_on}
    for told, other, kind in ((row.user_id, row.for_user_id, deputy), (row.for_user_id, row.user_id, holder)):
        who = db.session.get_one(User, other).name
        notices.tell([told], f"people:{kind}", url, unit, once=once, who=who, **words)


def _refusals(grant: Grant, to: User, days: Days) -> list[tuple[bool, Callable[[], str]]]:
    """What makes it impossible, with the sentence for it."""
    start, end = days
    outside = not (start and end) or end < clock.today() or bool(grant.ends_on and end > grant.ends_on)
    return [
        (bool(grant.administers), lambda: str(_("管理员的职责不能代理，请授权给另一个管理员账号。"))),
        (grant.for_user_id is not None, lambda: str(_("代理来的职责不能再转给别人。"))),
        (to.id == grant.user_id, lambda: str(_("代理人不能是本人。"))),
        (outside, lambda: str(_("代理要有开始和结束日期，结束日期不早于今天，也不晚于原授权的结束日期。"))),
    ]


def _refuse_oneself(user_id: int, by: User | None) -> None:
    if by is not None and by.id == user_id:
        raise Forbidden(_("不能改动自己的授权，请由另一位安全管理员办理。"))


def _too_late() -> str:
    return str(_("这项授权刚刚被他人改动，请查看最新内容后再操作。"))
