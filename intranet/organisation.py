"""The tree of units, the plugin switches and the moved permissions: one picture, kept until one changes.

Every page asks about all three, and they change a few times a week. So a process keeps the picture it
has read under the revision it read it at; the revision itself is read in every request, together with the
session. Its words are random: one that was rolled back never returns with other content.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from flask import current_app, has_app_context
from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from intranet.extensions import db, read_once
from intranet.models import IN_ORGANISATION, OrganisationRevision, RolePermission, Unit, UnitPlugin

HELD_TODAY = "held"
"""Under this name a request keeps which roles people have today, as one word each."""
REVISION = select(OrganisationRevision.word)
UNITS = select(*inspect(Unit).columns).order_by(Unit.position, Unit.id)
SWITCHES = select(UnitPlugin.plugin, UnitPlugin.unit_id, UnitPlugin.enabled, UnitPlugin.locked)
PERMISSIONS = select(RolePermission.permission, RolePermission.role, RolePermission.allowed)


@dataclass(frozen=True)
class Organisation:
    """What held at one revision. The units are for reading: shared by all threads, in no session."""

    revision: str
    units: tuple[Unit, ...]
    """All open ones, parents before children, brothers by position."""
    closed: tuple[Unit, ...]
    """Those that are history, in the same order: read under their own addresses, in no list or sum."""
    switches: dict[tuple[str, int], tuple[bool, bool]]
    """By plugin and unit id, what the unit itself has said: on, and locked for those below."""
    permissions: tuple[tuple[str, str, bool], ...]
    """Permission, role, given or taken: where the site differs from the plugins' defaults."""
    answers: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been worked out from it: as lasting as the picture itself."""

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        """The closed ones too."""
        return {unit.code: unit for unit in (*self.units, *self.closed)}

    @cached_property
    def by_id(self) -> dict[int, Unit]:
        """The closed ones too."""
        return {unit.id: unit for unit in (*self.units, *self.closed)}

    def under(self, path: str) -> list[Unit]:
        """The unit at this path and all below it: of an open one the open, of a closed one the closed."""
        is_closed = any(unit.path == path for unit in self.closed)
        return [unit for unit in (self.closed if is_closed else self.units) if unit.is_under(path)]

    def below(self, unit: Unit) -> list[Unit]:
        """The units right under this one."""
        return [each for each in self.units if each.parent_id == unit.id]


# Reading -----------------------------------------------------------------------------------------


def organisation() -> Organisation:
    """What holds now, as this transaction sees it."""
    known = read_once()
    if "organisation" not in known:
        revision = known.pop("revision", None) or db.session.scalars(REVISION).one()
        known["organisation"] = _kept_or_read(revision)
    return cast("Organisation", known["organisation"])


def read_anew() -> None:
    """After waiting for a lock: what others have changed meanwhile counts, and what follows from it."""
    for name in ("organisation", "revision", HELD_TODAY):
        read_once().pop(name, None)


def _kept_or_read(revision: str) -> Organisation:
    kept = cast("Organisation | None", current_app.extensions.get("intranet.organisation"))
    if kept is None or kept.revision != revision:
        kept = current_app.extensions["intranet.organisation"] = _read(revision)
    return kept


def _read(revision: str) -> Organisation:
    switches = {(name, unit_id): (on, locked) for name, unit_id, on, locked in db.session.execute(SWITCHES)}
    permissions = tuple((name, role, given) for name, role, given in db.session.execute(PERMISSIONS))
    units = [Unit(**row) for row in db.session.execute(UNITS).mappings()]
    still_open = in_tree_order([unit for unit in units if unit.closed_on is None])
    closed = in_tree_order([unit for unit in units if unit.closed_on is not None])
    return Organisation(revision, tuple(still_open), tuple(closed), switches, permissions)


def in_tree_order(units: list[Unit]) -> Iterator[Unit]:
    """Each followed by all below it. One whose parent is not among them stands at the top."""
    ids = {unit.id for unit in units}
    children: dict[int | None, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id if unit.parent_id in ids else None, []).append(unit)
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        unit = waiting.pop()
        yield unit
        waiting += reversed(children.get(unit.id, []))


# Changing ----------------------------------------------------------------------------------------


def renew(session: Session) -> None:
    """Everybody's next request reads the picture anew, with what is kept in it; so does the rest of this."""
    session.connection().execute(update(OrganisationRevision), {"word": secrets.token_hex(16)})
    if has_app_context():
        read_anew()


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: UOWTransaction) -> None:
    if any(isinstance(row, IN_ORGANISATION) for row in (*session.new, *session.dirty, *session.deleted)):
        renew(session)


@event.listens_for(Session, "do_orm_execute")
def _after_statement(state: ORMExecuteState) -> None:
    if not state.is_select and getattr(state.bind_mapper, "class_", None) in IN_ORGANISATION:
        renew(state.session)
