"""专项整治: which there are for a unit, and how far their cards are."""

from collections.abc import Collection, Mapping

from sqlalchemy import case, func, select

from intranet import clock
from intranet.extensions import db
from intranet.models import Unit
from plugins.rectification.lights import Light, shows
from plugins.rectification.models import Card, Drive, DriveCard
from plugins.rectification.progress import Progress, together
from plugins.rectification.queries.categories import DriveName, words_of_site
from plugins.rectification.queries.scope import Scope


def names_seen(unit: Unit, scope: Scope) -> list[DriveName]:
    """Those of the unit, of all above it and of those under it the person may enter. Mostly no query."""
    held = _held(unit, scope)
    return [drive for drive in words_of_site(scope).drives if drive.unit_id in held]


def names_over(unit: Unit, scope: Scope) -> list[DriveName]:
    """The open ones a card of the unit may be put into."""
    every = words_of_site(scope).drives
    return [drive for drive in every if drive.unit_id in unit.line and not drive.is_closed]


def drives_seen(unit: Unit, scope: Scope) -> list[Drive]:
    """In full: open ones first, the latest first."""
    order = (Drive.closed_on.is_not(None), Drive.starts_on.desc(), Drive.id.desc())
    return list(
        db.session.scalars(select(Drive).where(Drive.unit_id.in_(_held(unit, scope))).order_by(*order))
    )


def drive_seen(unit: Unit, scope: Scope, drive_id: int) -> Drive | None:
    """One of them."""
    query = select(Drive).where(Drive.id == drive_id, Drive.unit_id.in_(_held(unit, scope)))
    return db.session.scalar(query)


def _held(unit: Unit, scope: Scope) -> set[int]:
    return {*unit.line, *scope.units}


def drives_of(cards: Collection[int]) -> dict[int, list[Drive]]:
    """By card, in the order they began."""
    query = select(DriveCard.card_id, Drive).join(Drive, Drive.id == DriveCard.drive_id)
    found: dict[int, list[Drive]] = {}
    rows = db.session.execute(query.where(DriveCard.card_id.in_(cards)).order_by(Drive.starts_on, Drive.id))
    for card_id, drive in rows:
        found.setdefault(card_id, []).append(drive)
    return found


def progress_of(drives: Collection[Drive], scope: Scope) -> Mapping[int, Progress]:
    """By id, of the cards this person sees: one query for all."""
    today = clock.today()
    lights = [func.sum(case((shows(light, today), 1), else_=0)) for light in (Light.RED, Light.AMBER)]
    query = (
        select(DriveCard.drive_id, Card.stage, func.count(), *lights)
        .join(Card, Card.id == DriveCard.card_id)
        .where(DriveCard.drive_id.in_([drive.id for drive in drives]), Card.unit_id.in_(list(scope.units)))
        .group_by(DriveCard.drive_id, Card.stage)
    )
    parts: dict[int, list[Progress]] = {drive.id: [] for drive in drives}
    for drive_id, stage, number, red, amber in db.session.execute(query):
        parts[drive_id].append(Progress({stage: number}, int(red or 0), int(amber or 0)))
    return {drive_id: together(found) for drive_id, found in parts.items()}
