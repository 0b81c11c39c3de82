"""The demo hospital: units, people and one account a role. What fills its rooms comes from the plugins."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import insert, select

from intranet import clock, search, units
from intranet.contracts import Role
from intranet.extensions import db
from intranet.models import Membership, Unit, UnitKind, UnitPlugin, User
from intranet.passwords import HASHER
from intranet.plugins import call_one, loaded

MADE: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "hospital.toml").read_text("utf-8"))
"""Who and what is always there."""


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
        db.session.scalar(select(Unit.id).where(Unit.code == MADE["hospital"]["code"]))
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
    _staff(size.people - len(MADE["accounts"]), hashed)
    _turn_plugins_on(hospital, people["office"])
    return hospital, people


def set_password() -> None:
    """Gives all demo accounts the password that will be printed."""
    hashed = HASHER.hash(password())
    names = [account["username"] for account in MADE["accounts"]]
    for user in db.session.scalars(select(User).where(User.username.in_(names))):
        user.password_hash = hashed


def _units(count: int) -> Unit:
    hospital = units.add_unit(**MADE["hospital"], kind=UnitKind.HOSPITAL)
    for position, named in enumerate(MADE["units"], start=1):
        made = units.add_unit(named["code"], named["name"], UnitKind(named["kind"]), hospital)
        made.position = position
    for number in range(len(MADE["units"]) + 2, count + 1):
        ward = units.add_unit(f"ks{number}", f"第{number}病区", UnitKind.DEPARTMENT, hospital)
        ward.position = number
    return hospital


def _accounts(hashed: str) -> dict[str, User]:
    people = {}
    for each in MADE["accounts"]:
        unit, role = units.unit_called(each["unit"]), Role(each["role"]) if "role" in each else None
        person = people[each["username"]] = units.add_person(
            each["username"], each["name"], "", hashed=hashed
        )
        if "title" in each and role not in {Role.SUPERVISOR, Role.LEADER, Role.OFFICE}:
            units.join(person, unit, each["title"])
        if role:
            units.grant(person, role, unit)
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
    surnames, given = MADE["surnames"], MADE["given"]
    return f"{surnames[number % len(surnames)]}{given[number // len(surnames) % len(given)]}"


def _turn_plugins_on(hospital: Unit, office: User) -> None:
    """On for the whole hospital; a department may still turn one off for itself."""
    for name in loaded().for_units:
        db.session.add(
            UnitPlugin(
                unit_id=hospital.id, plugin=name, enabled=True, changed_by=office.id, changed_at=clock.now()
            )
        )
    db.session.flush()
