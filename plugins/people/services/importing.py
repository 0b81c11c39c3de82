"""Taking in the hospital's list: a draft, its review, then everything in one transaction or nothing."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from intranet import audit, clock, permissions
from intranet.db import rows_changed
from intranet.errors import Conflict, Invalid
from intranet.extensions import db
from intranet.models import Membership, Unit, User
from intranet.organisation import renew
from intranet.passwords import HASHER
from plugins.people.models import Draft, Rows
from plugins.people.pinyin import keys_of
from plugins.people.queries.listing import known
from plugins.people.queries.roster import Changes, changes_of
from plugins.people.roster import PersonRow, UnitRow
from plugins.people.services.units import hold_tree, repath
from plugins.people.workbook import PEOPLE, UNITS

KEPT = timedelta(days=1)
LONGEST_NAME = 255


def start_draft(file_name: str, rows: dict[str, Rows], *, by: User) -> Draft:
    """Keeps the rows for review. Nothing else is written."""
    draft = Draft(file_name=file_name[-LONGEST_NAME:], units=rows[UNITS], people=rows[PEOPLE])
    draft.created_by_id, draft.created_at = by.id, clock.now()
    db.session.add(draft)
    db.session.flush()
    return draft


def drop_old_drafts() -> int:
    return rows_changed(delete(Draft).where(Draft.created_at < clock.now() - KEPT))


def take_in(draft: Draft, digest: str, *, by: User) -> Changes:
    """Does what the review showed. Raises Conflict when it would now do anything else."""
    draft_id = draft.id
    changes = _as_seen(draft, digest)
    # the audit entry before the tree is held: switches are turned in this order too
    audit.record(by, "people:import", f"people_draft:{draft_id}", unit=None, **_in_short(changes))
    hold_tree()
    _hold_people(changes)
    changes = _as_seen(db.session.get(Draft, draft_id), digest)
    try:
        _take_in_units(changes)
        _take_in_people(changes)
        _take_in_places(changes)
    except IntegrityError as error:
        raise Conflict(_changed()) from error
    db.session.execute(delete(Draft).where(Draft.id == draft_id))
    permissions.forget_places()
    return changes


def _changed() -> str:
    return str(_("核对之后单位或人员有了变动，这份名单没有导入。请按最新的对照再确认一次。"))


def _as_seen(draft: Draft | None, digest: str) -> Changes:
    if draft is None:
        raise Conflict(_("这份名单已经导入或已被清理。需要时请重新上传。"))
    changes = changes_of(draft)
    if changes.faults:
        raise Invalid(_("名单里还有错误，请改好文件再上传。"))
    if changes.digest != digest:
        raise Conflict(_changed())
    return changes


def _in_short(changes: Changes) -> dict[str, str]:
    """Which units and people, so that the log tells whom it concerned."""
    places = (*changes.new_places, *changes.changed_places)
    return {
        "new_units": ",".join(row.code for row in changes.new_units),
        "changed_units": ",".join(row.code for row in changes.changed_units),
        "new_people": ",".join(changes.new_people),
        "renamed": ",".join(changes.renamed),
        "memberships": ",".join(f"{row.username}@{row.unit}" for row in places),
    }


def _hold_people(changes: Changes) -> None:
    """Who is on the list is not changed by others until this is over."""
    names = {row.username for row in (*changes.new_places, *changes.changed_places)} | set(changes.renamed)
    db.session.execute(select(User.id).where(User.username.in_(names)).order_by(User.id).with_for_update())


# Units -------------------------------------------------------------------------------------------


def _take_in_units(changes: Changes) -> None:
    ids = dict(db.session.execute(select(Unit.code, Unit.id)).all())
    waiting = changes.new_units
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in ids]
        ids |= _insert_units(ready, ids)
        waiting = [row for row in waiting if row.code not in ids]
    units = known().units
    changed = [
        _unit_values(row, ids) | {"version": units[row.code].version + 1} for row in changes.changed_units
    ]
    if changed:
        db.session.execute(update(Unit), [values | {"id": ids[str(values["code"])]} for values in changed])
    if changed or changes.new_units:
        db.session.expire_all()
        repath()


def _insert_units(rows: Iterable[UnitRow], ids: dict[str, int]) -> dict[str, int]:
    """One level of the tree. What has no number of its own stands in the order of the file."""
    values = [{"position": row.number, "path": f"new-{row.code}", **_unit_values(row, ids)} for row in rows]
    return dict(db.session.execute(insert(Unit).returning(Unit.code, Unit.id), values).all())


def _unit_values(row: UnitRow, ids: dict[str, int]) -> dict[str, object]:
    values: dict[str, object] = {"code": row.code, "name": row.name, "kind": row.kind}
    values["parent_id"] = ids[row.parent] if row.parent else None
    return values if row.position is None else values | {"position": row.position}


# People ------------------------------------------------------------------------------------------


def _take_in_people(changes: Changes) -> None:
    """New accounts get a password nobody knows; one slow hash serves them all."""
    nobodys = {"password_hash": HASHER.hash(secrets.token_hex(32)), "first_until": clock.now()}
    new = [
        {"username": row.username, "name": row.name, **nobodys, **keys_of(row.name)}
        for row in changes.new_people.values()
    ]
    people = known().people
    renamed = [
        {
            "id": people[row.username].id,
            "name": row.name,
            "version": people[row.username].version + 1,
            **keys_of(row.name),
        }
        for row in changes.renamed.values()
    ]
    if new:
        db.session.execute(insert(User), new)
    if renamed:
        db.session.execute(update(User), renamed)
        renew(db.session())


def _take_in_places(changes: Changes) -> None:
    here = known()
    new = [
        {
            "user_id": here.people[row.username].id,
            "unit_id": here.units[row.unit].id,
            **_place_values(row),
        }
        for row in changes.new_places
    ]
    changed = []
    for row in changes.changed_places:
        place = here.places[row.username, row.unit]
        changed.append({"id": place.id, "version": place.version + 1, **_place_values(row)})
    if new:
        db.session.execute(insert(Membership), new)
    if changed:
        db.session.execute(update(Membership), changed)
    db.session.expire_all()


def _place_values(row: PersonRow) -> dict[str, object]:
    return {"title": row.title, "starts_on": row.days[0], "ends_on": row.days[1]}
