"""专项整治: set up, changed, closed and opened again by the office; cards put in and taken out."""

from collections.abc import Collection, Mapping
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from intranet import clock
from intranet.db import change
from intranet.errors import Conflict
from intranet.extensions import db
from intranet.models import Unit, User
from intranet.wording import listed
from plugins.rectification.models import Card, Drive, DriveCard, Event
from plugins.rectification.queries.counting import forget
from plugins.rectification.queries.drives import drives_of
from plugins.rectification.services.history import count, record, remember, what_happened
from plugins.rectification.services.naming import Naming
from plugins.rectification.wording import EventKind

NAMING = Naming(
    Drive,
    deed="rectification:drive",
    taken=_l("已经有叫“%(name)s”的专项。"),
    overtaken=_l("这个专项刚被他人改过，现在叫“%(name)s”，请看过再改。"),
)


def find_drive(unit: Unit, drive_id: int) -> Drive | None:
    """One the unit itself holds, as the database has it: to change it."""
    return db.session.scalar(select(Drive).where(Drive.unit_id == unit.id, Drive.id == drive_id))


def add_drive(unit: Unit, values: Mapping[str, object], *, by: User) -> Drive:
    """A second one of the same name is refused."""
    NAMING.record(f"drive {unit.code}", unit, by)
    NAMING.refuse_second(values["name"], Drive.unit_id == unit.id)
    drive = Drive(unit_id=unit.id, version=1, **values)
    db.session.add(drive)
    db.session.flush()
    forget()
    return drive


def edit_drive(drive: Drive, values: Mapping[str, object], *, version: int, by: User, unit: Unit) -> None:
    """Raises Conflict when somebody was quicker."""
    NAMING.record(f"drive {unit.code}", unit, by)
    NAMING.refuse_second(values["name"], Drive.unit_id == unit.id, but=drive.id)
    NAMING.alter(drive, version, **values)


def close_drive(drive: Drive, *, closed: bool, version: int, by: User, unit: Unit) -> None:
    """结束: its cards stay in it and go on, no other card comes in. The other way opens it again."""
    NAMING.record(f"drive {unit.code}", unit, by)
    NAMING.alter(drive, version, closed_on=clock.today() if closed else None)


# Cards ---------------------------------------------------------------------------------------------


def choose_drives(card: Card, unit: Unit, wanted: Collection[int], *, version: int, by: User) -> Event:
    """Of the open ones over the card's unit it shall be in these; in closed ones it stays.

    The audit entry first: whoever closes one at this moment is waited for, and then seen.
    """
    record(card, "rectification:group", by=by)
    may_be = _open_over(unit)
    if not set(wanted) <= set(may_be):
        raise Conflict(_("有一个专项刚刚结束，没有保存，请重新选择。"))
    before = drives_of([card.id]).get(card.id, [])
    stays = [drive for drive in before if drive.closed_on is not None]
    after = [*stays, *(drive for key, drive in may_be.items() if key in wanted)]
    change(card, version, too_late=partial(what_happened, card))
    db.session.execute(delete(DriveCard).where(DriveCard.card_id == card.id))
    put_in(card, [drive.id for drive in after])
    told = [_named(before), _named(after)]
    event = remember(card, EventKind.EDITED, by=by)
    event.changes = [["drives", *told]]
    count(card.unit_id, card.stage, 0)
    return event


def put_in(card: Card, drives: Collection[int]) -> None:
    """Inside the transaction that opens or changes the card."""
    db.session.add_all(DriveCard(drive_id=drive_id, card_id=card.id) for drive_id in drives)
    db.session.flush()


def _named(drives: Collection[Drive]) -> str:
    return listed(sorted(drive.name for drive in drives))


def _open_over(unit: Unit) -> dict[int, Drive]:
    query = select(Drive).where(Drive.unit_id.in_(unit.line), Drive.closed_on.is_(None))
    fresh = query.order_by(Drive.starts_on, Drive.id).execution_options(populate_existing=True)
    return {drive.id: drive for drive in db.session.scalars(fresh)}
