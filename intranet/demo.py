"""The demo hospital: units, people and one account a role. What fills its rooms comes from the plugins."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import insert, select

from intranet import clock, search, units
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Membership, Unit, UnitKind, UnitPlugin, User
from intranet.passwords import HASHER
from intranet.plugins import call_one, loaded

HOSPITAL = ("hospital", "示范医院")
OFFICES = (("hdb", "活动办"), ("ybg", "院办公室"))
DEPARTMENTS = (
    ("nk1", "内一科"),
    ("wk1", "外一科"),
    ("hlb", "护理部"),
    ("mzb", "门诊部"),
    ("jzk", "急诊科"),
    ("yxb", "药学部"),
    ("jyk", "检验科"),
    ("ywb", "医务部"),
    ("cwb", "财务部"),
    ("hqb", "后勤保障部"),
    ("xxk", "信息科"),
    ("bwk", "保卫科"),
)
BRANCHES = (("zb1", "第一党支部"), ("zb2", "第二党支部"), ("zb3", "第三党支部"))
ACCOUNTS = (
    ("member", "何小满", "nk1", None, "护士", "内一科护士"),
    ("recorder", "程以宁", "nk1", Role.RECORDER, "干事", "内一科干事"),
    ("head", "李牧原", "nk1", Role.HEAD, "科主任", "内一科主任"),
    ("leader", "周定远", "hospital", Role.LEADER, "副院长", "分管院领导"),
    ("office", "江月白", "hospital", Role.OFFICE, "活动办主任", "活动办"),
    ("supervisor", "沈若谷", "hospital", Role.SUPERVISOR, "督导组", "督导组"),
    ("system", "方旭", "hospital", Role.SYSTEM, "", "系统管理员"),
    ("security", "罗子衿", "hospital", Role.SECURITY, "", "安全管理员"),
    ("audit", "韩立夏", "hospital", Role.AUDIT, "", "审计管理员"),
    ("stranger", "唐明朗", "wk1", Role.HEAD, "科主任", "外一科主任（别的科室）"),
)
SURNAMES = "安白柏曹岑常车陈成池褚丁董窦杜段樊范方冯符傅甘高葛耿龚顾关郭"
GIVEN = ["一诺", "子墨", "雨桐", "若溪", "知远", "清扬", "云帆", "晓棠", "景行", "思齐", "望舒", "怀瑾"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much to make. The first ten people and the named units are always there."""

    cards: int = 60
    people: int = 60
    units: int = 18


def password() -> str:
    """One for all demo accounts: given, or made once and kept beside the demo data."""
    given = os.environ.get("INTRANET_DEMO_PASSWORD")
    path = Path(current_app.instance_path) / "demo-password"
    if given or not path.exists():
        path.write_text((given or f"demo-{secrets.token_hex(4)}") + "\n", "utf-8")
        path.chmod(0o600)
    return path.read_text("utf-8").strip()


def exists() -> bool:
    """Whether this instance already holds the demo hospital."""
    return (Path(current_app.instance_path) / "demo-password").exists() and bool(
        db.session.scalar(select(Unit.id).where(Unit.code == HOSPITAL[0]))
    )


def holds_real_data() -> bool:
    """People nobody made for a demonstration."""
    return not exists() and bool(db.session.scalar(select(User.id).limit(1)))


def make(size: Size) -> None:
    """Everything, in the caller's transaction."""
    hospital, people = make_hospital(size)
    for name in loaded().working:
        call_one(loaded(), name, "intranet_demo", hospital=hospital, people=people, cards=size.cards)
    search.rebuild()


def make_hospital(size: Size) -> tuple[Unit, dict[str, User]]:
    """Units, people and rights with all plugins on, and every room still empty."""
    hashed = HASHER.hash(password())
    hospital = _units(size.units)
    people = _accounts(hashed)
    _staff(size.people - len(ACCOUNTS), hashed)
    _turn_plugins_on(hospital, people["office"])
    return hospital, people


def set_password() -> None:
    """Gives all demo accounts the password that will be printed."""
    hashed = HASHER.hash(password())
    names = [account[0] for account in ACCOUNTS]
    for user in db.session.scalars(select(User).where(User.username.in_(names))):
        user.password_hash = hashed


def _units(count: int) -> Unit:
    hospital = units.add_unit(*HOSPITAL, UnitKind.HOSPITAL)
    named = [(UnitKind.COMMITTEE, OFFICES), (UnitKind.DEPARTMENT, DEPARTMENTS), (UnitKind.BRANCH, BRANCHES)]
    position = 0
    for kind, pairs in named:
        for code, name in pairs:
            position += 1
            units.add_unit(code, name, kind, hospital).position = position
    for number in range(position + 2, count + 1):
        ward = units.add_unit(f"ks{number}", f"第{number}病区", UnitKind.DEPARTMENT, hospital)
        ward.position = number
    return hospital


def _accounts(hashed: str) -> dict[str, User]:
    people = {}
    for username, name, code, role, title, _words in ACCOUNTS:
        unit = units.unit_called(code)
        people[username] = units.add_person(username, name, "", hashed=hashed)
        if title and role not in {Role.SUPERVISOR, Role.LEADER, Role.OFFICE}:
            units.join(people[username], unit, title)
        if role:
            units.grant(people[username], role, unit)
    for username in ("member", "recorder", "head"):
        units.join(people[username], units.unit_called("zb1"), "党员")
    return people


def _staff(count: int, hashed: str) -> None:
    """Made-up colleagues, spread over departments and branches: they were never given a password."""
    places = list(db.session.scalars(select(Unit.id).where(Unit.kind == "department").order_by(Unit.id)))
    branches = list(db.session.scalars(select(Unit.id).where(Unit.kind == "branch").order_by(Unit.id)))
    rows = [
        {
            "username": f"d{number:05d}",
            "name": _name(number),
            "password_hash": hashed,
            "first_until": clock.now(),
            "disabled": True,
        }
        for number in range(1, count + 1)
    ]
    if not rows:
        return
    ids = db.session.scalars(insert(User).returning(User.id), rows).all()
    memberships = [
        {"user_id": user_id, "unit_id": spread[index % len(spread)], "title": title}
        for spread, title, step in ((places, "职工", 1), (branches, "党员", 3))
        for index, user_id in enumerate(ids)
        if index % step == 0
    ]
    db.session.execute(insert(Membership), memberships)


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[(number // len(SURNAMES)) % len(GIVEN)]


def _turn_plugins_on(hospital: Unit, office: User) -> None:
    """On for the whole hospital; a department may still turn one off for itself."""
    for name in loaded().for_units:
        db.session.add(
            UnitPlugin(
                unit_id=hospital.id, plugin=name, enabled=True, changed_by=office.id, changed_at=clock.now()
            )
        )
    db.session.flush()
