"""Keeping the roster of a leading group and the rounds of its talks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select

from intranet import audit
from intranet.db import change
from intranet.errors import Invalid
from intranet.extensions import db
from intranet.models import Unit, User
from plugins.talk_records.models import ChargeOf, Cycle, Member

CHANGED = _l("这一条刚刚被别人修改过，请核对以后再保存一次。")


@dataclass(frozen=True, slots=True)
class Post:
    """What a person is in the group, from when to when, and the units in their charge."""

    duty: str
    is_chief: bool
    starts_on: date
    ends_on: date | None
    charges: tuple[int, ...] = ()

    @property
    def columns(self) -> dict[str, object]:
        names = ("duty", "is_chief", "starts_on", "ends_on")
        return {name: getattr(self, name) for name in names}


def add_member(unit: Unit, person: User, post: Post, *, by: User) -> Member:
    """Puts a person into the group."""
    _refuse_twice(unit.id, person.id, post)
    member = Member(unit_id=unit.id, user_id=person.id, **post.columns)
    db.session.add(member)
    db.session.flush()
    _set_charges(member, post.charges)
    _record(member, unit, by)
    return member


def take_in(unit: Unit, posts: Mapping[int, Post], *, by: User) -> tuple[int, int]:
    """All of a list that was looked at, or nobody; how many are new, and how many were there already."""
    _refuse_chiefs(posts.values())
    new = {key: post for key, post in posts.items() if not is_there(unit.id, key, post)}
    for key, post in new.items():
        add_member(unit, db.session.get_one(User, key), post, by=by)
    return len(new), len(posts) - len(new)


def _refuse_chiefs(posts: Iterable[Post]) -> None:
    if sum(post.is_chief for post in posts) > 1:
        raise Invalid(_("主要负责人只能勾一位，一个人也没有带入，请改好再带入。"))


def correct_member(member: Member, unit: Unit, post: Post, *, version: int, by: User) -> None:
    """Puts right what was written wrongly, or says from when on somebody is no longer in the group."""
    _refuse_twice(unit.id, member.user_id, post, but=member.id)
    change(member, version, too_late=lambda: CHANGED, **post.columns)
    _set_charges(member, post.charges)
    _record(member, unit, by)


def reassign(member: Member, unit: Unit, post: Post, *, version: int, by: User) -> Member:
    """From `post.starts_on` on the same person has another duty or other units; what was stays as it was."""
    if post.starts_on <= member.starts_on:
        raise Invalid(_("新的职务或分工要晚于原来的开始日期；写错的请直接改正。"))
    change(member, version, too_late=lambda: CHANGED, ends_on=post.starts_on - timedelta(days=1))
    person = db.session.get_one(User, member.user_id)
    return add_member(unit, person, post, by=by)


def _refuse_twice(unit_id: int, user_id: int, post: Post, but: int = 0) -> None:
    """A person is in the group once on any day."""
    if is_there(unit_id, user_id, post, but):
        raise Invalid(_("这段时间此人已经在名册上，请改原来的那一条，或者调整日期。"))


def is_there(unit_id: int, user_id: int, post: Post, but: int = 0) -> bool:
    """Whether this person is in the group on any day of this post; another row than `but`."""
    query = select(Member.id).where(
        Member.unit_id == unit_id,
        Member.user_id == user_id,
        Member.id != but,
        or_(Member.ends_on.is_(None), Member.ends_on >= post.starts_on),
    )
    if post.ends_on:
        query = query.where(Member.starts_on <= post.ends_on)
    return db.session.scalar(query.limit(1)) is not None


def _set_charges(member: Member, charges: Collection[int]) -> None:
    db.session.execute(delete(ChargeOf).where(ChargeOf.member_id == member.id))
    db.session.add_all(ChargeOf(member_id=member.id, below_id=unit_id) for unit_id in charges)
    db.session.flush()


def _record(member: Member, unit: Unit, by: User) -> None:
    dates = {"starts": member.starts_on, "ends": member.ends_on or "-"}
    audit.record(by, "talk_records:roster", f"talk_records_member:{member.id}", unit=unit, **dates)


# Rounds ---------------------------------------------------------------------------------------------


def add_cycle(unit: Unit, name: str, starts_on: date, due_on: date, *, by: User) -> Cycle:
    cycle = Cycle(unit_id=unit.id, name=name, starts_on=starts_on, due_on=due_on)
    db.session.add(cycle)
    db.session.flush()
    audit.record(by, "talk_records:cycle", f"talk_records_cycle:{cycle.id}", unit=unit, due=due_on)
    return cycle


def change_cycle(cycle: Cycle, unit: Unit, *, version: int, by: User, **values: object) -> None:
    """Its name, its days, or that it is closed: then nobody is reminded any more."""
    change(cycle, version, too_late=lambda: CHANGED, **values)
    audit.record(by, "talk_records:cycle", f"talk_records_cycle:{cycle.id}", unit=unit, due=cycle.due_on)
