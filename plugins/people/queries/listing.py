"""The list of what is there now: for comparing with an uploaded one, and for taking away."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.units import Days
from plugins.people.queries.units import all_units
from plugins.people.wording import KIND_WORDS
from plugins.people.workbook import PEOPLE, UNITS

WORD_OF = {kind: word for word, kind in KIND_WORDS.items()}
Cells = Sequence[object]


class Account(NamedTuple):
    """A person as far as the list is concerned."""

    id: int
    username: str
    name: str
    disabled: bool
    administers: str
    version: int


class Place(NamedTuple):
    """A membership as far as the list is concerned."""

    id: int
    username: str
    unit: str
    title: str
    starts_on: date | None
    ends_on: date | None
    version: int

    @property
    def days(self) -> Days:
        return self.starts_on, self.ends_on


class Known(NamedTuple):
    """What the database holds, by what the list calls it."""

    units: dict[str, Unit]
    people: dict[str, Account]
    places: dict[tuple[str, str], Place]


def known() -> Known:
    """Three queries, however long the list."""
    columns = (User.id, User.username, User.name, User.disabled, User.administers, User.version)
    people = [Account(*row) for row in db.session.execute(select(*columns).order_by(User.id))]
    rows = (
        select(
            Membership.id,
            User.username,
            Unit.code,
            Membership.title,
            Membership.starts_on,
            Membership.ends_on,
            Membership.version,
        )
        .join(User, User.id == Membership.user_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .order_by(Unit.path, Membership.id)
    )
    places = [Place(*row) for row in db.session.execute(rows)]
    return Known(
        {unit.code: unit for unit in all_units()},
        {person.username: person for person in people},
        {(place.username, place.unit): place for place in places},
    )


def listed_people(here: Known, *, disabled: bool = False) -> list[Account]:
    """Who belongs on the list: no administrator, and a disabled account only where it is asked for."""
    known = here.people.values()
    return [person for person in known if not person.administers and (disabled or not person.disabled)]


def lasts(place: Place) -> bool:
    return place.ends_on is None or place.ends_on >= clock.today()


# Out ---------------------------------------------------------------------------------------------


def numbers_of(usernames: Collection[str]) -> str | None:
    """The first and the last account of an import, as a filter of the list takes them."""
    new = select(func.min(User.id), func.max(User.id)).where(User.username.in_(usernames))
    return "{}-{}".format(*db.session.execute(new).one()) if usernames else None


def exported(*, disabled: bool) -> dict[str, list[Cells]]:
    """Open units and the people in them, as the import reads them: taken in again it changes nothing.

    Administrators work in no unit and are left out; disabled accounts, unless they are asked for.
    """
    here = known()
    codes = {unit.id: code for code, unit in here.units.items()}
    units: list[Cells] = [
        (unit.code, unit.name, WORD_OF[unit.kind], codes.get(unit.parent_id or 0, ""), unit.position)
        for unit in here.units.values()
        if unit.closed_on is None
    ]
    lasting: dict[str, list[Place]] = {}
    for place in here.places.values():
        if lasts(place) and here.units[place.unit].closed_on is None:
            lasting.setdefault(place.username, []).append(place)
    people: list[Cells] = []
    for person in sorted(listed_people(here, disabled=disabled), key=lambda each: each.username):
        rows = [(place.unit, place.title, *place.days) for place in lasting.get(person.username, ())]
        people += [(person.username, person.name, *row) for row in rows or [("", "", None, None)]]
    return {UNITS: units, PEOPLE: people}
